"""An audit in which every verdict occurs: two accounts, code, waivers, attestations, a past.

NET-01 fails in prod (partly accepted) and holds in dev. NET-02 fails in prod and is accepted.
CRED-01 was not looked at in dev. IR-01 is attested as a gap in prod, and not at all in dev. DET-01
had nothing to assess in prod. DET-11 is about code. An account with an open finding left the scope.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from gapfolio.catalogue import Catalogue, Scanner
from gapfolio.engagement import Account, Engagement, Folder, Notes
from gapfolio.engagement.attestations import Attestation, Proof
from gapfolio.engagement.entries import Entry
from gapfolio.engagement.waivers import Waiver
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.base import Exported, Exporter
from gapfolio.model import Assessment, Finding
from gapfolio.testing import assessed, make_catalogue, make_finding, make_run

PROD, DEV, GONE = "111111111111", "222222222222", "333333333333"
MOMENT = datetime(2026, 8, 15, 12, tzinfo=UTC)
_CODE = "checkov"
FINDINGS = [
    make_finding(check="root", status="pass"),
    make_finding(check="open", status="fail", severity="low", resource="sg-1"),
    make_finding(check="open", status="fail", severity="high", resource="sg-2"),
    make_finding(check="ports", status="fail", resource="acl-1"),
    make_finding(check="open", account=DEV, resource="sg-3"),
    make_finding(check="ports", account=DEV, resource="acl-2"),
    make_finding(
        scanner=_CODE, check="CKV_AWS_1", account="", status="fail", region="", resource="main.tf:3"
    ),
]


def catalogue() -> Catalogue:
    """Give five practices, and one on code."""
    return make_catalogue(
        {_CODE: Scanner(title="Checkov", kind="code")},
        CRED_01={
            "title": "Root has MFA",
            "priority": "critical",
            "why": "Root may do anything.",
            "effect": "Anyone with the password owns the account.",
            "nist_800_53": ["IA-2(1)", "AC-6"],
            "criteria": {"mfa": ("account", ["root"])},
        },
        NET_01={
            "title": "Nothing is open",
            "priority": "high",
            "nist_800_53": ["SC-7"],
            "criteria": {"open": ("resource", ["open"])},
        },
        NET_02={"title": "Ports", "criteria": {"ports": ("resource", ["ports"])}},
        IR_01={
            "title": "A plan",
            "priority": "low",
            "evidence": "manual",
            "attest": "There is one.",
        },
        DET_01={"title": "Trails", "criteria": {"trail": ("resource", ["trail"])}},
        DET_11={"title": "Code is checked", "criteria": {"code": ("resource", ["code"])}},
    )


def folder(client: str = "Acme", name: str = "prod", reason: str = "Behind a firewall") -> Folder:
    """Give the engagement with what was declared."""
    engagement = Engagement(
        client=client,
        accounts=[Account(id=PROD, name=name, owner="Ann"), Account(id=DEV, name="dev")],
        regions=["us-east-1"],
    )
    common: dict[str, Any] = {
        "reason": reason,
        "owner": "Ann",
        "approver": "Bob",
        "granted": date(2026, 7, 1),
        "expires": date(2026, 12, 31),
    }
    waivers = (
        Waiver(id="W-1", resource="sg-1", **common),
        Waiver(id="W-2", practice="NET-02", **common),
    )
    stated = Attestation(
        practice="IR-01",
        result="fail",
        accounts=[PROD],
        statement="There is no plan.",
        evidence=[Proof(link="https://example.com/plan")],
        by="Ann",
        valid_from=date(2026, 7, 2),
        valid_until=date(2026, 12, 31),
    )
    return Folder(
        engagement,
        Notes(),
        waivers=tuple(Entry(Path("waivers.yaml"), n, w) for n, w in enumerate(waivers, 1)),
        attestations=(Entry(Path("attestations.yaml"), 1, stated),),
    )


LEFT = f"""
SELECT * FROM closed UNION ALL BY NAME SELECT
    'k' AS finding_key, 'NET-01' AS practice, 'NET-01.open' AS criterion, 'prowler' AS scanner,
    'open' AS check_id, '{GONE}' AS account, 'us-east-1' AS region, 'sg-9' AS resource,
    'high' AS severity, '' AS title, TIMESTAMP '2026-05-01 08:00:00' AS first_seen,
    TIMESTAMP '2026-05-01 08:00:00' AS open_since, '' AS waiver, 'out of scope' AS cause
