"""The connection to a Spark cluster: begun with bounded waiting, watched, and ended for good.

What Spark's Java side has to say goes to a file beside the scratch tables, not to the terminal; an
error repeats the line that matters.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gapfolio.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PATIENCE = 60.0
"""Seconds without any worker after which a report gives up."""
_SCHEME = "spark://"
_PORT = 7077
_ANSWER = 10.0
_LOOK = 0.5
_LAST = 10.0
_REASON = 300

_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    # a union of sorted tables keeps their order
    "spark.sql.unionOutputPartitioning": "false",
    "spark.ui.showConsoleProgress": "false",
}
_UNLESS_SAID = {"spark.ui.enabled": "false", "spark.app.name": "gapfolio"}


class Cluster:
    """A session on a Spark master, which ends with the context.

    Args:
        master: its URL, `spark://HOST:PORT`, or what else Spark takes.
        directory: private and temporary, of this machine; gets the log.
        patience: seconds that it may take until there is a worker.

    Raises:
        EngineError: PySpark or Java is missing, or the master does not answer.
    """

    session: SparkSession

    def __init__(self, master: str, directory: Path, patience: float = PATIENCE) -> None:
        self.master = master
        self._log = directory / "spark.log"
        self._interrupt = signal.getsignal(signal.SIGINT)
        _check_installed()
        _check_answers(master)
        self._gateway = self._launched()
        try:
            self.session = self._connected()
        except BaseException:
            self._end()
            raise
        self._watch = _Watch(self.session, patience) if _is_remote(master) else None

    def close(self) -> None:
        """End the session and the Java process."""
        if self._watch:
            self._watch.stop()
        self._end()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Say in words what goes wrong while the cluster works, and give up without workers.

        Raises:
            EngineError: it did.
        """
        from py4j.protocol import Py4JError  # noqa: PLC0415
        from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415

        if self._watch:
            self._watch.begin()
        try:
            yield
        except AnalysisException:  # a query that is wrong is a defect
            raise
        except (Py4JError, PySparkException, ConnectionError, EOFError) as error:
            raise EngineError(f"{self.master}: {self._why(error)}") from error
        finally:
            if self._watch:
                self._watch.end()

    def _why(self, error: Exception) -> str:
        if self._watch and self._watch.given_up:
            return (
                f"no worker has been there for {self._watch.patience:.0f} seconds; "
                "nothing was written; start workers and run again"
            )
        return (
            f"Spark could not work on the findings: {_reason(error)}; nothing was written; "
            "look after the cluster (memory, disks, shared directories) and run again"
        )

    def _launched(self) -> Any:
        """Start the Java process; everything that it prints goes to the log.

        Raises:
            EngineError: it ended at once.
        """
        from pyspark import SparkConf  # noqa: PLC0415
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
        from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

        conf = SparkConf(loadDefaults=False).setMaster(self.master)
        with self._log.open("wb") as log:
            try:
                launch: Any = launch_gateway
                return launch(conf, {"stdout": log, "stderr": subprocess.STDOUT})
            except PySparkRuntimeError as error:
                raise EngineError(
                    f"Java ended at once ({self._said()}); Spark needs Java 17 or later: see "
                    "JAVA_HOME"
                ) from error

    def _connected(self) -> SparkSession:
        from py4j.protocol import Py4JError  # noqa: PLC0415
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415

        conf = SparkConf(_jvm=self._gateway.jvm).setMaster(self.master)
        for name, value in _ALWAYS.items():
            conf.set(name, value)
        for name, value in _UNLESS_SAID.items():
            conf.setIfMissing(name, value)
        try:
            return SparkSession(SparkContext(conf=conf, gateway=self._gateway))
        except Py4JError as error:
            raise EngineError(
                f"--master {self.master}: it answers, and no Spark session can be had of it "
                f"({_reason(error)}); its version must be that of PySpark, and it must reach "
                "this machine"
            ) from error

    def _said(self) -> str:
        """Give the last line of the log."""
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip()[:_REASON] if lines else "it said nothing"

    def _end(self) -> None:
        from py4j.protocol import Py4JError  # noqa: PLC0415
        from pyspark import SparkContext  # noqa: PLC0415

        session = getattr(self, "session", None)
        process: subprocess.Popen[bytes] = self._gateway.proc
        with suppress(Py4JError, OSError):
            if session:
                session.stop()
            self._gateway.shutdown()
        # it ends with its standard input
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(_LAST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # PySpark keeps the process for the next session, and its own way to be interrupted
        SparkContext._gateway = None
        SparkContext._jvm = None
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._interrupt)


