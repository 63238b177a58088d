"""What is lost on the way: a worker costs time, the last one ends the report in words.

These run before the engine that stays is started: a process has one session at a time.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from clusterkit import opened, stored
from standalone import Standalone

import wholescan
from gapfolio import publish
from gapfolio.assess import document
from gapfolio.engine.spark import SparkEngine
from gapfolio.errors import EngineError

PATIENCE = 5.0


def watched(
    monkeypatch: pytest.MonkeyPatch, cluster: Standalone, before: Callable[[str], None]
) -> None:
    """Let audits use this cluster, and something happen before each step of the work."""

    class Watched(SparkEngine):
        def __init__(self, _: str, directory: Path) -> None:
            super().__init__(cluster.master, directory, patience=PATIENCE, small=10)

        def derive(self, table: str, query: str) -> None:
            before(table)
            super().derive(table, query)

        def write(self, query: str, path: Path, *, delimiter: str = ",") -> None:
            before(path.name)
            super().write(query, path, delimiter=delimiter)

    monkeypatch.setattr("gapfolio.engine.spark.SparkEngine", Watched)


def test_a_worker_killed_half_way_changes_nothing(
    own_cluster: Standalone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = stored(tmp_path / "store", wholescan.FOLDER)
    seen = []

    def before(step: str) -> None:
        seen.append(step)
        if step == "standing":
            own_cluster.kill_worker()

    watched(monkeypatch, own_cluster, before)
    said = {}
    for name in ("duckdb", "spark"):
        with opened(name, locations=[store]) as done:
            said[name] = document.encode(done.assessment)

    assert len(own_cluster.workers) == 1
    assert seen.index("standing") > 0
    assert said["spark"] == said["duckdb"]


def test_the_last_worker_lost_is_named_and_leaves_nothing_half_written(
    own_cluster: Standalone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = stored(tmp_path / "store", wholescan.FOLDER)
    out = tmp_path / "out"

    def before(step: str) -> None:
        while step == "findings.csv" and own_cluster.workers:
            own_cluster.kill_worker()

    watched(monkeypatch, own_cluster, before)
    with (
        opened("spark", locations=[store]) as done,
        pytest.raises(EngineError, match="no worker has been there for 5 seconds") as told,
    ):
        publish.publish(done, out, formats=["json", "csv"])

    assert own_cluster.workers == []
    assert own_cluster.master in str(told.value)
    assert "nothing was written" in str(told.value)
    assert [path for path in tmp_path.rglob("*") if path.name.startswith("findings.csv")] == []
    assert not out.exists()


def test_a_master_that_is_not_there_is_named_at_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{free.getsockname()[1]}"
    begun = time.monotonic()

    with pytest.raises(EngineError, match="no Spark master is there") as told:
        SparkEngine(master, tmp_path)

    assert master in str(told.value)
    assert time.monotonic() - begun < 30
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("master", ["spark://nowhere", "spark://:7077", "spark://host:port"])
def test_what_is_no_place_of_a_master_is_refused(tmp_path: Path, master: str) -> None:
    with pytest.raises(EngineError, match="write spark://HOST:PORT"):
        SparkEngine(master, tmp_path)
