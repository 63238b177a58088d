"""Fixtures for every test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def only_builtin_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that happens to be installed must not change what is tested."""
    monkeypatch.setenv("GAPFOLIO_LOAD_PLUGINS", "")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
