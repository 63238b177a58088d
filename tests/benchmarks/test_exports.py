"""What the benchmark of exports prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "exports.py"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="memory is read from /proc"
)


def test_an_export_is_compared_with_a_bare_copy(tmp_path: Path) -> None:
    small = ("--findings", "300", "--accounts", "2", "--runs", "1")
    text = subprocess.run(
        [sys.executable, str(SCRIPT), *small, "--directory", str(tmp_path)],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout

    assert text.startswith("A pack of 300 findings; median of 1 runs in turns")
    assert re.search(r"^\| `gapfolio export generic` \| 1 MB \| \d+\.\d\d s ", text, re.MULTILINE)
    assert re.search(r"^\| `COPY by DuckDB` \| ", text, re.MULTILINE)
    assert re.search(r"^Target: at most 500 MB\. Measured: \d+, met\.$", text, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []
