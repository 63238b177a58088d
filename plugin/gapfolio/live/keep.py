"""Keeps what a live location says in a directory, or its findings in one file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gapfolio import decoding
from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.live import schemes
from gapfolio.live.base import Access, Progress, Pulled
from gapfolio.live.saved import unwritten
from gapfolio.model import RunOutput, RunRecord

_FILES = (".ndjson", ".jsonl", ".json")


def keep(
    location: str, access: Access, output: Path, settings: object, progress: Progress
) -> Pulled:
    """Pull a live location; what an interrupted call left is gone on with.

    Args:
        location: see `schemes.SCHEMES`.
        access: how AWS is reached.
        output: a directory; or, by its suffix, a file for all findings. Run records and whatever
            else comes with them lie beside it and begin with its name.
        settings: the engagement's `[probe]`.
        progress: told what is being read.

    Raises:
        InputError: something is in the way, AWS cannot be read, or the disk is full.
    """
    if output.suffix.lower() not in _FILES or output.is_dir():
        return schemes.pull(location, access, output, settings, progress)
    work = output.with_name(f".{output.name}.pull")
    if output.exists() and not work.exists():
        raise InputError(f"{output}: is there already and stays as it is; name another -o")
    pulled = schemes.pull(location, access, work, settings, progress)
    unfinished = any(work.glob(".*.json"))
    try:
        kept = _beside(pulled, work, output)
        if not unfinished:
            shutil.rmtree(work)
    except OSError as error:
        raise unwritten(output, error) from error
    return kept


def _beside(pulled: Pulled, work: Path, output: Path) -> Pulled:
    """Make one file of the findings, and put what came with them beside it."""
    if not pulled.files:
        return pulled
    if len(pulled.files) > 1 and any(file.suffix != ".ndjson" for file in pulled.files):
        raise InputError(f"{output}: there are several files; name a directory with -o")
    draft = work / f".{output.name}.joined"
    with draft.open("wb") as joined:
        for file in pulled.files:
            with file.open("rb") as one:
                shutil.copyfileobj(one, joined)
    made = RunOutput(path=output.name, sha256=sha256(draft), bytes=draft.stat().st_size)
    for old in output.parent.glob(f"{output.stem}.*.run-*.json"):
        old.unlink()  # of an earlier try
    runs = []
    for path in _companions(work, pulled.files):
        target = output.with_name(f"{output.stem}.{path.name}")
        if path in pulled.runs:
            target.write_bytes(_speaking_of(path, made))
            runs.append(target)
        else:
            shutil.copyfile(path, target)
    draft.replace(output)
    return Pulled([output], runs, pulled.notices)


def _companions(work: Path, files: Sequence[Path]) -> list[Path]:
    return sorted(
        path
        for path in work.iterdir()
        if path.is_file() and path not in files and not path.name.startswith(".")
    )


def _speaking_of(path: Path, output: RunOutput) -> bytes:
    """Give a run record that names the joined file."""
    record = decoding.decode(path.read_bytes(), RunRecord, "json")
    record = msgspec.structs.replace(record, outputs=[output])
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
