"""The flag comes in by way of argparse, once, and only where somebody asks for it."""

from __future__ import annotations

import argparse

import pytest

from gapfolio.prowler import flag


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """Give a command line with a subcommand `aws`; argparse is as it was afterwards."""
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", argparse.ArgumentParser.parse_args)
    monkeypatch.setattr(flag, "_arm", lambda _parser, _options: armed.append(True))
    armed.clear()
    parser = argparse.ArgumentParser(prog="prowler")
    parser.add_subparsers(dest="provider").add_parser("aws")
    return parser


armed: list[bool] = []


def call(monkeypatch: pytest.MonkeyPatch, *line: str) -> None:
    monkeypatch.setattr("sys.argv", ["prowler", *line])
    flag.offer()


def test_a_run_that_names_us_is_listened_to(
    aws: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ("aws", "--gapfolio-report", "packs/q3", "--gapfolio-theme=dark")
    call(monkeypatch, *line)
    chosen = aws.parse_args(line)

    assert chosen.gapfolio_report == "packs/q3"
    assert chosen.gapfolio_theme == "dark"
    assert chosen.gapfolio_engagement is None
    assert armed == [True]


def test_help_shows_the_flag(
    aws: argparse.ArgumentParser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    call(monkeypatch, "aws", "-h")

    with pytest.raises(SystemExit):
        aws.parse_args(["aws", "-h"])
    assert "--gapfolio-report DIR" in capsys.readouterr().out
    assert armed == []


def test_any_other_run_is_left_alone(
    aws: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = argparse.ArgumentParser.parse_args
    call(monkeypatch, "aws", "--list-checks")

    assert argparse.ArgumentParser.parse_args is before
    assert armed == []


def test_argparse_is_as_it_was_once_the_line_is_read(
    aws: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = argparse.ArgumentParser.parse_args
    call(monkeypatch, "aws", "--gapfolio-report", "x")
    assert argparse.ArgumentParser.parse_args is not before
    aws.parse_args(["aws", "--gapfolio-report", "x"])

    assert argparse.ArgumentParser.parse_args is before


def test_a_program_without_aws_is_not_bothered(
    aws: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(monkeypatch, "--gapfolio-report", "x")
    other = argparse.ArgumentParser()
    other.add_argument("--gapfolio-report")

    assert other.parse_args(["--gapfolio-report", "x"]).gapfolio_report == "x"
    assert armed == []


def test_the_flag_given_twice_listens_once(
    aws: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ("aws", "--gapfolio-report", "x", "--gapfolio-rep=y")
    call(monkeypatch, *line)

    assert aws.parse_args(line).gapfolio_report == "y"
    assert armed == [True]


@pytest.mark.parametrize("option", ["--gapfolio-theme", "--gapfolio-engagement"])
def test_the_other_options_need_the_flag(
    aws: argparse.ArgumentParser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    call(monkeypatch, "aws", option, "x")

    with pytest.raises(SystemExit):
        aws.parse_args(["aws", option, "x"])
    assert f"{option} goes with --gapfolio-report DIR" in capsys.readouterr().err
    assert armed == []


def test_the_wrapper_asks_by_the_environment(
    aws: argparse.ArgumentParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAPFOLIO_RUN_RECORD", "/nowhere/record.part")
    call(monkeypatch, "aws")
    aws.parse_args(["aws"])

    assert armed == [True]
