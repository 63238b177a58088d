"""Evidence as a person names it: a file of the engagement with its hash, or a link."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from gapfolio.engagement.attestations import Proof, inside
from gapfolio.errors import EngagementError
from gapfolio.hashing import sha256

FOLDER = "evidence"
"""Where evidence is copied to."""
_LINKS = ("https://", "http://")


class OutsideError(EngagementError):
    """A file of evidence lies outside the engagement's folder; `path` is where."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(
            f"{name}: is outside the engagement's folder, so a report could not carry it; copy it "
            f"to {FOLDER}/ first"
        )
        self.path = path


def proof(name: str, directory: Path, beside: Path | None = None) -> Proof:
    """Make evidence of a link or the path of a file, as seen from `beside` or the engagement.

    Raises:
        OutsideError: the file is not inside the engagement.
        EngagementError: it is neither a file nor a link.
    """
    if name.startswith(_LINKS):
        return Proof(link=name)
    for base in (beside or directory, directory):
        path = base / name
        if path.is_file():
            return Proof(file=_within(name, path, directory), sha256=sha256(path))
    raise EngagementError(f"{name}: is neither a file nor a link that begins with https://")


def _within(name: str, path: Path, directory: Path) -> str:
    """Give the path of a file as the engagement names it."""
    for found, root in (
        (inside(str(path.absolute()), directory), directory.absolute()),
        (path.resolve(), directory.resolve()),  # the same place by another way
    ):
        if found and found.is_relative_to(root):
            return found.relative_to(root).as_posix()
    raise OutsideError(name, path)


def proof_of_copy(source: Path, directory: Path) -> Proof:
    """Make evidence of a file that is to be copied into the engagement's `evidence/`.

    Raises:
        EngagementError: another file of that name is there.
    """
    target = directory / FOLDER / source.name
    digest = sha256(source)
    if target.exists() and not (target.is_file() and sha256(target) == digest):
        raise EngagementError(
            f"{target}: is there already and differs from {source}; give one another name"
        )
    return Proof(file=f"{FOLDER}/{source.name}", sha256=digest)


def copy(source: Path, directory: Path) -> None:
    """Copy a file into `evidence/`, unless it is there.

    Raises:
        EngagementError: it cannot be written, or another file of that name is there.
    """
    proof_of_copy(source, directory)
    target = directory / FOLDER / source.name
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, draft)
        draft.replace(target)
    except OSError as error:
        raise EngagementError(f"{target}: cannot be written ({error.strerror})") from error
    finally:
        draft.unlink(missing_ok=True)
