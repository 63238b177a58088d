"""The engine for findings that are too many for one machine: Apache Spark, through PySpark.

The queries are those of every engine, translated. What they give is kept by the cluster, or here
where it is small: a few thousand rows are joined faster than they are asked for. Workers read and
write files under the names that they have here, so directories are shared with them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from gapfolio.engine.cluster import PATIENCE, Cluster
from gapfolio.engine.dialects import translated
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_SMALL = 10_000
"""Rows of a table that are kept here."""


class SparkEngine:
    """Spark, on a master that is there already.

    Args:
        master: its URL, such as `spark://HOST:7077`.
        directory: private and temporary, of this machine.
        patience: seconds without any worker after which it gives up.
        small: rows of a table up to which it is kept here.

    Raises:
        EngineError: PySpark or Java is missing, or the master does not answer.
    """

    name = "spark"

    def __init__(
        self, master: str, directory: Path, *, patience: float = PATIENCE, small: int = _SMALL
    ) -> None:
        self._directory = directory
        self._small = small
        self._kept: dict[str, DataFrame] = {}
        self.cluster = Cluster(master, directory, patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cluster.close()

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Create a small table from Python rows."""
        import pyarrow  # noqa: PLC0415

        schema = pyarrow.schema([(name, _arrow_type(kind)) for name, kind in columns.items()])
        lists = list(zip(*rows, strict=True)) or [()] * len(columns)
        arrays = [
            pyarrow.array(values, kind) for values, kind in zip(lists, schema.types, strict=True)
        ]
        with self.cluster.working():
            made = pyarrow.Table.from_arrays(arrays, schema=schema)
            self._name(table, self.cluster.session.createDataFrame(made))

    def derive(self, table: str, query: str) -> None:
        """Create a table from a SELECT."""
        with self.cluster.working():
            frame = self._frame(query).persist()
            if frame.count() > self._small:
                self._name(table, frame, keep=True)
                return
            made = frame.toArrow()
            frame.unpersist()
            self._name(table, self.cluster.session.createDataFrame(made))

    def sort(self, table: str, query: str) -> None:
        """Create a table whose rows keep the order of a SELECT."""
        self.derive(table, query)  # what is kept is kept part by part

    def attach(self, table: str, *paths: Path) -> None:
        """Make Parquet files readable under a name."""
        with self.cluster.working():
            read = self.cluster.session.read.parquet(*(str(path.absolute()) for path in paths))
            self._name(table, read)

    def view(self, name: str, query: str) -> None:
        """Name a SELECT, which is run whenever it is asked for."""
        with self.cluster.working():
            self._name(name, self._frame(query))

    def columns(self, table: str) -> list[str]:
        """Name the columns of a table."""
        return self.cluster.session.table(table).columns

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Give the rows of a SELECT, one by one."""
        with self.cluster.working():
            for row in self._frame(query).toLocalIterator(prefetchPartitions=True):
                yield row.asDict()

    def write(self, query: str, path: Path, *, delimiter: str = ",") -> None:
        """Write the rows of a SELECT to a `.csv` or `.parquet` file, in the query's order.

        The workers write their parts side by side; here they become one file.
        """
        parts = path.with_name(f"{path.name}.parts")
        try:
            rows = self._write_parts(query, parts)
            with (
                tempfile.TemporaryDirectory(dir=self._directory) as scratch,
                DuckDBEngine(Path(scratch)) as local,
            ):
                local.attach("parts", *sorted(parts.glob("part-*.parquet")))
                found = next(local.rows("SELECT count(*) AS rows FROM parts"))["rows"]
                if found != rows:
                    raise EngineError(_not_shared(path.parent))
                local.write("SELECT * FROM parts", path, delimiter=delimiter)
        finally:
            shutil.rmtree(parts, ignore_errors=True)

    def _write_parts(self, query: str, parts: Path) -> int:
        """Let the workers write; give the number of rows that they wrote.

        Raises:
            EngineError: they cannot, or it is not to be seen here.
        """
        from pyspark.sql import Observation, functions  # noqa: PLC0415

        seen = Observation()
        with self.cluster.working():
            counted = self._frame(query).observe(seen, functions.count(functions.lit(1)).alias("n"))
            counted.write.parquet(str(parts.absolute()))
            rows = int(seen.get["n"])
        if not (parts / "_SUCCESS").is_file() or not any(parts.glob("part-*.parquet")):
            raise EngineError(_not_shared(parts.parent))
        return rows

    def rest(self) -> None:
        """Give memory back."""
        with self.cluster.working():
            self.cluster.session.sparkContext._jvm.System.gc()  # type: ignore[union-attr]

    def _frame(self, query: str) -> DataFrame:
        return self.cluster.session.sql(translated(query, "spark"))

    def _name(self, table: str, frame: DataFrame, *, keep: bool = False) -> None:
        frame.createOrReplaceTempView(table)
        if before := self._kept.pop(table, None):
            before.unpersist()
        if keep:
            self._kept[table] = frame


def _arrow_type(kind: str) -> Any:
    """Give Arrow's type for one of SQL.

    Raises:
        KeyError: no table of ours has such a column.
    """
    import pyarrow  # noqa: PLC0415

    if kind.endswith("[]"):
        return pyarrow.list_(_arrow_type(kind.removesuffix("[]")))
    return {
        "VARCHAR": pyarrow.string(),
        "INTEGER": pyarrow.int32(),
        "BIGINT": pyarrow.int64(),
        "BOOLEAN": pyarrow.bool_(),
        "TIMESTAMP": pyarrow.timestamp("us"),
        "BLOB": pyarrow.binary(),
    }[kind]


def _not_shared(directory: Path) -> str:
    return (
        f"{directory}: what the workers wrote there is not here; the output must be in a "
        "directory that they share with this machine"
    )
