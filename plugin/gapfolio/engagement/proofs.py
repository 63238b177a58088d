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
        if (base / name).is_file():
            path = inside(str((base / name).absolute()), directory)
            if path is None:
                raise OutsideError(name, base / name)
            relative = path.relative_to(directory.resolve())
            return Proof(file=relative.as_posix(), sha256=sha256(path))
    raise EngagementError(f"{name}: is neither a file nor a link that begins with https://")


def copied(source: Path, directory: Path) -> Proof:
    """Copy a file into the engagement's `evidence/`, where it may be already.

    Raises:
        EngagementError: another file of that name is there, or it cannot be written.
    """
    target = directory / FOLDER / source.name
    digest = sha256(source)
    name = f"{FOLDER}/{source.name}"
    if target.exists():
        if not target.is_file() or sha256(target) != digest:
            raise EngagementError(
                f"{target}: is there already and differs from {source}; give one another name"
            )
        return Proof(file=name, sha256=digest)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, draft)
        draft.replace(target)
    except OSError as error:
        raise EngagementError(f"{target}: cannot be written ({error.strerror})") from error
    finally:
        draft.unlink(missing_ok=True)
    return Proof(file=name, sha256=digest)
