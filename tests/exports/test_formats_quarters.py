"""Formats with a schema of their own over two quarters: keys stay, and what changed is told."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from quarters import OTHER, export

from gapfolio.exports.base import Exporter
from gapfolio.exports.formats.asff import AsffExporter
from gapfolio.exports.formats.junit import JunitExporter
from gapfolio.exports.formats.ocsf import OcsfExporter
from gapfolio.exports.formats.sarif import SarifExporter
from gapfolio.testing import ACCOUNT

States = dict[str, tuple[str, str]]
"""Practice and account to the key of the record and to what it says."""


def asff(directory: Path) -> States:
    return {
        f"{item['ProductFields']['gapfolio/Practice']}:{item['AwsAccountId']}": (
            item["Id"],
            item["Compliance"]["Status"],
        )
        for item in json.loads((directory / "asff.json").read_bytes())
    }


def ocsf(directory: Path) -> States:
    lines = (directory / "compliance.ocsf.ndjson").read_text(encoding="utf-8").splitlines()
    return {
        f"{item['compliance']['control']}:{item['cloud']['account']['uid']}": (
            item["finding_info"]["uid"],
            item["compliance"]["status"],
        )
        for item in map(json.loads, lines)
    }


def junit(directory: Path) -> States:
    found = {}
    for case in ET.parse(directory / "junit.xml").iter("testcase"):  # noqa: S314 - our own file
        practice, name = case.attrib["classname"], case.attrib["name"]
        told = next((child.tag for child in case), "passed")
        found[f"{practice}:{name[-13:-1]}"] = (f"{practice} {name}", told)
    return found


Read = Callable[[Path], States]
FORMATS = [
    pytest.param(AsffExporter(), asff, ("FAILED", "PASSED", "WARNING"), id="asff"),
    pytest.param(OcsfExporter(), ocsf, ("Fail", "Pass", "Warning"), id="ocsf"),
    pytest.param(JunitExporter(), junit, ("failure", "passed", "skipped"), id="junit"),
]


@pytest.mark.parametrize(("exporter", "read", "words"), FORMATS)
def test_a_verdict_keeps_its_key_and_tells_what_became_of_it(
    tmp_path: Path, exporter: Exporter, read: Read, words: tuple[str, str, str]
) -> None:
    quarters = []
    for period in ("2026-Q3", "2026-Q4"):
        (tmp_path / period).mkdir()
        export(exporter, period, tmp_path / period)
        quarters.append(read(tmp_path / period))
    before, now = quarters
    failed, passed, unknown = words

    assert {place: key for place, (key, _) in before.items()} == {
        place: key for place, (key, _) in now.items()
    }
    assert len({key for key, _ in now.values()}) == len(now)
    told = {place: (before[place][1], now[place][1]) for place in now}
    assert told[f"IR-10:{ACCOUNT}"] == (failed, passed)
    assert told[f"CRED-10:{ACCOUNT}"] == (failed, failed)
    assert told[f"CRED-01:{OTHER}"] == (failed, unknown)
    assert told[f"NET-02:{ACCOUNT}"] == (unknown, failed)


def test_a_gap_keeps_its_fingerprint_in_sarif(tmp_path: Path) -> None:
    quarters = []
    for period in ("2026-Q3", "2026-Q4"):
        (tmp_path / period).mkdir()
        export(SarifExporter(), period, tmp_path / period)
        [run] = json.loads((tmp_path / period / "gapfolio.sarif").read_bytes())["runs"]
        quarters.append(
            {
                (result["ruleId"], result["properties"]["account"]): result["partialFingerprints"]
                for result in run["results"]
            }
        )
    before, now = quarters
    stayed = before.keys() & now.keys()

    assert {rule for rule, _ in stayed} >= {"CRED-10.access-keys-rotated", "CRED-01.root-mfa"}
    assert all(before[place] == now[place] for place in stayed)
    assert ("CRED-09.console-users-mfa", ACCOUNT) in before.keys() - now.keys()
    assert ("NET-02.s3-buckets-not-public", ACCOUNT) in now.keys() - before.keys()
