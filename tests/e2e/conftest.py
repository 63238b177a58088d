"""Runs only where Prowler is installed beside us: `tox -e prowler`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from sys import executable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cloud import Cloud

if not which("prowler", path=str(Path(executable).parent)):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Give the account under audit."""
    from cloud import running  # noqa: PLC0415 - moto and boto3 are there only beside Prowler

    with running(tmp_path_factory.mktemp("moto")) as made:
        yield made
