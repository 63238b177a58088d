"""How far a pull has come, kept beside what it read, so that an interrupted one goes on."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from gapfolio import decoding
from gapfolio.errors import InputError
from gapfolio.live.plan import Step

FRESH = timedelta(days=1)
"""How old a pull may be to go on: what it read first must still be true."""


class Part(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One step of the plan, and the file that it fills."""

    region: str
    covers: list[str]
    filtered: bool
    file: str
    token: str = ""
    bytes: int = 0
    findings: int = 0
    state: Literal["open", "done", "failed"] = "open"
    why: str = ""

    def restart(self) -> None:
        """Forget what was read."""
        self.token, self.bytes, self.findings = "", 0, 0


class State(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The whole pull."""

    schema: Literal["gapfolio.pull/1"] = "gapfolio.pull/1"
    asked: list[str]
    """Location, account, Regions and role: a pull goes on only as it was begun."""
    started: datetime
    parts: list[Part]
    notices: list[str]


class Place:
    """The directory of a pull, with the names of its files.

    Names that begin with a dot are not finished, or not for others.
    """

    def __init__(self, directory: Path, stem: str) -> None:
        self.directory = directory
        self.stem = stem
        self._state = directory / f".{stem}.state.json"

    def begin(self, asked: list[str]) -> State | None:
        """Give the state to go on from; None to start anew.

        Raises:
            InputError: what lies there is finished, or another pull; it is left alone.
        """
        self._make()
        state = self._read()
        finished = sorted(self.directory.glob(f"{self.stem}.*"))
        if state and state.asked == asked and datetime.now(UTC) - state.started < FRESH:
            return state
        if finished:
            raise InputError(
                f"{finished[0]}: is there already and stays as it is; name a fresh directory"
            )
        if state and state.asked != asked and any(part.bytes for part in state.parts):
            raise InputError(
                f"{self.directory}: holds another pull that is not finished (of "
                f"{' '.join(state.asked)}); name a fresh directory"
            )
        return None

    def fresh(self, asked: list[str], steps: list[Step], notices: list[str]) -> State:
        """Give the state of a pull that begins."""
        return State(
            asked=asked,
            started=datetime.now(UTC).replace(microsecond=0),
            parts=[
                Part(
                    region=step.region,
                    covers=list(step.covers),
                    filtered=step.filtered,
                    file=self._name(step, sum(s.region == step.region for s in steps[:place])),
                )
                for place, step in enumerate(steps)
            ],
            notices=notices,
        )

    def draft(self, part: Part) -> Path:
        """Give the file that a part is written to; what an earlier try finished is taken up."""
        final, draft = self.final(part), self._draft(part)
        if not draft.exists() and final.exists():
            final.rename(draft)
        if not draft.exists() or draft.stat().st_size < part.bytes:
            part.restart()
        return draft

    def holds(self, part: Part) -> bool:
        """Say whether all that was read of a part is still there."""
        for path in (self.final(part), self._draft(part)):
            if path.exists():
                return path.stat().st_size == part.bytes
        return not part.bytes

    def final(self, part: Part) -> Path:
        """Give the file of a part once it is read."""
        return self.directory / part.file

    def settle(self, part: Part) -> Path | None:
        """Give a part its final name; None, and no file, where it has no finding."""
        final, draft = self.final(part), self._draft(part)
        if draft.exists() and part.bytes:
            draft.rename(final)
        draft.unlink(missing_ok=True)
        return final if final.exists() else None

    def save(self, state: State) -> None:
        """Write the state whole, or leave the one before."""
        self.write(self._state, msgspec.json.encode(state))

    def replace(self, files: dict[str, bytes]) -> list[Path]:
        """Write run records, by the end of their names, in the place of those of an earlier try."""
        for old in self.directory.glob(f"{self.stem}.run-*.json"):
            old.unlink()
        return [
            self.write(self.directory / f"{self.stem}.{name}", content)
            for name, content in files.items()
        ]

    def close(self, *, complete: bool) -> None:
        """Forget the state of a pull that is complete."""
        if complete:
            self._state.unlink(missing_ok=True)

    def write(self, path: Path, content: bytes) -> Path:
        """Write a file under a temporary name, and move it.

        Raises:
            InputError: it cannot be written.
        """
        draft = path.with_name(f".{path.name.lstrip('.')}.draft")
        try:
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise unwritten(path, error) from error
        return path

    def _draft(self, part: Part) -> Path:
        return self.directory / f".{part.file}.part"

    def _make(self) -> None:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritten(self.directory, error) from error

    def _read(self) -> State | None:
        try:
            return decoding.decode(self._state.read_bytes(), State, "json")
        except FileNotFoundError:
            return None
        except (OSError, decoding.MalformedError) as error:
            raise InputError(
                f"{self._state}: cannot be read ({error}); name a fresh directory"
            ) from error

    def _name(self, step: Step, before: int) -> str:
        return f"{self.stem}.{step.region}{f'-{before + 1}' if before else ''}.ndjson"


def unwritten(path: Path, error: OSError) -> InputError:
    """Say that a file cannot be written; what was written before is still there."""
    return InputError(f"{path}: cannot be written ({error.strerror or error})")
