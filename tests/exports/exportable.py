"""What the exporters' tests export: every standing, and text that is out for trouble."""

from __future__ import annotations

import csv
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from gapfolio.engagement import Account, Engagement
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.tables.profiles import builtin
from gapfolio.exports.tables.writing import TableExporter
from gapfolio.model import Assessment, Finding
from gapfolio.testing import ACCOUNT, assessed, make_catalogue, make_finding

CSV = TableExporter("csv", builtin()["generic"])
FINDINGS = [
    make_finding(
        check="a",
        status="fail",
        severity="critical",
        muted=True,
        title="=cmd|' /C calc'!A0\r\n\"two\", <b>lines</b>",
    ),
    make_finding(check="b", resource="arn:aws:ec2:us-east-1:111111111111:group/2", status="pass"),
    make_finding(
        check="b",
        resource="@group/1",
        status="fail",
        severity="high",
        detail="port 22\nis open",
        tags=["owner=me", "-stage=prod"],
    ),
    make_finding(check="b", resource="@group/1", status="fail", severity="high", detail="again"),
    make_finding(check="c", region="eu-west-1", observed_at=datetime(2026, 8, 1, tzinfo=UTC)),
    make_finding(check="c", region="eu-west-1"),
    make_finding(check="c", observed_at=datetime(2026, 1, 1, tzinfo=UTC)),
    make_finding(check="strange", account="222222222222"),
]


def assess(findings: list[Finding]) -> AbstractContextManager[tuple[Assessment, DuckDBEngine]]:
    """Assess findings of one account by three practices."""
    return assessed(
        findings,
        catalogue=make_catalogue(
            CRED_01={"priority": "critical", "criteria": {"root": ("account", ["a"])}},
            NET_01={"criteria": {"open": ("resource", ["b", "c"])}},
            IR_01={"evidence": "manual", "attest": "It is so."},
        ),
        engagement=Engagement(client="=Acme", accounts=[Account(id=ACCOUNT, name="prod")]),
    )


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV back, strictly, as RFC 4180 has it."""
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content.endswith(b"\r\n")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
