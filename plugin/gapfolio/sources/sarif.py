"""SARIF 2.1.0: what many tools write, for code hosts above all.

Most results are about programs. Those about AWS resources are told by the word `aws` in the rule's
id or tags; all others are passed on as of the provider `code`, so that they are counted and left
out. A result at several locations is a finding at each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from gapfolio.model import Finding, Severity, Status
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import UNREADABLE, each, moment, place, text, texts, type_of

_KINDS: dict[str, Status] = {
    "": "fail",
    "fail": "fail",
    "pass": "pass",
    "notApplicable": "not_applicable",
    "review": "manual",
    # no verdict: `open` could not decide, `informational` did not want to
    "open": "error",
    "informational": "error",
}
_LEVELS: dict[str, Severity] = {
    "error": "high",
    "warning": "medium",
    "note": "low",
    "none": "informational",
}
# code hosts agree on these steps for security-severity
_STEPS: tuple[tuple[float, Severity], ...] = (
    (9.0, "critical"),
    (7.0, "high"),
    (4.0, "medium"),
    (0.1, "low"),
)
_ACCEPTED = (None, "accepted")
_ABOUT_AWS = re.compile(r"(?<![a-z0-9])aws(?![a-z])", re.IGNORECASE)
_NOT_ABOUT_ACCOUNTS = frozenset(("secret", "secrets", "vulnerability", "license"))
_PLACEHOLDER = re.compile(r"\{(\d{1,3})\}")


class Sarif:
    """Logs of any tool in the Static Analysis Results Interchange Format."""

    name = "sarif"
    title = "SARIF 2.1.0"
    recognised = "it has runs, and version 2 or a $schema that says sarif"
    lost = (
        "code flows, fixes, fingerprints, related locations, results in external property files, "
        "and whether a run failed; results that do not say aws are counted only"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the version, or the schema where a tool left that out."""
        return "runs" in element and (
            text(element.get("version")).startswith("2.")
            or "sarif" in text(element.get("$schema")).lower()
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a result and location."""
        yield from each(element.get("runs"), _run)


def _run(run: Element) -> Iterator[Finding]:
    about = _Run(run)
    aws = False
    for found in each(run.get("results"), partial(_result, about)):
        aws = aws or found.provider == "aws"
        yield found
    if about.failed:
        yield Finding(
            scanner="sarif",
            scanner_version=about.version,
            provider="aws" if aws else "code",
            check=f"{about.driver or 'sarif'}:execution",
            account="",
            resource="",
            status="error",
            title="The tool says that its run failed",
            observed_at=about.ended,
        )


class _Run:
    """What holds for all results of a run."""

    def __init__(self, run: Element) -> None:
        driver = dig(run, "tool", "driver")
        extensions = dig(run, "tool", "extensions")
        self.driver = text(dig(driver, "name"))
        self.version = text(dig(driver, "semanticVersion")) or text(dig(driver, "version"))
        invocations = run.get("invocations")
        self.ended = _ended(invocations)
        self.failed = isinstance(invocations, list) and any(
            dig(one, "executionSuccessful") is False for one in invocations
        )
        self.artifacts = run.get("artifacts")
        self.addresses = run.get("logicalLocations")
        self._rules = dig(driver, "rules")
        self._extensions = extensions if isinstance(extensions, list) else []
        self._by_id: dict[str, Element] = {}
        for component in (driver, *self._extensions):
            rules = dig(component, "rules")
            for rule in rules if isinstance(rules, list) else []:
                if isinstance(rule, Mapping):
                    self._by_id.setdefault(text(rule.get("id")), rule)

    def rule(self, result: Element) -> tuple[str, Element]:
        """Give the id of a result's rule, and what the tool says of that rule."""
        reference = result.get("rule")
        name = text(result.get("ruleId")) or text(dig(reference, "id"))
        index = result.get("ruleIndex", dig(reference, "index"))
        component = dig(reference, "toolComponent", "index")
        rules = self._rules
        if component is not None:
            rules = dig(_at(self._extensions, component), "rules")
        # an id may go on below that of its rule: CA1000/1
        rule = _at(rules, index) or self._by_id.get(name) or self._by_id.get(name.split("/")[0])
        found = rule if isinstance(rule, Mapping) else {}
        return name or text(found.get("id")), found


def _result(run: _Run, result: Element) -> Iterator[Finding]:
    name, rule = run.rule(result)
    check = ":".join(filter(None, (run.driver, name)))
    if not check:
        yield UNREADABLE
        return
    for resource, address in _places(run, result.get("locations")).items():
        yield Finding(
            scanner="sarif",
            scanner_version=run.version,
            provider=_provider(name, rule, result),
            check=check,
            account="",
            resource=resource,
            resource_name=address,
            resource_type=type_of(address),
            status=_status(result),
            muted=_suppressed(result.get("suppressions")),
            severity=_severity(result, rule),
            title=_title(rule),
            detail=_message(result.get("message"), rule),
            observed_at=run.ended,
            finding_uid=text(result.get("guid")),
        )


def _places(run: _Run, locations: object) -> dict[str, str]:
    """Give the resource that each location names, with its address; one of no name if none does."""
    found: dict[str, str] = {}
    for location in locations if isinstance(locations, list) else []:
        physical = dig(location, "physicalLocation")
        artifact = dig(physical, "artifactLocation")
        known = _at(run.artifacts, dig(artifact, "index"))
        path = text(dig(artifact, "uri")) or text(dig(known, "location", "uri"))
        address = _address(run, _at(dig(location, "logicalLocations"), 0))
        resource = place(address, path, dig(physical, "region", "startLine"))
        found.setdefault(resource, address)
    return found or {"": ""}


def _address(run: _Run, logical: object) -> str:
    known = _at(run.addresses, dig(logical, "index"))
    for one in (logical, known):
        name = text(dig(one, "fullyQualifiedName"))
        if name:
            return name
    name = text(dig(logical, "name")) or text(dig(known, "name"))
    # Terrascan gives the type of a resource as the kind of location
    typed = f"{text(dig(logical, 'kind'))}.{name}"
    return typed if name and type_of(typed) else name


def _at(items: object, index: object) -> object:
    """Give an item of a list; None where there is no such thing."""
    if not isinstance(items, list) or not isinstance(index, int) or isinstance(index, bool):
        return None
    return items[index] if 0 <= index < len(items) else None


def _ended(invocations: object) -> datetime | None:
    """Give the time of the last invocation that has one."""
    for one in reversed(invocations if isinstance(invocations, list) else []):
        found = moment(dig(one, "endTimeUtc")) or moment(dig(one, "startTimeUtc"))
        if found:
            return found
    return None


def _provider(name: str, rule: Element, result: Element) -> str:
    tags = texts(dig(rule, "properties", "tags")) + texts(dig(result, "properties", "tags"))
    if _NOT_ABOUT_ACCOUNTS & {tag.lower() for tag in tags}:
        return "code"
    return "aws" if any(map(_ABOUT_AWS.search, (name, *tags))) else "code"


def _status(result: Element) -> Status:
    if result.get("baselineState") == "absent":
        return "not_applicable"  # of an earlier run: it is not there any more
    return _KINDS.get(text(result.get("kind", "")), "error")


def _suppressed(suppressions: object) -> bool:
    """Say whether somebody accepted the result: there is a suppression, and none is in doubt."""
    listed = suppressions if isinstance(suppressions, list) else []
    return bool(listed) and all(dig(one, "status") in _ACCEPTED for one in listed)


def _severity(result: Element, rule: Element) -> Severity:
    for one in (result, rule):
        score = text(dig(one, "properties", "security-severity"))
        if score:
            return _step(score)
    level = text(result.get("level")) or text(dig(rule, "defaultConfiguration", "level"))
    return _LEVELS.get(level, "unknown")


def _step(score: str) -> Severity:
    try:
        number = float(score)
    except ValueError:
        return "unknown"
    return next((word for least, word in _STEPS if number >= least), "unknown")


def _title(rule: Element) -> str:
    return (
        text(dig(rule, "shortDescription", "text"))
        or text(rule.get("name"))
        or text(dig(rule, "fullDescription", "text"))
    )


def _message(message: object, rule: Element) -> str:
    """Give the text of a message; it may be one of the rule's, with gaps to be filled."""
    written = text(dig(message, "text")) or text(dig(message, "markdown"))
    if not written:
        written = text(dig(rule, "messageStrings", text(dig(message, "id")), "text"))
    arguments = texts(dig(message, "arguments"))

    def filled(gap: re.Match[str]) -> str:
        place_ = int(gap[1])
        return arguments[place_] if place_ < len(arguments) else gap[0]

    return _PLACEHOLDER.sub(filled, written) if arguments else written
