"""docs/probe.md is what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gapfolio import engagement
from gapfolio.engagement import Engagement, Probe
from gapfolio.errors import EngagementError
from gapfolio.live.checks import CHECKS
from gapfolio.live.checks.naming import BUILT_IN
from gapfolio.live.checks.page import MEANINGS, page

PAGE = Path(__file__).parents[2] / "docs" / "probe.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_command_writes_the_page() -> None:
    line = [sys.executable, "-m", "gapfolio.live.checks.page"]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=True)

    assert done.stdout == page()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_is_documented(check: object) -> None:
    assert f"### {check.id}\n" in page()  # type: ignore[attr-defined]


def test_the_example_can_be_read(tmp_path: Path) -> None:
    [example] = re.findall(r"^```toml\n(.*?)^```$", page(), re.M | re.S)
    (tmp_path / "gapfolio.toml").write_text(example)
    read = engagement.read(tmp_path).engagement.probe

    assert read.snapshot_days == 7
    assert read.response_accounts == ["444455556666"]


@pytest.mark.parametrize("line", ['response_accounts = ["4444"]', "snapshot_days = 0", "typo = 1"])
def test_what_cannot_be_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "gapfolio.toml").write_text(f"[probe]\n{line}\n")
    with pytest.raises(EngagementError, match="probe"):
        engagement.read(tmp_path)


def test_every_setting_has_a_meaning_and_names_have_built_in_ones() -> None:
    assert set(MEANINGS) == set(Probe.__struct_fields__)
    assert set(BUILT_IN) < set(Probe.__struct_fields__)
    assert Engagement().probe == Probe()
