"""Each profile against what is written down of its target: headers, order, values, lengths."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from quarters import export, profile, rows

from gapfolio.exports.tables.check import check

CONTRACTS = Path(__file__).parents[1] / "data" / "contracts"
PROFILES = sorted(path.stem for path in CONTRACTS.glob("*.json"))
QUARTERS = ("2026-Q3", "2026-Q4")
ONLY_WORDS = frozenset(("ciso-assistant-posture.csv",))
"""Files whose columns are words of any length, so that nothing tells the header from a row."""


def contract(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACTS / f"{name}.json").read_bytes())
    return found


def agreed(name: str) -> dict[str, dict[str, Any]]:
    """Give what is written down of each file of a profile."""
    made = contract(name)
    return {
        file: made[about.removeprefix("#/")] if isinstance(about, str) else about
        for file, about in made["files"].items()
    }


FILES = [(name, file) for name in PROFILES for file in agreed(name)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("written")
    for name in PROFILES:
        for period in QUARTERS:
            (home / period).mkdir(exist_ok=True)
            export(profile(name), period, home / period)
    return home


def table(written: Path, file: str) -> list[dict[str, str]]:
    return [row for period in QUARTERS for row in rows(written / period / file)]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_writes_the_files_that_are_agreed(name: str) -> None:
    assert sorted(t.file for t in profile(name).contract.tables) == sorted(agreed(name))


@pytest.mark.parametrize(("name", "file"), FILES)
def test_the_header_is_the_agreed_one_in_its_order(written: Path, name: str, file: str) -> None:
    with (written / "2026-Q4" / file).open(encoding="utf-8", newline="") as opened:
        assert next(csv.reader(opened, strict=True)) == agreed(name)[file]["headers"]


@pytest.mark.parametrize(("name", "file"), FILES)
def test_cells_hold_what_the_target_takes(written: Path, name: str, file: str) -> None:
    about = agreed(name)[file]
    found = table(written, file)
    assert found

    for row in found:
        for column, values in about["values"].items():
            assert row[column] in ("", *values), column
        for column in about["filled"]:
            assert row[column], column
        for column in about["dates"]:
            assert not row[column] or date.fromisoformat(row[column]).isoformat() == row[column]
        for column, pattern in about["patterns"].items():
            assert re.fullmatch(pattern, row[column]), (column, row[column])
        for column, longest in about["longest"].items():
            assert len(row[column]) <= longest, column
        for column, cell in row.items():
            assert "\n" not in cell or column in about["lines"], column


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_key_stands_once(written: Path, name: str, file: str) -> None:
    if key := agreed(name)[file]["key"]:
        for period in QUARTERS:
            keys = [row[key] for row in rows(written / period / file)]
            assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("period", QUARTERS)
@pytest.mark.parametrize(("name", "file"), FILES)
def test_readers_that_guess_find_commas_quotes_and_the_header(
    written: Path, name: str, file: str, period: str
) -> None:
    content = (written / period / file).read_text(encoding="utf-8")
    first = content.splitlines()[0]
    whole, begun = csv.Sniffer().sniff(content), csv.Sniffer().sniff(first)

    assert (whole.delimiter, whole.quotechar) == (begun.delimiter, begun.quotechar) == (",", '"')
    assert first.startswith(f'"{agreed(name)[file]["headers"][0]}"')
    assert csv.Sniffer().has_header(content) or file in ONLY_WORDS


@pytest.mark.parametrize("period", QUARTERS)
@pytest.mark.parametrize(("name", "file"), FILES)
def test_the_csv_module_reads_every_row_whole(
    written: Path, name: str, file: str, period: str
) -> None:
    content = (written / period / file).read_bytes().decode("utf-8")
    found = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    again = io.StringIO(newline="")
    csv.writer(again, quoting=csv.QUOTE_ALL).writerows(found)

    assert {len(row) for row in found} == {len(agreed(name)[file]["headers"])}
    assert again.getvalue() == content


@pytest.mark.parametrize(("name", "file"), FILES)
def test_what_is_written_passes_its_own_check(written: Path, name: str, file: str) -> None:
    (wanted,) = (t for t in profile(name).contract.tables if t.file == file)

    for period in QUARTERS:
        assert check(written / period / file, wanted) == []


@pytest.mark.parametrize("name", PROFILES)
def test_the_same_pack_gives_the_same_bytes(written: Path, name: str, tmp_path: Path) -> None:
    for path in export(profile(name), "2026-Q4", tmp_path).files:
        assert path.read_bytes() == (written / "2026-Q4" / path.name).read_bytes()


@pytest.mark.parametrize("name", ["ciso-assistant", "eramba", "fedramp-poam"])
def test_a_profile_says_what_it_was_checked_against(name: str) -> None:
    said = profile(name).contract

    assert "Not tried in" in said.source
    assert name != "eramba" or "checked only against c2.8.1" in said.source
    assert name != "eramba" or "c2.8.1 only" in said.title
