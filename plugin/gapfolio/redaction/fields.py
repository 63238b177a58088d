"""Which field of an Assessment holds what; the rewriting itself is in `document`."""

from __future__ import annotations

from typing import Literal

import msgspec

from gapfolio import model

Rule = Literal[
    "keep",
    "text",
    "said",
    "detail",
    "account",
    "name",
    "environment",
    "owner",
    "resource",
    "matter",
    "file",
    "origin",
    "void",
    "key",
    "arguments",
    "selects",
    "part",
]
"""How the text in a field is rewritten; `keep` = it says nothing of accounts or resources."""

FIELDS: dict[type[msgspec.Struct], dict[Rule, str]] = {
    model.Counts: {},
    model.Score: {},
    model.Scored: {"keep": "policy"},
    model.Period: {"keep": "name timezone"},
    model.Affected: {
        "keep": "check region severity",
        "key": "key",
        "account": "account",
        "resource": "resource",
        "detail": "detail",
        "file": "input",
    },
    model.CriterionResult: {
        "keep": "id statement scope basis checks derived reasons findings",
        "account": "accounts_failing",
    },
    model.PracticeResult: {
        "keep": "id category title priority evidence state attestation_reasons findings "
        "severities before_deployment why effect recommendation nist_800_53",
        "account": "accounts_failing",
    },
    model.AccountResult: {
        "keep": "regions categories",
        "account": "id",
        "name": "name",
        "environment": "environment",
        "owner": "owner",
    },
    model.CategoryResult: {"keep": "id title practices severities"},
    model.InputResult: {"keep": "sha256 source skipped", "file": "name", "text": "problem"},
    model.RunResult: {
        "keep": "scanner version regions errors partial",
        "account": "account",
        "arguments": "arguments",
        "void": "void",
        "origin": "origin",
    },
    model.ScanResult: {"keep": "scanner version regions", "account": "account"},
    model.Unmapped: {"keep": "scanner check reason findings", "said": "title"},
    model.Verdict: {
        "keep": "check region",
        "resource": "resource",
        "detail": "detail",
        "file": "input",
    },
    model.Conflict: {"keep": "criterion", "account": "account", "matter": "matter"},
    model.PeriodScores: {"keep": "period categories policy catalogue"},
    model.PracticeChange: {"keep": "id opened closed accepted caution"},
    model.Moved: {
        "keep": "practice check region cause move",
        "key": "key",
        "account": "account",
        "resource": "resource",
    },
    model.Change: {"keep": "since sha256 opened closed accepted", "text": "pack remarks"},
    model.WaiverResult: {
        "keep": "practices state",
        "selects": "selects",
        "text": "id overlaps reason owner approver ticket",
        "account": "accounts",
    },
    model.Muted: {"keep": "scanner check practice", "account": "account"},
    model.Exceptions: {},
    model.ProofResult: {"keep": "sha256 state", "text": "name"},
    model.AttestationResult: {
        "keep": "practice result state",
        "text": "statement by",
        "account": "accounts counts_in",
    },
    model.NotApplicableResult: {
        "keep": "practice criterion state",
        "text": "reason by",
        "account": "accounts refused",
    },
    model.RemediationItem: {
        "keep": "practice priority",
        "account": "account",
        "text": "owner",
    },
    model.Assessment: {
        "keep": "schema versions client title status regions counts service_models redacted",
        "account": "accounts_out_of_scope accounts_missing",
        "text": "blanks notices",
        "part": "part",
    },
}
"""Every record that an Assessment is made of: rule to the fields with text that it is for.

Of a dictionary the keys are meant, and the values where they are text. Fields with records,
numbers or dates are not named.
"""


def rule(kind: type[msgspec.Struct], field: str) -> Rule:
    """Give the rule of a field; what nobody has placed is taken for text that people write."""
    for name, fields in FIELDS.get(kind, {}).items():
        if field in fields.split():
            return name
    return "text"
