"""An engagement of two quarters, in which gaps are closed, stay open, are accepted and come up."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gapfolio import audit, publish
from gapfolio.exports import packs
from gapfolio.exports.base import Exported, Exporter
from gapfolio.exports.tables.profiles import builtin
from gapfolio.exports.tables.writing import TableExporter
from gapfolio.testing import ACCOUNT, MOMENT, make_finding
from scanfile import write_findings

OTHER = "222222222222"
LATER = MOMENT.replace(month=11)
_ANN = "arn:aws:iam::111111111111:user/ann"
_SETTINGS = f"""\
client = "Acme"
[[accounts]]
id = "{ACCOUNT}"
name = "production"
owner = "Platform team"
environment = "prod (eu)"
[[accounts]]
id = "{OTHER}"
"""
_WAIVERS = """\
- id: W-1
  criterion: CRED-10.one-active-access-key
  reason: The old client cannot rotate.
  owner: Identity team
  approver: CISO
  ticket: RISK-7
  granted: 2026-07-01
  expires: 2027-01-31
- id: W-2
  practice: NET-01
  reason: It ended.
  owner: Network team
  approver: CISO
  granted: 2026-07-01
  expires: 2026-07-31
"""
_ATTESTED = """\
- practice: IR-10
  result: fail
  accounts: ["111111111111"]
  statement: No game day was held.
  evidence: [{link: "https://wiki.example.com/games"}]
  by: Auditor
  valid_from: 2026-07-01
  valid_until: 2027-06-30
"""
_MENDED = """\
- practice: IR-10
  result: pass
  accounts: ["111111111111"]
  statement: A game day was held.
  evidence: [{link: "https://wiki.example.com/games"}]
  by: Auditor
  valid_from: 2026-11-01
  valid_until: 2027-06-30
"""
_OPEN = {"status": "fail", "severity": "high"}
_MFA = {"check": "iam_user_mfa_enabled_console_access", "resource": _ANN}
_OLD_KEY = {"check": "iam_rotate_access_key_90_days", "resource": _ANN}
_TWO_KEYS = {"check": "iam_user_two_active_access_key", "resource": _ANN}
_ROOT = {"check": "iam_root_mfa_enabled", "account": OTHER, "resource": "arn:aws:iam::2:root"}
_DEVICE = {"check": "iam_user_hardware_mfa_enabled", "resource": _ANN}
_PUBLIC = {"check": "s3_bucket_public_access", "resource": "arn:aws:s3:::open"}

BEFORE = (
    {**_MFA, **_OPEN},
    {**_OLD_KEY, **_OPEN},
    {**_TWO_KEYS, **_OPEN, "severity": "medium"},
    {**_ROOT, **_OPEN, "severity": "critical"},
    {**_DEVICE, **_OPEN, "severity": "medium"},
    _PUBLIC,
)
NOW = (
    _MFA,
    {**_OLD_KEY, **_OPEN},
    {**_TWO_KEYS, **_OPEN, "severity": "medium"},
    {**_ROOT, "status": "error"},
    {**_PUBLIC, **_OPEN},
)


@cache
def _made() -> TemporaryDirectory[str]:
    made = TemporaryDirectory(prefix="quarters-")
    home = Path(made.name)
    (home / "gapfolio.toml").write_text(_SETTINGS)
    (home / "waivers.yaml").write_text(_WAIVERS)
    (home / "attestations.yaml").write_text(_ATTESTED)
    _report(home, [make_finding(**values) for values in BEFORE])
    (home / "attestations.yaml").write_text(_ATTESTED + _MENDED)
    # another version and another order change no key
    newer: dict[str, Any] = {"observed_at": LATER, "scanner_version": "5.47.0"}
    _report(home, [make_finding(**{**newer, **values}) for values in reversed(NOW)])
    return made


def _report(home: Path, findings: list[Any]) -> None:
    scan = home / f"{findings[0].observed_at:%Y%m}.json"
    write_findings(scan, findings)
    with audit.opened(audit.Options([str(scan)], home)) as opened:
        target = publish.default_directory(opened)
        publish.publish(opened, target, formats=("csv", "json", "parquet"))


def pack(period: str) -> Path:
    """Give the pack of `2026-Q3` or `2026-Q4`."""
    return Path(_made().name) / "packs" / period


def profile(name: str) -> TableExporter:
    return TableExporter(name, builtin()[name])


def export(exporter: Exporter, period: str, directory: Path) -> Exported:
    with packs.opened(pack(period)) as (assessment, engine):
        return exporter.export(assessment, engine, directory)


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True, delimiter=delimiter))


def by_key(path: Path, key: str = "key") -> dict[str, dict[str, str]]:
    return {row[key]: row for row in rows(path)}


def place(key: str) -> str:
    """Give criterion and account of a key, or of a text that begins with them."""
    found = re.match(r"([A-Z]+-[0-9]+(?:\.[a-z0-9-]+)?)(?::| in )([0-9]{12})", key)
    assert found, key
    return f"{found[1]}:{found[2]}"
