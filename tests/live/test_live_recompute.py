"""A pack of live locations has all that its scores follow from."""

from __future__ import annotations

from pathlib import Path

import fakeaws
import pytest
from fakeaws import OTHER, control, threat

from gapfolio import audit, publish
from gapfolio.live.base import Access
from gapfolio.verify import verify

HOME = "eu-central-1"


@pytest.mark.parametrize("failing", [False, True], ids=["all answered", "one failed"])
def test_what_was_read_live_is_enough_to_recompute(
    aws: fakeaws.Fake, tmp_path: Path, failing: bool
) -> None:
    aws.findings[HOME] = [control(1), control(2, account=OTHER, status="FAILED"), threat(7)]
    regions = (HOME, "us-east-1")
    if failing:
        aws.fail("us-east-1", fakeaws.DENIED)
    options = audit.Options(locations=["securityhub:"], access=Access(regions=regions))
    with audit.opened(options) as opened:
        publish.publish(opened, tmp_path / "pack", formats=["json", "parquet"])
        assert opened.assessment.runs

    assert verify(tmp_path / "pack", recompute=True).problems == []
