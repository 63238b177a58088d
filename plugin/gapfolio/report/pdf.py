"""HTML to PDF/A-3a and PDF/UA-1 in a bounded child process.

The worker takes about as long to load as a small report takes to render, so a `Renderer` is
started early and given its document later.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Literal, Self

from gapfolio.errors import RenderError
from gapfolio.report.fonts import Fonts, shipped_fonts

Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]

LIBRARIES = {
    "GObject": (
        "libgobject-2.0.so.0",
        "libgobject-2.0-0",
        "gobject-2.0",
        "libgobject-2.0.0.dylib",
        "libgobject-2.0-0.dll",
    ),
    "Pango": (
        "libpango-1.0.so.0",
        "libpango-1.0-0",
        "pango-1.0",
        "libpango-1.0.dylib",
        "libpango-1.0-0.dll",
    ),
    "PangoFT2": (
        "libpangoft2-1.0.so.0",
        "libpangoft2-1.0-0",
        "pangoft2-1.0",
        "libpangoft2-1.0.dylib",
        "libpangoft2-1.0-0.dll",
    ),
    "HarfBuzz": (
        "libharfbuzz.so.0",
        "libharfbuzz-0",
        "harfbuzz",
        "libharfbuzz.0.dylib",
        "libharfbuzz-0.dll",
    ),
    "HarfBuzz-Subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset-0",
        "harfbuzz-subset",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
    ),
    "fontconfig": (
        "libfontconfig.so.1",
        "libfontconfig-1",
        "fontconfig",
        "libfontconfig.1.dylib",
        "libfontconfig-1.dll",
    ),
}
"""Shared libraries that WeasyPrint loads, under the names that it tries.

