"""Listens to a Prowler run from inside its process and writes the run record at the end.

Armed by `--gapfolio-report` or by the wrapper; a run that asks for neither is left alone. Nothing
here may break somebody's scan: what cannot be had is left out of the record.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from gapfolio.model import RunRecord
from gapfolio.prowler import record
from gapfolio.prowler.errors import LEVEL, ErrorLog


class Recorder:
    """One run of Prowler, from the moment its command line was read."""

    def __init__(self, arguments: list[str], options: argparse.Namespace) -> None:
        self.arguments = arguments
        self.options = options
        self.started = datetime.now(UTC)
        self.log: ErrorLog | None = None
        self._left: object = 0
        self._interrupted = False
        _after_basic_config(self._listen)
        _before_exit(self._leave)
        _on_interrupt(self._stopped)

    def _listen(self) -> None:
        """Hear errors although Prowler's root logger drops them; others keep their level."""
        root = logging.getLogger()
        for handler in root.handlers:
            handler.setLevel(max(handler.level, root.level))
        self.log = ErrorLog()
        root.addHandler(self.log)
        root.setLevel(min(root.level or LEVEL, LEVEL))

    def _leave(self, status: object) -> None:
        self._left = status

    def _stopped(self) -> None:
        self._interrupted = True

    def exit_code(self) -> int:
        """Give the code that Prowler ends with; 130 after Ctrl-C, 1 for a traceback.

        Prowler's progress bar swallows Ctrl-C: the scan ends early, its files hold what was found
        so far, and Prowler exits as if all were well.
        """
        if self._interrupted:
            return record.INTERRUPTED
        if getattr(sys, "last_type", None) is not None:  # of the traceback that ended it
            return 1
        if self._left is None:
            return 0
        return self._left if isinstance(self._left, int) else 1

    def finished(self) -> RunRecord | None:
        """Give the record, still without outputs; None when no scan took place."""
        provider = _provider()
        executed = _executed(provider)
        if provider is None or executed is None:
            return None
        broken = self.log.broken if self.log else set[str]()
        return RunRecord(
            scanner="prowler",
            version=_version(),
            account=str(provider.identity.account),
            regions=_regions(provider),
            arguments=record.without_secrets(self.arguments, record.secrets(self.options)),
            checks=sorted(set(executed) - broken),
            errors=self.log.errors() if self.log else None,
            started=self.started,
            ended=datetime.now(UTC),
            exit_code=self.exit_code(),
            partial=record.selection(self.options),
        )

    def place(self) -> record.Place:
        """Give the place of the outputs, as Prowler names them."""
        stamp = getattr(sys.modules.get("prowler.config.config"), "output_file_timestamp", "")
        account = _provider().identity.account
        name = self.options.output_filename or f"prowler-output-{account}-{stamp}"
        return record.Place(Path(self.options.output_directory), name)


def _after_basic_config(then: Callable[[], None]) -> None:
    """Run something once, right after Prowler has set up its logging.

    `basicConfig` does nothing when the root logger has a handler, so ours must come second.
    """
    original = logging.basicConfig

    def configured(**options: Any) -> None:
        logging.basicConfig = original
        original(**options)
        then()

    logging.basicConfig = configured


def _before_exit(then: Callable[[object], None]) -> None:
    """Be told the status of `sys.exit`; a handler of `atexit` cannot ask for it."""
    original = sys.exit

    def leave(status: Any = None, /) -> NoReturn:
        then(status)
        original(status)

    sys.exit = leave


def _on_interrupt(then: Callable[[], None]) -> None:
    """Be told of Ctrl-C, before whoever handles it."""
    before = signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: FrameType | None) -> None:
        then()
        if callable(before):
            before(number, frame)

    with suppress(ValueError):  # not in the main thread: nobody can be told
        signal.signal(signal.SIGINT, handle)


def _provider() -> Any:
    """Give Prowler's provider of this run; None when it did not get that far."""
    module = sys.modules.get("prowler.providers.common.provider")
    provider = module.Provider.get_global_provider() if module else None
    return provider if getattr(provider, "type", "") == "aws" else None


def _executed(provider: Any) -> list[str] | None:
    """Give the checks of the run, once Prowler has begun to execute them."""
    metadata = getattr(provider, "audit_metadata", None)
    expected = getattr(metadata, "expected_checks", None)
    return list(expected) if expected else None


def _regions(provider: Any) -> list[str]:
    """Give the Regions of the run: those asked for, else all that are enabled."""
    identity = provider.identity
    asked = getattr(identity, "audited_regions", None)
    enabled = getattr(provider, "_enabled_regions", None)
    return sorted(asked or enabled or [])


def _version() -> str:
    module = sys.modules.get("prowler.config.config")
    return str(getattr(module, "prowler_version", ""))
