"""What the benchmark of comparisons measures, and that it is a comparison."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "change.py"
CHILDREN = Path("/proc/self/task")

pytestmark = pytest.mark.skipif(not CHILDREN.is_dir(), reason="memory is read from /proc")


def printed(place: Path, *words: str) -> str:
    small = ("--accounts", "2", "--runs", "1", "--directory", str(place))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words, *small],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def test_two_packs_are_compared_query_by_query(tmp_path: Path) -> None:
    text = printed(tmp_path, "packs", "--findings", "300")
    steps = re.findall(r"^\| (\w+)\.sql \| \d+\.\d\d s \| \d+ MB \|$", text, re.MULTILINE)
    for name in ("previous", "opened", "closed", "moves", "still_open"):
        assert steps.count(name) == 1
    assert "| `gapfolio score --since` |" in text
    assert "what `--since` adds to `gapfolio score` | ≤ 30 s |" in text
    assert "| peak memory: `gapfolio score --since` | ≤ 1500 MB |" in text
    assert "| peak memory: `gapfolio report --format json,parquet --since` | ≤ 1500 MB |" in text
    assert list(tmp_path.iterdir()) == []


def test_a_trend_is_of_as_many_quarters_as_asked_for(tmp_path: Path) -> None:
    text = printed(tmp_path, "trend", "--findings", "60", "--periods", "3", "--no-pdf")
    assert text.startswith("3 quarters of 2 accounts and 60 findings each")
    assert "| what the packs add: `gapfolio report --format html,json` | ≤ 2 s |" in text
