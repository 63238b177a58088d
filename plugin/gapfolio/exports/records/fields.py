"""The fields of every record type, as a column of a profile may name them.

What a field means stands here once: docs/exports.md and the metadata beside the generic files say
it in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gapfolio.model import WEIGHTS

Kind = Literal["text", "list", "number", "flag", "day", "time"]
"""`list`: several values in a cell; `flag`: `true` or `false`; `day`, `time`: of dates, in UTC."""


@dataclass(frozen=True)
class Field:
    """A field of a record."""

    meaning: str
    kind: Kind = "text"
    values: tuple[str, ...] = ()
    """The only ones, beside none; empty = any."""
    separator: str = " "
    """Between the values of a list, where the column names no other."""


PRIORITIES = tuple(WEIGHTS)
SEVERITIES = ("critical", "high", "medium", "low", "informational", "unknown")
RISKS = ("High", "Moderate", "Low")

_PERIOD = {
    "period": Field("Period under audit, e.g. `2026-Q3`."),
    "client": Field("Client, from the engagement."),
}
_PRACTICE = {
    "practice": Field("The practice's id."),
    "practice_title": Field("Its title."),
    "category": Field("`FND`, `CRED`, `NET`, `DET` or `IR`, or one of your own."),
    "priority": Field(
        "Priority of the practice; empty for foundation practices, which are not scored.",
        values=PRIORITIES,
    ),
    "weight": Field("Weight in the score: 10, 6, 3 or 1; 0 if not scored.", "number"),
    "why": Field("What the practice is for."),
    "effect": Field("What a gap exposes the client to."),
    "recommendation": Field("Steps that mend it.", "list", separator="\n"),
    "nist_800_53": Field("Controls of NIST SP 800-53 Rev. 5.", "list"),
}
_PLAN = {
    "owner": Field(
        "Who mends it: from notes.yaml, else the rules, else the account's owner; empty if nobody "
        "is named."
    ),
    "due": Field("Due date; empty if every finding is accepted.", "day"),
    "days_overdue": Field(
        "Days past it on the last day of the period, or of the newest evidence if that is earlier; "
        "0 if none.",
        "number",
    ),
}
_ACCOUNT = {
    "account": Field("Account id; empty for infrastructure code."),
    "account_name": Field("Its name."),
}
_CRITERION = {
    "criterion": Field("The criterion's id; empty for a gap that a person attested."),
    "statement": Field("What must hold, or what the person stated."),
}

_PRACTICES = {
    "key": Field("The practice's id."),
    **_PERIOD,
    **_PRACTICE,
    "evidence": Field(
        "`manual`: attestation only.",
        values=("automated", "manual", "both"),
    ),
    "state": Field(
        "`fail`: a cell fails. `partly`: some pass, some are unknown. `unknown`: none is known. "
        "`pass`: all pass. `absent`: nothing to assess. `unscored`: a foundation practice.",
        values=("pass", "fail", "partly", "unknown", "absent", "unscored"),
    ),
    "assured": Field(
        "The practice's value, 0 to 100, with every unknown cell taken as failed; empty if it "
        "counts in no sum.",
        "number",
    ),
    "possible": Field("The same with every unknown cell taken as passed.", "number"),
    "coverage": Field("Share of its cells with a verdict, 0 to 100.", "number"),
    "cells": Field("Cells that count: passed, failed and unknown.", "number"),
    "cells_passed": Field("Those that passed.", "number"),
    "cells_failed": Field("Those that failed.", "number"),
    "cells_unknown": Field("Those that are unknown.", "number"),
    "cells_absent": Field("Cells with nothing to assess; they are in no sum.", "number"),
    "attestation_cells_unknown": Field(
        "Of the unknown cells, those that only an attestation can decide.", "number"
    ),
    "accounts_failing": Field("Number of accounts with a failing cell.", "number"),
    "account_ids_failing": Field("Their ids.", "list"),
    "findings_failed": Field("Current findings that fail.", "number"),
    "findings_muted": Field("Of these, the muted ones.", "number"),
    "findings_passed": Field("Current findings that pass.", "number"),
    **{
        f"failed_{severity}": Field(f"Failing findings of severity {severity}.", "number")
        for severity in SEVERITIES[:-1]
    },
}
_GAPS = {
    "key": Field(
        "Criterion and account, joined by `:`; of a gap that a person attested, practice and "
        "account. The same in every period."
    ),
    **_PERIOD,
    **_PRACTICE,
    "name": Field("Criterion, account and title of the practice; no two gaps have the same."),
    **_CRITERION,
    **_ACCOUNT,
    "account_owner": Field("Who answers for the account."),
    "environment": Field("Environment of the account, e.g. `production`."),
    "state": Field(
        "`open`; `accepted`: a valid waiver covers every finding; `closed`: open in the previous "
        "pack, and proven not to be now; `unproven`: open in the previous pack, and nothing shows "
        "what has become of it.",
        values=("open", "accepted", "closed", "unproven"),
    ),
    "cause": Field(
        "Of a gap that is no longer open, why, as the report's section on change has it; of an "
        "unproven one, why nothing shows it."
    ),
    "findings": Field("Failing findings: open ones, or of a closed gap those that were.", "number"),
    "accepted": Field("Of these, those that a valid waiver covers.", "number"),
    "resources": Field(
        "The first 500 resources that fail, or did; the account of a gap that a person attested.",
        "list",
        separator="\n",
    ),
    "resources_total": Field("Number of all of them.", "number"),
    "severity": Field(
        "The scanner's worst for its findings; empty where a person attested the gap.",
        values=SEVERITIES,
    ),
    "risk": Field(
        "The same in three words: critical is High, medium is Moderate, informational is Low; "
        "where no severity is known, the practice's priority in these words.",
        values=RISKS,
    ),
    "first_seen": Field(
        "When the packs of this engagement first had one of its findings, failing or not.", "day"
    ),
    "open_since": Field(
        "Since when the oldest of its findings has been open; those that were closed since the "
        "previous pack count.",
        "day",
    ),
    "status_date": Field(
        "When it was last looked at; the last day of the period where nobody did.", "day"
    ),
    **_PLAN,
    "scheduled": Field(
        "Due date; of an accepted gap the last day of its waiver; empty once it is closed.", "day"
    ),
    "deadline": Field("The same; of a gap that is no longer open, the status date.", "day"),
    "checks": Field("Failing checks, as `scanner:check`.", "list"),
    "scanners": Field("Scanners that found it.", "list"),
    "services": Field("AWS services concerned, as the scanner names them.", "list"),
    "regions": Field("Regions concerned.", "list"),
    "waivers": Field("Ids of the waivers that cover some of it.", "list"),
    "frameworks": Field(
        "Ids of other frameworks as the scanner gave them: `CIS-3.0: 1.5 1.6; SOC2: cc_6_1`."
    ),
    "labels": Field(
        "Practice, scanners and environment as short words of letters, digits, `-` and `_`.", "list"
    ),
    "description": Field("What must hold, how much fails, why it matters and what follows."),
    "milestone": Field(
        "What has happened by the scheduled date: `(1) 2026-12-31: The gap is closed.`"
    ),
    "deviation": Field("Of an accepted gap, waivers with reason, approver and last day."),
    "comment": Field(
        "Why it is closed, or not shown to be; waivers, other frameworks, resources left out."
    ),
}
_FINDINGS = {
    "key": Field("Identity of the finding, the same in every period."),
    **_PERIOD,
    "practice": _PRACTICE["practice"],
    "criterion": Field("The criterion's id; empty if there is none."),
    "standing": Field(
        "`current` ones count; `closed` ones were open in the previous pack and are not now; the "
        "others do not count.",
        values=(
            *("current", "closed", "duplicate", "superseded"),
            *("stale", "out_of_scope", "no_account"),
        ),
    ),
    "cause": Field("Of a closed one, why it is no longer open."),
    "status": Field(
        "What the scanner says; empty of a closed one.",
        values=("pass", "fail", "manual", "not_applicable", "error", "event"),
    ),
    "muted": Field("Muted in the scanner; changes no status.", "flag"),
    "severity": Field("The scanner's.", values=SEVERITIES),
    "scanner": Field("Tool that made the finding."),
    "check": Field("The check under its present name."),
    **_ACCOUNT,
    "region": Field("Region; empty if the scanner named none."),
    "service": Field("The scanner's name of the service."),
    "service_model": Field(
        "Who is responsible for what; empty if the service is not classified.",
        values=("infrastructure", "container", "abstracted"),
    ),
    "resource": Field("ARN where there is one, else the scanner's own id."),
    "resource_name": Field("Name for people."),
    "resource_type": Field("Type as the scanner writes it."),
    "title": Field("What the check is about."),
    "detail": Field("What the scanner says of this resource."),
    "tags": Field("Tags of the resource as `key=value`.", "list", separator=" | "),
    "frameworks": Field(
        "Ids of other frameworks as the scanner gave them: JSON object, framework to list of ids."
    ),
    "seen_at": Field("When the resource was looked at.", "time"),
    "first_seen": Field("Since when the packs of this engagement have had the finding.", "time"),
    "open_since": Field("Since when it has been open without a break.", "time"),
    "waiver": Field("Id of the waiver that covers it."),
    "scanner_version": Field("As the scanner says it."),
    "input": Field("File it was read from."),
    "input_sha256": Field("SHA-256 of that file."),
    "input_row": Field("Its element or record in that file, from 1.", "number"),
}
_EXCEPTIONS = {
    "key": Field("The waiver's id."),
    **_PERIOD,
    "name": Field("Id and what it selects."),
    "selects": Field("What it selects, in words."),
    "reason": Field("Why the risk is accepted."),
    "owner": Field("Who answers for it."),
    "approver": Field("Who accepted it."),
    "ticket": Field("Where it is recorded."),
    "granted": Field("The first day on which it holds.", "day"),
    "expires": Field("The last day on which it holds.", "day"),
    "state": Field(
        "On the last day of the period.",
        values=("valid", "expired", "not yet valid"),
    ),
    "days_left": Field(
        "From the last day of the period to its last; negative when it has expired.", "number"
    ),
    "findings": Field(
        "Open failing findings that its selectors match, whatever its state.", "number"
    ),
    "practices": Field("Practices of these.", "list"),
    "accounts": Field("Accounts of these.", "list"),
    "comment": Field("Owner, approver, ticket and what it covers."),
}
_RESULT = {
    "state": Field(
        "State of the cell.",
        values=("pass", "fail", "unknown", "absent"),
    ),
    "result": Field(
        "The same in five words: `absent` is `not_applicable`, and `unknown` is `error` where the "
        "scanner or its calls failed, else `not_checked`.",
        values=("pass", "fail", "not_applicable", "error", "not_checked"),
    ),
    "reason": Field("Why it is in this state."),
    "status_date": Field("Last day of the period.", "day"),
}
_POSTURE = {
    "key": Field("Criterion and account, joined by `:`."),
    **_PERIOD,
    "practice": _PRACTICE["practice"],
    "practice_title": _PRACTICE["practice_title"],
    "criterion": Field("The criterion's id."),
    "statement": Field("What must hold."),
    **_ACCOUNT,
    **_RESULT,
}
_CRITERIA = {
    "key": Field("The criterion's id."),
    **_PERIOD,
    "practice": _PRACTICE["practice"],
    "practice_title": _PRACTICE["practice_title"],
    "statement": Field("What must hold."),
    "result": Field(
        "The worst of its accounts: `fail`, `error`, `not_checked`, `pass`, `not_applicable`.",
        values=_RESULT["result"].values,
    ),
    "accounts": Field("Number of accounts that were to be assessed.", "number"),
    "accounts_of_result": Field("Ids of the accounts with that result.", "list"),
    "actual": Field("In how many accounts it is so, and in which: `fail in 2 of 3: …`."),
    "reason": Field("Why they are in this state; several are separated by `; `."),
    "status_date": _RESULT["status_date"],
}
_REMEDIATION = {
    "key": Field("Practice and account, joined by `:`."),
    **_PERIOD,
    "practice": _PRACTICE["practice"],
    "priority": Field("Priority of the practice.", values=PRIORITIES),
    "account": _ACCOUNT["account"],
    "findings_open": Field("Open failing findings.", "number"),
    "findings_accepted": Field("Of these, those that a valid waiver covers.", "number"),
    "attested": Field("A person attested that there is a gap.", "flag"),
    "open_since": Field(
        "Day since when the oldest finding that is not accepted has been open.", "day"
    ),
    **_PLAN,
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "practices": _PRACTICES,
    "gaps": _GAPS,
    "findings": _FINDINGS,
    "exceptions": _EXCEPTIONS,
    "posture": _POSTURE,
    "criteria": _CRITERIA,
    "remediation": _REMEDIATION,
}
"""Record type to its fields, in the order of the docs."""
