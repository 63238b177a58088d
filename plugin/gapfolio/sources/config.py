"""AWS Config: what its rules say of each resource, or of an account as a whole.

Answers of the API for one account or an aggregator, of conformance packs, compliance changes as
EventBridge sends them, and the compliance items of a snapshot. The rules that Security Hub, a
conformance pack or an organization deploys carry that in their name, which is taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gapfolio.model import Finding, Status
from gapfolio.sources import aws
from gapfolio.sources.aws import at
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import UNREADABLE, each, text

_EVALUATIONS = (
    "EvaluationResults",
    "AggregateEvaluationResults",
    "ConformancePackRuleEvaluationResults",
)
_RULES = ("ComplianceByConfigRules", "AggregateComplianceByConfigRules")
_ITEMS = "configurationItems"
_COMPLIANCE_ITEM = "AWS::Config::ResourceCompliance"
_STATUS: dict[str, Status] = {
    "COMPLIANT": "pass",
    "NON_COMPLIANT": "fail",
    "NOT_APPLICABLE": "not_applicable",
}
_DEPLOYED = (
    re.compile("securityhub-(.+)-[0-9a-f]{8}"),
    re.compile("(.+)-conformance-pack-[0-9a-z]{9}"),
    re.compile("OrgConfigRule-(.+)-[0-9a-z]{8}"),
)
_IDENTIFIER = re.compile("[A-Z0-9_]+")
_ACCOUNT = "AWS::::Account"


class Config:
    """Compliance as `aws configservice`, EventBridge and snapshots have it."""

    name = "config"
    title = "AWS Config compliance JSON"
    recognised = (
        "it has an evaluation result of a rule, or the compliance of a rule (ConfigRuleName and"
        " Compliance), alone, in an answer of the API, in a compliance change event, or in a"
        " snapshot"
    )
    lost = (
        "what a rule is about, which its results do not tell; and in a snapshot all but the"
        " compliance of resources"
    )
    snapshot = True
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the keys of a result, alone or in a list."""
        opened = aws.opened(element)
        lists = [opened.get(key) for key in (*_EVALUATIONS, *_RULES)]
        return (
            _is_result(opened)
            or any(_wraps(found) for found in lists)
            or (isinstance(opened.get(_ITEMS), list) and "configSnapshotId" in opened)
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a resource and rule, or a rule where that is all that is told."""
        opened = aws.opened(element)
        identifiers = _identifiers(opened.get("ConfigRules"))
        if _is_result(opened):
            yield from _read(opened, identifiers)
            return
        for key in (*_EVALUATIONS, *_RULES, _ITEMS):
            yield from each(opened.get(key), lambda item: _read(item, identifiers))


def _wraps(found: object) -> bool:
    """Say whether a list is one of results; another service also has EvaluationResults."""
    return isinstance(found, list) and (
        not found or any(isinstance(item, Mapping) and _is_result(item) for item in found)
    )


def _is_result(element: Element) -> bool:
    """Say whether an object is a result by itself."""
    if at(element, "ConfigRuleName") is not None:
        return "Compliance" in element or "newEvaluationResult" in element
    if element.get("resourceType") == _COMPLIANCE_ITEM:
        return "configuration" in element
    return "EvaluationResultIdentifier" in element and "ComplianceType" in element


def _read(item: Element, identifiers: Mapping[str, str]) -> Iterator[Finding]:
    """Read an object of any of the kinds."""
    if item.get("resourceType") == _COMPLIANCE_ITEM:
        rules = at(item, "configuration", "configRuleList")
        yield from each(rules, lambda rule: iter([_of_item(item, rule, identifiers)]))
    elif "newEvaluationResult" in item:
        yield _of_result(item, item.get("newEvaluationResult"), identifiers)
    elif "EvaluationResultIdentifier" in item:
        yield _of_result(item, item, identifiers)
    elif "Compliance" in item:
        yield _of_rule(item, identifiers)
    elif "configurationItemCaptureTime" not in item:  # a snapshot is mostly about other things
        yield UNREADABLE


def _of_result(holder: Element, result: object, identifiers: Mapping[str, str]) -> Finding:
    """Read what a rule says of a resource; `holder` names the account, and in events the rule."""
    about = at(result, "EvaluationResultIdentifier", "EvaluationResultQualifier")
    rule = text(at(about, "ConfigRuleName")) or text(at(holder, "ConfigRuleName"))
    if not rule:
        return UNREADABLE
    resource = text(at(about, "ResourceId")) or text(at(holder, "ResourceId"))
    kind = text(at(about, "ResourceType")) or text(at(holder, "ResourceType"))
    arns = (
        _account_or_arn(resource, kind),
        at(holder, "ConfigRuleARN"),
        at(holder, "configRuleARN"),
    )
    return Finding(
        scanner="config",
        check=_check(rule, holder, identifiers),
        account=aws.account(at(holder, "AccountId") or holder.get("awsAccountId"), *arns),
        region=aws.region(at(holder, "AwsRegion"), *arns),
        resource=resource,
        resource_type=kind,
        service=aws.service(resource, kind),
        status=_status(at(result, "ComplianceType")),
        title=rule,
        detail=text(at(result, "Annotation")),
        observed_at=aws.newest(at(result, "ResultRecordedTime"))
        or aws.newest(at(result, "ConfigRuleInvokedTime"), holder.get("notificationCreationTime")),
    )


def _of_rule(item: Element, identifiers: Mapping[str, str]) -> Finding:
    """Read what a rule says of an account as a whole."""
    rule = text(item.get("ConfigRuleName"))
    if not rule:
        return UNREADABLE
    count = text(at(item, "Compliance", "ComplianceContributorCount", "CappedCount"))
    capped = at(item, "Compliance", "ComplianceContributorCount", "CapExceeded") is True
    return Finding(
        scanner="config",
        check=_check(rule, item, identifiers),
        account=text(item.get("AccountId")),
        region=text(item.get("AwsRegion")),
        resource="",
        status=_status(at(item, "Compliance", "ComplianceType")),
        title=rule,
        detail=f"resources that decide it: {count}{' or more' * capped}" if count else "",
    )


def _of_item(item: Element, rule: Element, identifiers: Mapping[str, str]) -> Finding:
    """Read what a rule says of a resource in a snapshot."""
    name = text(rule.get("configRuleName"))
    if not name:
        return UNREADABLE
    resource = text(at(item, "configuration", "targetResourceId"))
    kind = text(at(item, "configuration", "targetResourceType"))
    arns = (_account_or_arn(resource, kind), rule.get("configRuleArn"))
    return Finding(
        scanner="config",
        check=_check(name, rule, identifiers),
        account=aws.account(item.get("awsAccountId"), *arns),
        region=aws.region(item.get("awsRegion"), *arns),
        resource=resource,
        resource_type=kind,
        service=aws.service(resource, kind),
        status=_status(rule.get("complianceType")),
        title=name,
        observed_at=aws.moment(item.get("configurationItemCaptureTime")),
    )


def _check(rule: str, holder: Element, identifiers: Mapping[str, str]) -> str:
    """Give the id of a managed rule where it is told, else its name without what deploying adds."""
    told = _identifier(holder) or identifiers.get(rule)
    if told:
        return told
    return next((found[1] for name in _DEPLOYED if (found := name.fullmatch(rule))), rule)


def _identifiers(rules: object) -> dict[str, str]:
    """Read the ids of managed rules from the answer of `describe-config-rules` in the same file."""
    found = (
        rule for rule in (rules if isinstance(rules, list) else []) if isinstance(rule, Mapping)
    )
    return {text(rule.get("ConfigRuleName")): _identifier(rule) for rule in found}


def _identifier(rule: Element) -> str:
    written = text(at(rule, "Source", "SourceIdentifier")) or text(at(rule, "SourceIdentifier"))
    return written if _IDENTIFIER.fullmatch(written) else ""


def _account_or_arn(resource: str, kind: str) -> str:
    return resource if kind == _ACCOUNT or resource.startswith("arn:") else ""


def _status(word: object) -> Status:
    return _STATUS.get(text(word).upper(), "error")
