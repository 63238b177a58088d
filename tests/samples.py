"""Real output of scanners, which other people own: it lies beside the repository, or nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("GAPFOLIO_SAMPLES")
    or Path(__file__).parents[2] / "shared" / "samples" / "third-party"
)


def sample(name: str) -> Path:
    """Give a sample by its path in the folder; the test is skipped if it is not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no sample {name}")
    return path


def samples(*names: str) -> list[Path]:
    """Give all samples in some of the folders, or in all of them; none if there are none."""
    tops = [FOLDER / name for name in names] or [FOLDER]
    return sorted(path for top in tops for path in top.rglob("*") if path.is_file())