It can do without HarfBuzz-Subset, but then takes longer and writes other bytes.
"""

INSTALL = (
    "install it with `apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` "
    "(macOS: `brew install pango`), or leave the PDF out with `--format html,csv,json`"
)
PASSED_ON = (
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "SYSTEMROOT",
    "WEASYPRINT_DLL_DIRECTORIES",
)
"""All that the worker sees of the environment: no proxies, no credentials."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF."""

    name: str
    data: bytes | Path
    description: str
    relationship: Relationship = "Data"
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one rendering may use before it is stopped."""

    seconds: float = 180
    """Wall-clock time that the caller waits for the PDF."""
    cpu_seconds: int = 180
    memory_bytes: int = 2_000_000_000
    """Address space, which is a few hundred megabytes more than the memory in use."""


@dataclass(frozen=True, slots=True)
class RenderResult:
    """A PDF and what there is to say about it."""

    pdf: bytes
    pages: int
    warnings: tuple[str, ...]
    """What the renderer complained of, such as an unknown CSS property of a theme."""


def check_system(load: Callable[[str], object] = ctypes.CDLL) -> None:
    """Raise RenderError with the one command to run where Pango is not installed."""
    for library, names in LIBRARIES.items():
        if not any(_loads(load, name) for name in names):
            raise RenderError(f"the PDF needs {library}, which is not installed: {INSTALL}")


def _loads(load: Callable[[str], object], name: str) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def render(  # noqa: PLR0913  # keywords, each of them needed
    html: str,
    *,
    roots: Sequence[Path],
    created: datetime,
    attachments: Sequence[Attachment] = (),
    fonts: Fonts | None = None,
    limits: Limits | None = None,
) -> RenderResult:
    """Render one document; see `Renderer.render`."""
    with Renderer(fonts=fonts, limits=limits) as renderer:
        return renderer.render(html, roots=roots, created=created, attachments=attachments)


class Renderer:
    """A worker that is loading, or waiting for its one document.

    A context manager; leaving it ends the worker and removes its files.
    """

    def __init__(self, *, fonts: Fonts | None = None, limits: Limits | None = None) -> None:
        """Check the system and start the worker; returns at once.

        Raises RenderError where a system library is missing.
        """
        check_system()
        self._limits = limits or Limits()
        self._cleanup = ExitStack()
        scratch = self._cleanup.enter_context(TemporaryDirectory(prefix="gapfolio-render-"))
        self._directory = Path(scratch)
        environment = _environment(self._directory, fonts or shipped_fonts())
        with (self._directory / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "gapfolio.report.worker",
                    scratch,
                    str(self._limits.memory_bytes),
                    str(self._limits.cpu_seconds),
                ],
                cwd=scratch,
                env=environment,
                bufsize=0,  # nothing is left to flush into the pipe of a worker that has died
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,  # Ctrl-C reaches the parent, which ends the worker
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, whatever it is doing, and remove its files."""
        self._process.kill()
        self._process.communicate()
        self._cleanup.close()

    def render(
        self,
        html: str,
        *,
        roots: Sequence[Path],
        created: datetime,
        attachments: Sequence[Attachment] = (),
    ) -> RenderResult:
        """Render the document: `begin` and `finish` in one."""
        self.begin(html, roots=roots, created=created)
        return self.finish(attachments)

    def begin(self, html: str, *, roots: Sequence[Path], created: datetime) -> None:
        """Hand the document over, to be laid out while the caller goes on; can be called once.

        `roots` are the directories from which the document may load style sheets, images and
        fonts, addressed relative to each of them. `created` becomes the date of the document and
        of its attachments. The same arguments give the same bytes.
        """
        job = {
            "created": created.astimezone(UTC).isoformat(timespec="seconds"),
            "roots": [str(root.resolve()) for root in roots],
        }
        (self._directory / "document.html").write_text(html, encoding="utf-8")
        (self._directory / "job.json").write_text(json.dumps(job), encoding="utf-8")
        self._tell(b"start\n")

    def finish(self, attachments: Sequence[Attachment] = ()) -> RenderResult:
        """Attach files to the document that was begun, and wait for the PDF.

        Raises RenderError when a limit is reached, when the document asks for anything outside
        the roots, or when the renderer fails.
        """
        delivered = [
            self._deliver(number, attachment)
            for number, attachment in enumerate(sorted(attachments, key=lambda a: a.name))
        ]
        (self._directory / "attachments.json").write_text(json.dumps(delivered), encoding="utf-8")
        self._tell(b"finish\n")
        try:
            self._process.wait(timeout=self._limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise RenderError(
                f"the PDF took longer than {self._limits.seconds:g} seconds and was stopped"
            ) from error
        return self._result()

    def _tell(self, line: bytes) -> None:
        assert self._process.stdin  # noqa: S101  # it was asked for
        with suppress(BrokenPipeError):  # a worker that has died: `_result` says why
            self._process.stdin.write(line)

    def _deliver(self, number: int, attachment: Attachment) -> dict[str, str]:
        path = attachment.data
        if isinstance(path, bytes):
            content, path = path, self._directory / f"attachment-{number}"
            path.write_bytes(content)
        return {
            "name": attachment.name,
            "path": str(path.resolve()),
            "description": attachment.description,
            "relationship": attachment.relationship,
            "mime": attachment.mime,
        }

    def _result(self) -> RenderResult:
        noise = (self._directory / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        result_file = self._directory / "result.json"
        if not result_file.exists():
            raise _crash(self._process.returncode, noise, self._limits)
        result = json.loads(result_file.read_bytes())
        if "error" in result:
            raise _refusal(result["error"], result["text"], self._limits)
        return RenderResult(
            pdf=(self._directory / "report.pdf").read_bytes(),
            pages=result["pages"],
            warnings=(*result["warnings"], *noise.splitlines()),
        )


def _environment(directory: Path, fonts: Fonts) -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return kept | {
        "FONTCONFIG_FILE": str(fonts.write_configuration(directory)),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TMPDIR": str(directory),
        "XDG_CACHE_HOME": str(directory),
    }


def _refusal(kind: str, text: str, limits: Limits) -> RenderError:
    """Put an error that the worker understood into words."""
    megabytes = limits.memory_bytes // 1_000_000
    return RenderError(
        {
            "asset": f"the report or its theme asks for something it may not load: {text}",
            "memory": f"the PDF needs more than the {megabytes} MB that the renderer may use",
            "nesting": "the PDF could not be made: a template nests its elements too deeply",
            "system": f"a library that the PDF needs is missing: {INSTALL}",
        }[kind]
    )


def _crash(code: int, noise: str, limits: Limits) -> RenderError:
    """Put the end of a worker that left no result into words."""
    if code == -signal.SIGXCPU:
        text = f"the PDF used more than {limits.cpu_seconds} seconds of processor time"
    elif code == -signal.SIGKILL:
        text = "the PDF renderer was killed, probably because the machine ran out of memory"
    elif "MemoryError" in noise:
        return _refusal("memory", "", limits)
    elif code < 0:
        text = f"the PDF renderer crashed ({signal.Signals(-code).name}); see the note below"
    else:
        last = noise.splitlines()[-1] if noise else f"exit code {code}"
        text = f"the PDF renderer failed: {last}"
    error = RenderError(text)
    if noise:
        error.add_note(noise)
    return error
