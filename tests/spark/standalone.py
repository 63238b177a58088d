"""A standalone Spark cluster on loopback: a master and workers, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_STARTS = 60.0
_MEMORY = "640m"


class Standalone:
    """Master and workers out of PySpark's own jars, on free ports.

    Args:
        directory: for their logs and files.
        workers: how many, of one core each.
    """

    def __init__(self, directory: Path, workers: int = 2) -> None:
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        try:
            said = self._start("master", [], r"Starting Spark master at (spark://\S+)")
            self.master = said
            for _ in range(workers):
                self.add_worker()
        except BaseException:
            self.stop()
            raise

    def add_worker(self) -> None:
        """Start one more."""
        name = f"worker-{len(self._processes)}"
        own = ["--cores", "1", "--memory", _MEMORY, "--work-dir", str(self._directory / name)]
        self._start(name, [*own, self.master], r"(Successfully registered with master)")
        self.workers.append(self._processes[-1])

    def kill_worker(self) -> None:
        """Let one be lost at once, with what runs in it, as when its machine is."""
        _killed(self.workers.pop())

    def stop(self) -> None:
        """End all of them."""
        for process in self._processes:
            _killed(process)

    def _start(self, name: str, arguments: Sequence[str], ready: str) -> str:
        import pyspark  # noqa: PLC0415

        home = Path(pyspark.__file__).parent
        kind = name.partition("-")[0].title()
        log = self._directory / f"{name}.log"
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_DAEMON_MEMORY": "192m",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        with log.open("wb") as said:
            process = subprocess.Popen(
                [
                    str(home / "bin" / "spark-class"),
                    f"org.apache.spark.deploy.{kind.lower()}.{kind}",
                    *("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"),
                    *arguments,
                ],
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # with the executors that it starts
            )
        self._processes.append(process)
        return _awaited(process, log, ready)


def _awaited(process: subprocess.Popen[bytes], log: Path, ready: str) -> str:
    until = time.monotonic() + _STARTS
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(ready, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"{log.name}: {log.read_text(errors='replace')[-2000:]}")


def _killed(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
