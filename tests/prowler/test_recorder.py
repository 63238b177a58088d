"""The record is made from what Prowler itself has read, and its user sees nothing of it."""

from __future__ import annotations

import argparse
import io
import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from gapfolio.prowler import recorder
from gapfolio.prowler.recorder import Recorder

NAMES = ("_after_basic_config", "_before_exit", "_on_interrupt")


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this process as it is."""
    for name in NAMES:
        monkeypatch.setattr(recorder, name, lambda _: None)


@pytest.fixture
def shown() -> Iterator[io.StringIO]:
    """Set logging up as Prowler does by default: nothing under CRITICAL is shown."""
    root, text = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    root.handlers[:] = [logging.StreamHandler(text)]
    root.setLevel(logging.CRITICAL)
    yield text
    root.handlers[:], level = before
    root.setLevel(level)


def options(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"shodan": None, "external_id": None, "status": None, **more})


def test_errors_are_heard_and_not_shown(shown: io.StringIO) -> None:
    heard = Recorder([], options())
    heard._listen()
    for level in (logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        path = "/opt/prowler/providers/aws/services/iam/iam_service.py"
        made = logging.LogRecord("root", level, path, 1, "AccessDenied %s", (level,), None)
        if logging.getLogger().isEnabledFor(level):
            logging.getLogger().handle(made)

    assert shown.getvalue() == f"AccessDenied {logging.CRITICAL}\n"
    assert heard.log
    assert [error.count for error in heard.log.errors()] == [3]


def test_secrets_and_filters_are_those_that_prowler_read(
    shown: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = SimpleNamespace(
        identity=SimpleNamespace(account="111111111111", audited_regions={"eu-west-1"}),
        audit_metadata=SimpleNamespace(expected_checks=["a", "b"]),
    )
    monkeypatch.setattr(recorder, "_provider", lambda: provider)
    words = ["aws", "--statu", "FAIL", "--ext", "s3cr3t", "-Nk3y"]
    heard = Recorder(words, options(status=["FAIL"], external_id="s3cr3t", shodan="k3y"))
    heard._listen()
    assert heard.log
    heard.log.broken.add("b")
    made = heard.finished()

    assert made is not None
    assert made.arguments == ["aws", "--statu", "FAIL", "--ext", "***", "-N***"]
    assert made.partial == "--status"
    assert made.checks == ["a"]
    assert made.regions == ["eu-west-1"]
    assert made.errors == []


def test_without_a_scan_there_is_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_provider", lambda: None)

    assert Recorder(["aws", "-l"], options()).finished() is None