"""


@contextmanager
def audited(
    findings: list[Finding] = FINDINGS, *, past: bool = True, recorded: bool = True, **names: str
) -> Iterator[tuple[Assessment, DuckDBEngine]]:
    """Assess findings.

    `past`: one of an account that has left the scope was open before. `recorded`: a run record
    says that Prowler ran all checks in prod.
    """
    runs = [make_run()] if recorded else []
    with assessed(findings, catalogue=catalogue(), folder=folder(**names), runs=runs) as opened:
        if past:
            opened[1].derive("closed", LEFT)
        yield opened


def exported(exporter: Exporter, directory: Path, **how: Any) -> Exported:
    """Export the audit into a new directory."""
    directory.mkdir(exist_ok=True)
    with audited(**how) as (assessment, engine):
        return exporter.export(assessment, engine, directory)


def renamed(assessment: Assessment, text: str) -> Assessment:
    """Put a text wherever the catalogue and the engagement let people write."""
    replace = msgspec.structs.replace
    practices = [
        replace(
            practice,
            title=text,
            why=text,
            effect=text,
            recommendation=[text, text],
            nist_800_53=[text],
            criteria=[replace(criterion, statement=text) for criterion in practice.criteria],
        )
        for practice in assessment.practices
    ]
    accounts = [replace(a, name=text, owner=text, environment=text) for a in assessment.accounts]
    waivers = [
        replace(w, id=w.id + text, reason=text, owner=text, approver=text, ticket=text)
        for w in assessment.exceptions.waivers
    ]
    attestations = [
        replace(
            entry,
            statement=text,
            by=text,
            evidence=[replace(proof, name=text) for proof in entry.evidence],
        )
        for entry in assessment.attestations
    ]
    return replace(
        assessment,
        client=text,
        title=text,
        part=text,
        practices=practices,
        accounts=accounts,
        exceptions=replace(assessment.exceptions, waivers=waivers),
        attestations=attestations,
        categories=[replace(c, title=text) for c in assessment.categories],
        remediation=[replace(item, owner=text) for item in assessment.remediation],
        inputs=[replace(item, name=text) for item in assessment.inputs],
        scans=[replace(scan, version=text, regions=[text]) for scan in assessment.scans],
    )


@contextmanager
def strange(
    audit: tuple[Assessment, DuckDBEngine], text: str
) -> Iterator[tuple[Assessment, DuckDBEngine]]:
    """Put a text wherever people, or scanners, can write: until the block ends."""
    assessment, engine = audit
    written = f"decode(from_hex('{text.encode().hex()}'))"
    anywhere = "scanner_version resource_name resource_type service region title detail input"
    frameworks = json.dumps({text: [text]}, ensure_ascii=False).encode().hex()
    found = {
        **dict.fromkeys(anywhere.split(), written),
        "resource": f"{written} || CASE WHEN resource = 'sg-1' THEN '' ELSE resource END",
        "waiver": f"CASE WHEN waiver <> '' THEN waiver || {written} ELSE '' END",
        "tags": f"[{written}]",
        "frameworks": f"decode(from_hex('{frameworks}'))",
    }
    spoiled = {
        "findings_sorted": found,
        "closed": {name: found[name] for name in ("resource", "region", "title", "waiver")},
    }
    for table, columns in spoiled.items():
        replaced = ", ".join(f"{what} AS {name}" for name, what in columns.items())
        engine.derive(f"clean_{table}", f"SELECT * FROM {table}")
        engine.derive(table, f"SELECT * REPLACE ({replaced}) FROM clean_{table}")
    try:
        yield renamed(assessment, text), engine
    finally:
        for table in spoiled:
            engine.derive(table, f"SELECT * FROM clean_{table}")
