"""What Prowler knows about its checks: the constant part of every finding.

An installed Prowler (or the directory of one) is read file by file, never imported: it is no
dependency, and importing it takes seconds. Without one, the checks that left findings in the scan
of the tests are taken from there, and the others borrow the texts of a relative under their own
title.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
DEMO_SCAN = ROOT / "tests" / "scans" / "scan.ocsf.json.gz"
CHECK_LIST = ROOT / "mappings" / "checks" / "prowler.csv"
LISTED_VERSION = "5.46.0"

Json: TypeAlias = dict[str, Any]

# Typical length of the four snippets of a check; only the CSV has them.
_CODE = {
    "NativeIaC": "```yaml\n"
    + "# CloudFormation: the setting that the check asks for\n" * 7
    + "```",
    "Terraform": "```hcl\n" + "# Terraform: the setting that the check asks for\n" * 7 + "```",
    "CLI": 'aws <service> update-<resource> --name "<example_resource_name>" --enable --region <R>',
    "Other": "1. Open the service in the AWS console; 2. choose the resource; 3. Save\n" * 4,
}


@dataclass(frozen=True)
class Check:
    """One check with everything that Prowler copies into each of its findings."""

    id: str
    service: str
    severity: str
    resource_type: str
    title: str
    description: str
    risk: str
    recommendation: str
    url: str
    types: Sequence[str]
    categories: Sequence[str]
    urls: Sequence[str]
    depends_on: Sequence[str]
    related_to: Sequence[str]
    compliance: Mapping[str, Sequence[str]]
    attacks: Sequence[Json]
    notes: str = ""
    related_url: str = ""
    code: Mapping[str, str] = field(default_factory=lambda: _CODE)


@dataclass(frozen=True)
class Knowledge:
    """All checks, sorted by id, and where they come from."""

    version: str
    origin: str
    checks: Sequence[Check]


def known(directory: Path | None = None) -> Knowledge:
    """Read the checks from `directory`, else an installed Prowler, else the demo scan.

    Args:
        directory: the `prowler` package, the one with `providers/` in it.
    """
    found = directory or _installed()
    if found is None:
        return Knowledge(LISTED_VERSION, "scan of the tests and check list", list(_from_demo()))
    version = _version(found)
    return Knowledge(version, f"Prowler {version}", list(_from_prowler(found)))


def demo_findings() -> list[Json]:
    """The findings of the scan that the tests carry."""
    findings: list[Json] = json.loads(gzip.decompress(DEMO_SCAN.read_bytes()))
    return findings


def _installed() -> Path | None:
    spec = importlib.util.find_spec("prowler")
    for place in (spec and spec.submodule_search_locations) or ():
        if (Path(place) / "providers" / "aws").is_dir():
            return Path(place)
    return None


def _version(package: Path) -> str:
    text = (package / "config" / "config.py").read_text(encoding="utf-8")
    found = re.search(r'^prowler_version = "([^"]+)"', text, re.MULTILINE)
    return found[1] if found else LISTED_VERSION


def _from_prowler(package: Path) -> Iterator[Check]:
    compliance, techniques = _compliance(package / "compliance" / "aws")
    services = package / "providers" / "aws" / "services"
    for path in sorted(services.glob("*/*/*.metadata.json"), key=lambda path: path.name):
        data = json.loads(path.read_text(encoding="utf-8"))
        frameworks = compliance[data["CheckID"]]
        yield Check(
            id=data["CheckID"],
            service=data["ServiceName"],
            severity=data["Severity"].capitalize(),
            resource_type=data["ResourceType"],
            title=data["CheckTitle"],
            description=data["Description"],
            risk=data["Risk"],
            recommendation=data["Remediation"]["Recommendation"]["Text"],
            url=data["Remediation"]["Recommendation"]["Url"],
            types=data["CheckType"],
            categories=data["Categories"],
            urls=data.get("AdditionalURLs", []),
            depends_on=data["DependsOn"],
            related_to=data["RelatedTo"],
            compliance=frameworks,
            attacks=[
                {"tactic": {"name": tactic}, "technique": technique}
                for uid in frameworks.get("MITRE-ATTACK", [])
                for tactic, technique in techniques[uid]
            ],
            notes=data["Notes"],
            related_url=data["RelatedUrl"],
            code=data["Remediation"]["Code"],
        )


_Techniques: TypeAlias = dict[str, list[tuple[str, Json]]]


def _compliance(directory: Path) -> tuple[dict[str, dict[str, list[str]]], _Techniques]:
    """Map check -> framework -> requirements, and MITRE technique -> (tactic, technique)."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    techniques: _Techniques = {}
    for path in sorted(directory.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        name = "-".join(filter(None, [data["Framework"], data["Version"]]))
        for requirement in data["Requirements"]:
            for check in requirement["Checks"]:
                found[check].setdefault(name, []).append(requirement["Id"])
            if name == "MITRE-ATTACK":
                technique = {
                    "name": requirement["Name"],
                    "src_url": requirement["TechniqueURL"],
                    "uid": requirement["Id"],
                }
                techniques[requirement["Id"]] = [
                    (tactic, technique) for tactic in requirement["Tactics"]
                ]
    return found, techniques


def _from_demo() -> Iterator[Check]:
    seen = {found["metadata"]["event_code"]: _of_finding(found) for found in demo_findings()}
    relatives: dict[str, list[Check]] = defaultdict(list)
    for check in seen.values():
        relatives[check.service].append(check)
    with CHECK_LIST.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if not (row["until"] or row["alias_of"])]
    for row in sorted(rows, key=lambda row: row["id"]):
        if row["id"] in seen:
            yield seen[row["id"]]
            continue
        family = relatives.get(row["service"]) or list(seen.values())
        relative = family[zlib.crc32(row["id"].encode()) % len(family)]
        yield replace(
            relative,
            id=row["id"],
            service=row["service"],
            severity=row["severity"].capitalize(),
            resource_type=relative.resource_type if row["service"] in relatives else "Other",
            title=row["title"],
            url=f"https://hub.prowler.com/check/{row['id']}",
            compliance={k: v for k, v in relative.compliance.items() if k != "MITRE-ATTACK"},
            attacks=(),
        )


def _of_finding(finding: Json) -> Check:
    about, more = finding["finding_info"], finding["unmapped"]
    resource = finding["resources"][0]
    return Check(
        id=finding["metadata"]["event_code"],
        service=resource["group"]["name"],
        severity=finding["severity"],
        resource_type=resource["type"],
        title=about["title"],
        description=about["desc"],
        risk=finding["risk_details"],
        recommendation=finding["remediation"]["desc"],
        url=next(iter(finding["remediation"]["references"]), ""),
        types=about["types"],
        categories=more["categories"],
        urls=more["additional_urls"],
        depends_on=more["depends_on"],
        related_to=more["related_to"],
        compliance=more["compliance"],
        attacks=about.get("attacks", []),
        notes=more["notes"],
        related_url=more["related_url"],
    )
