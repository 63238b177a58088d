"""Progress is for people who watch and wait."""

from __future__ import annotations

import io
import sys
import time

import pytest

from gapfolio.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nobody_watching_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = io.StringIO()
    monkeypatch.setattr(sys, "stderr", quiet)

    with progress.shown() as told:
        told("reading", 1, 2)

    assert quiet.getvalue() == ""


def test_one_long_step_is_shown_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE", 0.05)
    monkeypatch.setenv("TERM", "xterm")

    with progress.shown() as told:
        told("rendering the PDF", 0, 0)
        time.sleep(0.4)

    assert "rendering the PDF" in terminal.getvalue()


def test_quick_work_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with progress.shown() as told:
        told("reading", 0, 0)

    assert "reading" not in terminal.getvalue()
