"""A real cluster for every test here; without PySpark or Java they are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from standalone import Standalone

if TYPE_CHECKING:
    from gapfolio.engine.spark import SparkEngine

_DEFAULTS = """
spark.executor.memory 512m
spark.driver.memory 768m
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.sql.shuffle.partitions 4
"""


@pytest.fixture(scope="session", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make every session small, as the settings of an administrator would."""
    pytest.importorskip("pyspark")
    pytest.importorskip("pyarrow")
    if not shutil.which("java"):
        pytest.skip("no Java")
    home = tmp_path_factory.mktemp("spark-conf")
    (home / "spark-defaults.conf").write_text(_DEFAULTS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(home))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.delenv("PYSPARK_SUBMIT_ARGS", raising=False)
        yield


@pytest.fixture
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A cluster of two workers, to be broken."""
    cluster = Standalone(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, _settings: None) -> Iterator[Standalone]:
    """A cluster of two workers that stays."""
    cluster = Standalone(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def engine(cluster: Standalone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """An engine that several tests use: starting one takes longer than what it is asked."""
    from gapfolio.engine.spark import SparkEngine  # noqa: PLC0415

    with SparkEngine(cluster.master, tmp_path_factory.mktemp("engine"), small=100) as made:
        yield made


@pytest.fixture
def running(engine: SparkEngine, monkeypatch: pytest.MonkeyPatch) -> SparkEngine:
    """Let audits on Spark use the engine that runs."""

    def same(*_: Any) -> AbstractContextManager[SparkEngine]:
        return nullcontext(engine)

    monkeypatch.setattr("gapfolio.engine.spark.SparkEngine", same)
    return engine
