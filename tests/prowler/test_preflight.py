"""What would keep a report from being made is found before the scan."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gapfolio.errors import GapfolioError
from gapfolio.prowler import preflight


def engaged(directory: Path, text: str = 'client = "Acme"') -> Path:
    home = directory / "engagement"
    home.mkdir()
    (home / "gapfolio.toml").write_text(text, encoding="utf-8")
    return home


def test_a_scan_that_can_be_reported_on_is_let_go(tmp_path: Path) -> None:
    preflight.check(tmp_path / "pack", theme="contrast", directory=engaged(tmp_path))

    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"theme": "nowhere"}, "nowhere: no theme.toml there"),
        ({"period": "2019-Q1"}, "a scan of today is no evidence for it"),
        ({"period": "2019-Q7"}, "period '2019-Q7': write"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(GapfolioError, match=words):
        preflight.check(tmp_path / "pack", **options)  # type: ignore[arg-type]


def test_an_account_that_is_not_under_audit_is_refused(tmp_path: Path) -> None:
    home = engaged(tmp_path, 'accounts = [{id = "111111111111"}]')

    with pytest.raises(GapfolioError, match="--account 222222222222: not in scope"):
        preflight.check(None, directory=home, accounts=["222222222222"])


def test_a_place_that_is_taken_is_refused(tmp_path: Path) -> None:
    home = engaged(tmp_path)
    now = datetime.now(UTC)
    mine = home / "packs" / f"{now.year}-Q{(now.month + 2) // 3}"
    mine.mkdir(parents=True)
    (mine / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(GapfolioError, match="not an evidence pack of ours"):
        preflight.check(None, directory=home)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("", "", ""), "name a directory"),
        (("pack", "", "nowhere"), "there is no gapfolio.toml in it"),
        (("pack", "nowhere", ""), "no theme.toml there"),
    ],
)
def test_the_flag_is_told_in_words(
    capsys: pytest.CaptureFixture[str], line: tuple[str, str, str], words: str
) -> None:
    assert preflight.main(line) == 2
    told = capsys.readouterr().err
    assert words in told
    assert told.count("\n") == 1


def test_the_flag_is_let_go(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert preflight.main((str(tmp_path / "pack"), "neutral", str(engaged(tmp_path)))) == 0
    assert capsys.readouterr().err == ""
