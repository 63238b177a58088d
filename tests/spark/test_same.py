"""Both engines say the same, to the byte, of the same findings."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from clusterkit import opened, stored

import wholescan
from gapfolio import publish, testing
from gapfolio.assess import document
from gapfolio.assess.queries import queries, query
from gapfolio.catalogue import Scanner
from gapfolio.engagement import Account, Engagement, Entry, Folder, Notes, Waiver
from gapfolio.engine.base import Engine
from gapfolio.engine.spark import SparkEngine
from gapfolio.model import Finding

DEMO = Path(__file__).parents[2] / "plugin" / "gapfolio" / "demo"
GENERATED = 300
_OF_HASHES = ("manifest.json", "evidence.json")


def content(path: Path) -> object:
    """Give what a file holds: how Parquet is packed follows from the pieces that were written."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    with duckdb.connect() as connection:
        read = connection.execute(f"SELECT * FROM '{path}'")
        return read.description, read.fetchall()


def tables(engine: Engine) -> dict[str, list[str]]:
    """Give what every query says now; those that order their rows, in that order."""
    made = {}
    for name in queries():
        text = query(name)
        rows = [str(sorted(row.items())) for row in engine.rows(text)]
        is_ordered = "\norder by" in text
        made[name] = rows if is_ordered else sorted(rows)
    return made


@pytest.mark.usefixtures("running")
def test_a_whole_scan_with_its_record(tmp_path: Path) -> None:
    store = stored(tmp_path / "store", wholescan.FOLDER)
    said = {}
    for name in ("duckdb", "spark"):
        with opened(name, locations=[store]) as done:
            said[name] = document.encode(done.assessment)

    assert said["spark"] == said["duckdb"]


@pytest.mark.usefixtures("running")
def test_two_quarters_of_an_engagement_query_by_query_and_file_by_file(tmp_path: Path) -> None:
    earlier = stored(tmp_path / "Q2", DEMO / "scans" / "2026-Q2", directory=DEMO)
    present = stored(tmp_path / "Q3", DEMO / "scans" / "2026-Q3", directory=DEMO)
    said, rows, packs = {}, {}, {}
    with opened("duckdb", locations=[earlier], directory=DEMO, period="2026-Q2") as done:
        publish.publish(done, tmp_path / "pack", formats=["json", "parquet"])
    for name in ("duckdb", "spark"):
        since = {"directory": DEMO, "since": tmp_path / "pack"}
        with opened(name, locations=[present], **since) as done:
            said[name] = document.encode(done.assessment)
            rows[name] = tables(done.engine)
            publish.publish(done, tmp_path / name, formats=["csv", "json", "parquet"])
        packs[name] = {
            path.relative_to(tmp_path / name).as_posix(): content(path)
            for path in sorted((tmp_path / name).rglob("*"))
            if path.is_file() and path.name not in _OF_HASHES
        }

    assert [name for name in queries() if rows["spark"][name] != rows["duckdb"][name]] == []
    assert said["spark"] == said["duckdb"]
    assert packs["spark"].keys() == packs["duckdb"].keys()
    assert [n for n in packs["spark"] if packs["spark"][n] != packs["duckdb"][n]] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_findings_with_everything_that_engines_may_take_differently(
    running: SparkEngine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    found = [finding(dice) for _ in range(GENERATED)]
    said = []
    for engine in (None, running):
        if engine:
            monkeypatch.setattr(testing, "DuckDBEngine", lambda _: _Open(running))
        with testing.assessed(
            found, catalogue=_CATALOGUE, folder=folder(), runs=[testing.make_run()]
        ) as (made, _):
            said.append(document.encode(made))

    assert said[0] == said[1]
    assert len(msgspec.json.decode(said[0])["conflicts"]) > 0


class _Open:
    """A running engine where one is started."""

    def __init__(self, engine: SparkEngine) -> None:
        self._engine = engine

    def __enter__(self) -> SparkEngine:
        return self._engine

    def __exit__(self, *_: object) -> None:
        """It goes on."""


_MOMENT = datetime(2026, 8, 15, 12, tzinfo=UTC)
_CHECKS = {"prowler": ["a", "d", "e", "x"], "hub": ["A", "D", "X"], "code": ["c", "y"]}
_CATALOGUE = testing.make_catalogue(
    {"code": Scanner(title="Code", kind="code")},
    CRED_01={"priority": "critical", "criteria": {"root": ("account", ["a", "hub:A"])}},
    NET_01={"criteria": {"open": ("resource", ["d", "e", "hub:D"])}},
    DET_11={"criteria": {"code": ("resource", ["code"])}},
    DET_09={"evidence": "both", "criteria": {"events": ("account", ["events"])}},
)
_RESOURCES = [
    "arn:aws:s3:::Logs",
    "arn:aws:s3:::logs",
    "logs/",
    "logs:*",
    "",
    "a%b_c~d",
    "é, 漢字 and 🪣",
    'it\'s "quoted" \\ and | piped',
    " spaces ",
    "tab\there",
    "arn:aws:iam::111111111111:root",
]


def finding(dice: random.Random) -> Finding:
    """Give a finding of few kinds, so that many are the same, contradict or replace others."""
    scanner = dice.choice(list(_CHECKS))
    moment = _MOMENT + timedelta(days=dice.choice([-200, -1, 0, 0, 0, 20]), microseconds=7)
    is_naive = scanner == "prowler" and dice.random() < 0.2
    text = dice.choice(_RESOURCES)
    return testing.make_finding(
        scanner=scanner,
        scanner_version=dice.choice(["5.46.0", "4.0"]) if scanner == "prowler" else "",
        check=dice.choice(_CHECKS[scanner]),
        account=dice.choice(["111111111111", "222222222222", "333333333333", ""]),
        account_name=dice.choice(["", "prod", "Üb"]),
        region=dice.choice(["us-east-1", "eu-west-1", ""]),
        resource=text,
        resource_name=text[-4:],
        status=dice.choice(["pass", "fail", "fail", "manual", "not_applicable", "error", "event"]),
        muted=dice.random() < 0.2,
        severity=dice.choice(["critical", "high", "low", "unknown"]),
        title=dice.choice(["", "A title", "a title", "Z"]),
        detail=dice.choice(["", f"{text} is open", "line\nbreak"]),
        tags=dice.choice([[], ["env=dev"], ["env=dev", "team=a_b"], ["team=aXb"]]),
        service=dice.choice(["", "iam", "s3"]),
        observed_at=None if is_naive else moment,
        local_time=moment.replace(tzinfo=None) if is_naive or dice.random() < 0.2 else None,
    )


def folder() -> Folder:
    """Give an engagement with waivers that match by pattern."""
    given: dict[str, Any] = {
        "reason": "Being replaced.",
        "owner": "Platform team",
        "approver": "Risk board",
        "granted": date(2026, 7, 1),
        "expires": date(2026, 12, 31),
    }
    waivers = [
        Waiver(id="W-1", practice="NET-01", resource=["*logs*", "a%b_c*"], **given),
        Waiver(id="W-2", practice="CRED-01", tag="team=a_b", **given),
    ]
    entries = tuple(Entry(Path("waivers.yaml"), line, w) for line, w in enumerate(waivers, 1))
    accounts = [Account(id="111111111111"), Account(id="222222222222", name="two")]
    scope = Engagement(accounts=accounts, regions=["us-east-1"], timezone="Europe/Berlin")
    return Folder(scope, Notes(), Path(), entries)
