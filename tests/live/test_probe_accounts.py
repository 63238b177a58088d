"""The probe on two accounts in moto, over HTTP: where every rule is broken, and where all hold."""

from __future__ import annotations

from datetime import timedelta

import probekit
import probeseeds
import pytest

from gapfolio.live import probe
from gapfolio.live.checks import CHECKS

NEVER_FAILS = {"restore-tested"}
NAMES = [check.id for check in CHECKS]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, probekit.Run]:
    """Run the probe on both."""
    directory = tmp_path_factory.mktemp("probe")
    made: dict[str, probekit.Run] = {}
    with probekit.moto(directory) as cloud:
        for name, seed in (("bad", probeseeds.bad), ("good", probeseeds.good)):
            cloud.reset()
            seed(cloud)
            with pytest.MonkeyPatch.context() as patch:
                if name == "bad":
                    later = probe.now() + timedelta(days=60)
                    patch.setattr(probe, "now", lambda later=later: later)
                made[name] = probekit.run(cloud, directory / name)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_rule_fails(accounts: dict[str, probekit.Run], name: str) -> None:
    statuses = accounts["bad"].statuses(name)

    assert "error" not in statuses
    assert "manual" in statuses if name in NEVER_FAILS else "fail" in statuses


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_holds_passes(accounts: dict[str, probekit.Run], name: str) -> None:
    found = accounts["good"].of(name)

    assert {finding["status"] for finding in found} == {"pass"}, found


def test_the_run_record_speaks_of_the_whole_run(accounts: dict[str, probekit.Run]) -> None:
    made = accounts["good"].record

    assert (made.scanner, made.account, made.errors) == ("probe", probekit.ACCOUNT, [])
    assert made.regions == list(probekit.REGIONS)
    assert made.checks == [check.id for check in CHECKS]
    assert [output.path for output in made.outputs] == ["probe.ndjson"]


def test_findings_of_a_run_have_one_time(accounts: dict[str, probekit.Run]) -> None:
    run = accounts["good"]

    assert {finding["observed_at"] for finding in run.findings} == {
        f"{run.record.started:%Y-%m-%dT%H:%M:%SZ}"
    }


def test_identities_are_unique(accounts: dict[str, probekit.Run]) -> None:
    for name in ("bad", "good"):
        keys = [(f["check"], f["region"], f["resource"]) for f in accounts[name].findings]
        assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