class _Watch:
    """Looks whether there is a worker as long as the cluster is asked for something."""

    def __init__(self, session: SparkSession, patience: float) -> None:
        self.patience = patience
        self.given_up = False
        self._context = session.sparkContext
        self._asked = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="spark-watch", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        self._asked += 1

    def end(self) -> None:
        self._asked -= 1

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        alone = 0.0
        while not self._stopped.wait(_LOOK):
            alone = alone + _LOOK if self._asked and not self._workers() else 0.0
            if alone >= self.patience:
                self.given_up = True
                self._cancel()

    def _workers(self) -> int:
        """Count the executors; the driver is listed beside them."""
        from py4j.protocol import Py4JError  # noqa: PLC0415

        try:
            tracker = self._context._jsc.sc().statusTracker()
            return len(tracker.getExecutorInfos()) - 1
        except (Py4JError, OSError, AttributeError):  # it has ended, which its caller learns
            return 1

    def _cancel(self) -> None:
        from py4j.protocol import Py4JError  # noqa: PLC0415

        with suppress(Py4JError, OSError, AttributeError):
            self._context.cancelAllJobs()


def _check_installed() -> None:
    """Ask for what the engine is made of.

    Raises:
        EngineError: something is not there.
    """
    try:
        import pyarrow  # noqa: F401, PLC0415
        import pyspark  # noqa: F401, PLC0415
    except ImportError as error:
        raise EngineError(
            f"--engine spark: {error.name} is not installed; pip install 'gapfolio[spark]'"
        ) from error
    home = os.environ.get("JAVA_HOME")
    if not shutil.which(str(Path(home) / "bin" / "java") if home else "java"):
        where = f"JAVA_HOME ({home}) has no bin/java" if home else "there is no java on the PATH"
        raise EngineError(f"--engine spark: {where}; Spark needs Java 17 or later")


def _check_answers(master: str) -> None:
    """Ask whether anything listens where a standalone master should be.

    Raises:
        EngineError: nothing does, or that is no URL of a master.
    """
    if not master.startswith(_SCHEME):
        return
    faults = []
    for place in master.removeprefix(_SCHEME).split(","):
        host, _, port = place.rpartition(":")
        if not (host and port.isdecimal()):
            raise EngineError(f"--master {master}: write spark://HOST:PORT (the port is {_PORT})")
        try:
            socket.create_connection((host, int(port)), timeout=_ANSWER).close()
        except (OSError, OverflowError) as error:
            faults.append(f"{place}: {getattr(error, 'strerror', None) or error}")
        else:
            return
    raise EngineError(
        f"--master {master}: no Spark master is there ({'; '.join(faults)}); nothing was written"
    )


def _is_remote(master: str) -> bool:
    return not master.startswith("local")


def _reason(error: Exception) -> str:
    """Give the line of an error that says most: the message of the innermost cause in Java."""
    from py4j.protocol import Py4JError  # noqa: PLC0415

    cause = getattr(error, "java_exception", None)
    text = str(error)
    with suppress(Py4JError, OSError):  # Java may have ended
        while cause is not None:
            text = cause.getMessage() or text
            cause = cause.getCause()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:_REASON].rstrip(".")
