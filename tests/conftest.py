"""Fixtures for every test."""

from __future__ import annotations

import signal

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # so a shell starts what it runs in the background; our children would inherit it, and the
    # tests of an interrupt wait for ever
    signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore = ["demo"]
"""Makes the data of the demo; nothing there is a test."""


@pytest.fixture(autouse=True)
def only_builtin_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that happens to be installed must not change what is tested."""
    monkeypatch.setenv("GAPFOLIO_LOAD_PLUGINS", "")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
