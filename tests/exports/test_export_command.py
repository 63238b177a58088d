"""`gapfolio export`: the list, both ways to check a file, and what it says of what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
import quarters
from click.testing import CliRunner, Result

from gapfolio import publish
from gapfolio.audit import Options, opened
from gapfolio.cli import group
from gapfolio.errors import GapfolioError
from gapfolio.exports import desk
from gapfolio.testing import make_finding
from scanfile import write_findings

PACK = "2026-Q4"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, ["export", *map(str, arguments)])


def refused(*arguments: str | Path) -> str:
    """Run a command that a GapfolioError ends, and give its message."""
    with pytest.raises(GapfolioError) as error:
        raise run(*arguments).exception or AssertionError
    return str(error.value)


# --- list ------------------------------------------------------------------------------------


def test_the_list_has_its_titles_in_one_column() -> None:
    lines = [line for line in run("--list").output.splitlines() if "  " in line]

    assert len({len(line) - len(line.partition("  ")[2].lstrip()) for line in lines}) == 1
    assert any(line.startswith("fedramp-poam-xlsx  ") for line in lines)


def test_the_list_tells_apart_what_every_pack_has_already() -> None:
    offered, _, standard = run("--list").output.partition("\nIn every evidence pack already:\n")

    assert [line.split()[0] for line in standard.splitlines()] == ["csv", "json", "parquet"]
    assert not {line.split()[0] for line in offered.splitlines()} & {"csv", "json", "parquet"}
    assert set(publish.FORMATS) == {"pdf", "html", *desk.STANDARD}


# --- check -----------------------------------------------------------------------------------


@pytest.fixture
def poam(tmp_path: Path) -> Path:
    """Write a POA&M and give it another name."""
    made, _ = quarters.export(quarters.profile("fedramp-poam"), PACK, tmp_path).files
    return made.rename(tmp_path / "poam.csv")


@pytest.mark.parametrize("before", [["fedramp-poam"], ["--profile", "fedramp-poam"]])
def test_the_profile_of_a_check_is_named_first_or_as_an_option(
    poam: Path, before: list[str]
) -> None:
    done = run(*before, "--check", poam)

    assert (done.exit_code, done.output) == (0, f"{poam}: as fedramp-poam has it\n")


def test_a_file_of_another_name_is_known_by_its_header(poam: Path) -> None:
    text = poam.read_text(encoding="utf-8")
    poam.write_text(text.replace('"Pending"', '"Perhaps"'), encoding="utf-8", newline="")
    done = run("--check", poam, "--profile", "fedramp-poam")

    assert done.exit_code == 1
    assert "Operational Requirement: 'Perhaps' is none of Yes, No, Pending" in done.output
    assert done.output.endswith("poam.csv: 1 fault\n")


def test_a_file_that_is_like_none_of_the_profile_is_told_so(poam: Path) -> None:
    assert "neither name nor header is of a file of eramba" in refused("eramba", "--check", poam)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: row 1 is to have key, period, client"),
        (b'{"a": 1}\n', "row 1: is one cell, '{\"a\": 1}', and no header of 31 cells"),
        (b"%PDF-1.7\n\x96\n", "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_told_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "gaps.csv"
    path.write_bytes(content)
    done = run("generic", "--check", path)

    assert done.exit_code == 1
    assert words in done.output


def test_a_profile_without_tables_has_nothing_to_check_against(poam: Path) -> None:
    assert refused("sarif", "--check", poam).startswith("sarif: writes no CSV")


@pytest.mark.parametrize(
    "arguments", [["generic", "--profile", "generic"], ["--profile", "generic"], []]
)
def test_a_profile_is_named_once(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_check_writes_nothing(poam: Path, tmp_path: Path) -> None:
    done = run("fedramp-poam", "--check", poam, "-o", tmp_path)

    assert done.exit_code == 2
    assert "--check reads its FILE only" in done.output


# --- what cannot be done ---------------------------------------------------------------------


def test_a_profile_that_is_none_is_told_the_nearest() -> None:
    assert refused("fedramp-poams").endswith("did you mean fedramp-poam, fedramp-poam-xlsx?")


def test_cells_stay_raw_only_where_there_are_cells() -> None:
    assert refused("sarif", quarters.pack(PACK), "--raw") == (
        "--raw: sarif has no cells that are made safe"
    )


def test_an_engagement_is_no_pack_and_its_newest_one_is_named() -> None:
    packs_of_it = quarters.pack(PACK).parent

    for place in (packs_of_it, packs_of_it.parent):
        said = refused("generic", place)
        assert said.startswith(f"{place}: is no evidence pack")
        assert said.endswith(f"did you mean {packs_of_it / PACK}?")


def test_a_pack_without_the_tables_is_told_how_it_gets_them(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes((quarters.pack(PACK) / "manifest.json").read_bytes())

    assert "has no assessment.json, findings.parquet" in refused("generic", tmp_path)
    assert "a report with --format json,parquet" in refused("generic", tmp_path)


# --- with every report -----------------------------------------------------------------------


@pytest.fixture
def engagement(tmp_path: Path) -> Path:
    write_findings(tmp_path / "scan.json", [make_finding(status="fail", title="x" * 99)])
    (tmp_path / "gapfolio.toml").write_text(
        'inputs = ["scan.json"]\n[export]\nprofiles = ["fedramp-poam", "short"]\n'
        '[export.profile.short]\nrecord = "findings"\n'
        'columns = [{name = "Title", field = "title", longest = 9}]\n'
    )
    return tmp_path


def test_the_profiles_of_an_engagement_are_in_its_pack_and_its_manifest(engagement: Path) -> None:
    done = CliRunner().invoke(group, ["report", str(engagement), "--format", "json"])
    [pack] = (engagement / "packs").iterdir()
    made = {"fedramp-poam-open.csv", "fedramp-poam-closed.csv", "short.csv"}

    assert done.exit_code == 0
    assert made <= {path.name for path in pack.iterdir()}
    assert all(f'"{name}"' in (pack / "manifest.json").read_text() for name in made)
    assert "note: short.csv: 1 text cut in Title\n" in done.stderr


def test_a_profile_that_is_none_stops_a_report_before_anything_is_read(engagement: Path) -> None:
    settings = engagement / "gapfolio.toml"
    settings.write_text(settings.read_text().replace('"short"', '"shirt"'))
    (engagement / "scan.json").unlink()

    with (
        pytest.raises(GapfolioError, match=r"toml: line 3: export.profiles: shirt: .* mean short"),
        opened(Options(directory=engagement)),
    ):
        raise AssertionError
