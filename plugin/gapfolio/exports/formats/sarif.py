"""SARIF 2.1.0 for code-scanning dashboards: a result for each gap (a criterion in an account).

A gap is a result as long as nothing shows that it was closed; a dashboard closes what is no longer
in the file. So what was open and was not looked at again stays, with the kind `open`. What is not
assessed makes no result; a notification names it, so that an empty file does not look clean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from gapfolio import __version__
from gapfolio.engine.base import Engine
from gapfolio.exports import ids
from gapfolio.exports.base import Exported
from gapfolio.exports.formats import markdown
from gapfolio.exports.records import verdicts
from gapfolio.exports.records.gaps import gaps
from gapfolio.exports.texts import line, lines, short
from gapfolio.model import Assessment, PracticeResult
from gapfolio.report.view.formats import counted

FILE = "gapfolio.sarif"
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LISTED = "findings.csv"
"""The file of the evidence pack that lists what fails; dashboards demand the name of a file."""
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_SEVERITIES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""As dashboards step `security-severity`; without it every error is alike."""
_LONGEST = 1000
_MEANS = re.compile(r"([\\\[\]])")


class SarifExporter:
    """Writes one run with all gaps."""

    name = "sarif"
    title = "SARIF 2.1.0 for code-scanning dashboards, a result a gap"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the file; results are written one by one."""
        path = directory / FILE
        head = {"$schema": _SCHEMA, "version": "2.1.0", "runs": []}
        run = {**_run(assessment), "results": []}
        with path.open("wb") as file:
            file.write(msgspec.json.encode(head).removesuffix(b"]}"))
            file.write(msgspec.json.encode(run).removesuffix(b"]}"))
            before = b""
            for record in gaps(assessment, engine):
                if record["state"] != "closed":
                    result = _result(assessment, record)
                    file.write(before + b"\n" + msgspec.json.encode(result))
                    before = b","
            file.write(b"\n]}]}\n")
        unseen = sum(1 for _ in _unseen(assessment))
        note = f"{FILE}: {counted(unseen, 'practice')} not, or only partly, assessed: no results"
        return Exported([path], [note] if unseen else [])


def message(text: str) -> str:
    """Write text so that nothing in it is a link or a placeholder of the format."""
    return _MEANS.sub(r"\\\1", line(text)).replace("{", "{{").replace("}", "}}")


def _run(assessment: Assessment) -> dict[str, Any]:
    return {
        "tool": {
            "driver": {
                "name": "Gapfolio",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": list(_rules(assessment.practices)),
            }
        },
        "automationDetails": {"id": f"gapfolio/{assessment.period.name}"},
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": f"{verdicts.judged_at(assessment):%Y-%m-%dT%H:%M:%SZ}",
                "toolExecutionNotifications": list(_unseen(assessment)),
            }
        ],
        "columnKind": "unicodeCodePoints",
    }


def _rules(practices: Iterable[PracticeResult]) -> Iterator[dict[str, Any]]:
    for practice in practices:
        for criterion in practice.criteria:
            yield _rule(practice, criterion.id, criterion.statement)
        if practice.evidence != "automated":
            yield _rule(practice, practice.id, practice.title)


def _rule(practice: PracticeResult, name: str, statement: str) -> dict[str, Any]:
    helps = (line(text) for text in (practice.why, practice.effect, *practice.recommendation))
    told = [text for text in helps if text] or [practice.id]
    rule: dict[str, Any] = {
        "id": name,
        "name": line(practice.title),
        "shortDescription": {"text": message(statement) or name},
        "fullDescription": {"text": message(f"{practice.title}. {practice.effect}")},
        "help": {
            "text": "\n\n".join(message(text) for text in told),
            "markdown": "\n\n".join(markdown.plain(text, _LONGEST) for text in told),
        },
        "defaultConfiguration": {"level": _level(practice.priority)},
        "properties": {"tags": _tags(practice)},
    }
    if practice.priority:
        rule["properties"]["security-severity"] = _SEVERITIES[practice.priority]
        rule["properties"]["priority"] = practice.priority
    return rule


def _tags(practice: PracticeResult) -> list[str]:
    tags = ["security", practice.category, *practice.nist_800_53]
    return list(dict.fromkeys(line(tag) for tag in tags))


def _level(priority: object) -> str:
    return _LEVELS.get(str(priority), "note")


def _unseen(assessment: Assessment) -> Iterator[dict[str, Any]]:
    """Name each practice of which something is unknown."""
    for practice in assessment.practices:
        if practice.cells.unknown:
            cells = f"{practice.cells.unknown:,} of {counted(practice.cells.total, 'cell')}"
            yield {
                "level": "warning",
                "message": {"text": message(f"{practice.id} {practice.title}: {cells} unknown")},
                "associatedRule": {"id": practice.id},
            }


def _result(assessment: Assessment, record: Mapping[str, Any]) -> dict[str, Any]:
    unproven = record["state"] == "unproven"
    key = str(record["key"])
    stable = ids.stable(assessment.client, "sarif", key)
    result: dict[str, Any] = {
        "ruleId": record["criterion"] or record["practice"],
        "kind": "open" if unproven else "fail",
        "level": "none" if unproven else _level(record["priority"]),
        "message": {"text": message(_said(record))},
        "locations": [_location(record)],
        "partialFingerprints": {
            "gapfolio/v1": stable,
            # what GitHub tells alerts of one rule and file apart by
            "primaryLocationLineHash": f"{UUID(stable).hex[:16]}:1",
        },
        "properties": _properties(record),
    }
    if record["state"] == "accepted":
        accepted = verdicts.acceptance(assessment, tuple(record["waivers"]))
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": lines(accepted)}
        ]
    return result


def _said(record: Mapping[str, Any]) -> str:
    where = record["account"] or verdicts.CODE
    if record["account_name"]:
        where = f"{record['account_name']} ({where})"
    if not record["criterion"]:
        how = "Attested as a gap"
    elif record["state"] == "unproven":
        how = "Did not hold, and nothing shows that it does now,"
    else:
        how = "Does not hold"
    text = f"{record['practice_title']}. {how} in {where}: {record['statement']}"
    if record["state"] == "unproven":
        return f"{text} Not shown to be closed: {record['cause']}."
    if record["findings"]:
        number = counted(record["findings"], "open finding")
        text += f" {number} on {counted(record['resources_total'], 'resource')}"
        text += f", {record['accepted']:,} accepted." if record["accepted"] else "."
    return text


def _location(record: Mapping[str, Any]) -> dict[str, Any]:
    account = line(record["account"]) or verdicts.CODE
    named = dict.fromkeys(short(line(text), _LONGEST) or "-" for text in record["resources"])
    places = [{"name": account, "kind": "account"}]
    places += [
        {"name": name, "fullyQualifiedName": f"{account}/{name}", "kind": "resource"}
        for name in named
    ]
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _LISTED},
            "region": {"startLine": 1},
        },
        "logicalLocations": places,
    }


def _properties(record: Mapping[str, Any]) -> dict[str, Any]:
    seen = {name: record[name] for name in ("first_seen", "open_since", "due") if record[name]}
    return {
        "practice": record["practice"],
        "account": line(record["account"]),
        "state": record["state"],
        "checks": [line(name) for name in record["checks"]],
        "regions": [line(name) for name in record["regions"]],
        "owner": line(record["owner"]),
        **{name: f"{moment:%Y-%m-%d}" for name, moment in seen.items()},
    }
