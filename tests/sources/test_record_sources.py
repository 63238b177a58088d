"""Sources of other people: records, their own tables, and elements of both kinds in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sourcekit import builtins, dumped, load_bytes, ocsf

from gapfolio.model import Finding
from gapfolio.sources.base import Element, Kind, RecordSource, Source, TableSource, dig


class Odd:
    """A made-up format: `{"odd": {"check": …, "failed": [resource, …]}}`."""

    name = "odd"
    title = "Odd JSON"
    recognised = "it has the key odd"
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By its key."""
        return "odd" in element

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a failed resource."""
        failed = dig(element, "odd", "failed")
        for resource in failed if isinstance(failed, list) else []:
            yield Finding(
                check=str(dig(element, "odd", "check")),
                account="111111111111",
                status="fail",
                resource=str(resource),
                scanner="odd",
                severity="low",
                tags=["a=b"],
                observed_at=datetime(2026, 8, 1, 12, tzinfo=timezone(timedelta(hours=2))),
            )


class OddCsv(Odd):
    """The same as CSV."""

    name = "odd-csv"
    title = "Odd CSV"
    recognised = "the header has ODD"
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """By a column."""
        return "ODD" in element

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a record."""
        yield Finding(
            check=str(element["ODD"]),
            account="111111111111",
            status="pass",
            resource=str(element["WHAT"]),
        )


class Flat:
    """A made-up format that DuckDB reads, with times as timestamps."""

    name = "it's flat"
    title = "Flat JSON"
    recognised = "it has the key flat"
    kind: Kind = "json"
    columns: ClassVar[dict[str, str]] = {"flat": "VARCHAR"}
    query = """
        SELECT "row", 'flat' AS scanner, NULL AS scanner_version, 'AWS' AS provider,
            flat AS check_raw, '111111111111' AS account, NULL AS account_name, NULL AS region,
            'r' AS resource, NULL AS resource_name, NULL AS resource_type, NULL AS service,
            'PASS' AS status, NULL AS muted, 'High' AS severity, NULL AS title, NULL AS detail,
            NULL AS tags, NULL AS frameworks, TIMESTAMP '2026-08-01 10:00:00' AS observed_at,
            TIMESTAMP '2026-08-01 12:00:00' AS local_time, NULL AS finding_uid
        FROM {elements};
    """

    def claims(self, element: Element) -> bool:
        """By its key."""
        return element.get("flat") is not None


def all_sources() -> list[Source]:
    """Give the built-in sources and the made-up ones."""
    return [*builtins(), Odd(), OddCsv(), Flat()]


def test_the_two_shapes_are_told_apart() -> None:
    assert isinstance(Flat(), TableSource)
    assert not isinstance(Flat(), RecordSource)
    assert isinstance(Odd(), RecordSource)
    assert not isinstance(Odd(), TableSource)
    for source in builtins():
        assert isinstance(source, TableSource) != isinstance(source, RecordSource)


def test_records_become_rows(tmp_path: Path) -> None:
    content = dumped({"odd": {"check": "c1", "failed": ["x", "y"]}}, {"odd": {}}, ocsf())
    loaded = load_bytes(tmp_path, content, sources=all_sources())
    assert loaded.result.source == "prowler-ocsf, odd"
    assert loaded.result.elements == 3
    assert loaded.result.findings == 3
    assert loaded.result.problem == ""
    row = loaded.rows[0]
    assert [(one["row"], one["resource"]) for one in loaded.rows[:2]] == [(1, "x"), (1, "y")]
    assert (row["source"], row["scanner"], row["check_raw"]) == ("odd", "odd", "c1")
    assert (row["status"], row["severity"], row["muted"]) == ("fail", "low", False)
    assert row["observed_at"] == datetime(2026, 8, 1, 10)  # noqa: DTZ001
    assert row["local_time"] is None
    assert row["tags"] == ["a=b"]
    assert row["region"] == row["detail"] == row["frameworks"] == ""


def test_csv_records_become_rows(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, b"ODD,WHAT\nc1,x\nc2,\n", sources=all_sources())
    assert [(row["row"], row["check_raw"], row["resource"]) for row in loaded.rows] == [
        (1, "c1", "x"),
        (2, "c2", "None"),
    ]
    assert loaded.result.source == "odd-csv"


def test_a_time_without_a_zone_is_taken_for_utc(tmp_path: Path) -> None:
    class Naive(Odd):
        def findings(self, element: Element) -> Iterator[Finding]:
            moment = datetime(2026, 8, 1, 10)  # noqa: DTZ001
            yield Finding(
                check="c",
                account="111111111111",
                status="pass",
                resource="r",
                observed_at=moment,
                local_time=moment,
            )

    row = load_bytes(tmp_path, b'[{"odd": 1}]', sources=[Naive()]).row
    assert row["observed_at"] == row["local_time"] == datetime(2026, 8, 1, 10)  # noqa: DTZ001


@pytest.mark.parametrize("tail", ["", "["])
def test_a_table_source_may_give_timestamps_and_gaps(tmp_path: Path, tail: str) -> None:
    content = dumped({"flat": "c1"}, {"flat": "c2"}) + tail.encode()
    rows = load_bytes(tmp_path, content, sources=[Flat()]).rows
    assert [row["check_raw"] for row in rows] == ["c1", "c2"]
    row = rows[0]
    assert row["source"] == "it's flat"
    assert (row["status"], row["severity"], row["provider"]) == ("pass", "high", "aws")
    assert (row["muted"], row["tags"], row["title"]) == (False, [], "")
    assert row["observed_at"] == datetime(2026, 8, 1, 10)  # noqa: DTZ001
    assert row["local_time"] == datetime(2026, 8, 1, 12)  # noqa: DTZ001


def test_the_first_source_that_claims_an_element_reads_it(tmp_path: Path) -> None:
    class Greedy(Odd):
        name = "greedy"

        def claims(self, element: Element) -> bool:
            return True

    content = dumped({"odd": {"check": "c", "failed": ["x"]}})
    assert load_bytes(tmp_path, content, sources=[Odd(), Greedy()]).result.source == "odd"
    assert load_bytes(tmp_path, content, sources=[Greedy(), Odd()]).result.source == "greedy"


@pytest.mark.parametrize(
    "element",
    [{}, {"class_uid": []}, {"metadata": None}, {"metadata": {"product": []}}, {"CheckID": None}],
)
def test_claims_never_raise(element: dict[str, Any]) -> None:
    assert not any(source.claims(element) for source in builtins())


def test_utc_is_kept(tmp_path: Path) -> None:
    class Exact(Odd):
        def findings(self, element: Element) -> Iterator[Finding]:
            yield Finding(
                check="c",
                account="111111111111",
                status="event",
                resource="r",
                observed_at=datetime(2026, 8, 1, 10, 0, 0, 123456, tzinfo=UTC),
            )

    row = load_bytes(tmp_path, json.dumps({"odd": 1}).encode(), sources=[Exact()]).row
    assert row["observed_at"] == datetime(2026, 8, 1, 10, 0, 0, 123456)  # noqa: DTZ001
    assert row["status"] == "event"
