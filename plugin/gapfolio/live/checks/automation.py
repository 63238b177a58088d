"""DET-08 and IR-04: what happens by itself when something is detected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, account, check
from gapfolio.live.checks.naming import Names, few
from gapfolio.live.checks.patterns import CHANGES, FINDINGS, Pattern
from gapfolio.live.checks.places import Place, Whole

_RULES = ("events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule")
_HANDED = (
    "guardduty:GetAdministratorAccount",
    "guardduty:ListDetectors",
    "securityhub:GetAdministratorAccount",
)
_NO_HUB = ("InvalidAccessException", "ResourceNotFoundException")
_TELLS = ("*alert*", "*chat*", "*forward*", "*mail*", "*notif*", "*siem*", "*slack*", "*splunk*")
"""Names of functions that tell somebody and do nothing else."""
_ACTS = ("batch", "codebuild", "codepipeline", "ecs", "ssm-incidents", "states")
_COLONS = 5
"""Of an ARN, at least."""
_BUILT_IN = {"events": ("target/",), "ssm": ("automation-definition/", "document/")}
"""Targets of other services that act, by the beginning of the resource."""
_OTHERWISE = """If there is none: not applicable where events or findings are handed over (by a rule
    to an event bus of another account, or because GuardDuty or Security Hub report to an
    administrator account) to one of response_accounts, and left to a person where they are handed
    over and response_accounts is empty."""


@dataclass(frozen=True)
class _Rule:
    """An enabled rule with an event pattern, and where it leads."""

    place: Place
    name: str
    arn: str
    managed: str
    """AWS service that made it; "" = the customer."""
    pattern: Pattern
    targets: tuple[str, ...]

    @property
    def thing(self) -> Thing:
        """The rule as the thing that is judged."""
        return Thing(self.arn, "AwsEventsRule", self.name, region=self.place.region)


@check(
    "automated-response",
    title="EventBridge rules start an automated response",
    criterion="IR-04.automated-response",
    service="eventbridge",
    reach="account",
    rule=f"""All enabled EventBridge rules of all Regions and buses, but for those that AWS services
        made. Passes for each rule that chooses findings of security services or changes that matter
        to security (stopped trails, new keys and policies, opened groups, …), or whose name fits
        response_rules, and that has a target which can act: a Lambda function (also behind an SNS
        topic), a state machine, a Systems Manager runbook or command, an ECS task, a build, a batch
        job or an EC2 action. Functions named like notifiers do not count: telling is DET-08.
        {_OTHERWISE} Where rules lead to something that can act but choose other events: left to a
        person, unless response_rules is set. Else it fails.""",
    settings=("response_rules", "response_accounts"),
    actions=(*_RULES, *_HANDED, "sns:ListSubscriptionsByTopic"),
    severity="high",
)
def automated_response(whole: Whole) -> Iterator[Verdict]:
    """Look for rules that act."""
    names = Names(whole.settings, "response_rules")
    rules = [rule for rule in whole.each(_rules) if not rule.managed]
    acting = whole.each(lambda place: [r for r in rules if r.place is place and _can_act(r)])
    chosen = [
        rule
        for rule in acting
        if names.fit(rule.name) or (rule.pattern.chooses and rule.pattern.takes(FINDINGS + CHANGES))
    ]
    for rule in chosen:
        targets = few(target for target in rule.targets if _acts(rule.place, target))
        yield rule.thing.says("pass", f"Rule {rule.name} starts {targets}.")
    if not chosen and whole.complete:
        others = 0 if names.declared else len(acting)
        yield from _otherwise(whole, rules, "EventBridge rule that starts a response", others)


@check(
    "findings-routed",
    title="EventBridge rules take findings to a workflow",
    criterion="DET-08.findings-routed",
    service="eventbridge",
    reach="account",
    rule=f"""All enabled EventBridge rules of all Regions and buses. Passes for each rule that lets
        findings of security services through (GuardDuty, Security Hub, Inspector, Macie, Access
        Analyzer, AWS Config, Health, Trusted Advisor) and has a target other than a log group or
        an event bus. {_OTHERWISE} Else it fails.""",
    settings=("response_accounts",),
    actions=(*_RULES, *_HANDED),
    severity="medium",
)
def findings_routed(whole: Whole) -> Iterator[Verdict]:
    """Look for rules that carry findings further."""
    rules = whole.each(_rules)
    found = False
    for rule in rules:
        reached = [t for t in rule.targets if t.split(":")[2] != "logs" and not _bus_account(t)]
        if reached and rule.pattern.takes(FINDINGS):
            found = True
            yield rule.thing.says("pass", f"Rule {rule.name} takes findings to {few(reached)}.")
    if not found and whole.complete:
        yield from _otherwise(whole, rules, "EventBridge rule that takes findings further", 0)


def _rules(place: Place) -> Iterator[_Rule]:
    for bus in place.all("events", "list_event_buses", "EventBuses"):
        for rule in place.all("events", "list_rules", "Rules", EventBusName=bus["Name"]):
            if not str(rule.get("State")).startswith("ENABLED") or not rule.get("EventPattern"):
                continue
            targets = place.all(
                "events",
                "list_targets_by_rule",
                "Targets",
                Rule=rule["Name"],
                EventBusName=bus["Name"],
            )
            yield _Rule(
                place=place,
                name=str(rule["Name"]),
                arn=str(rule["Arn"]),
                managed=str(rule.get("ManagedBy") or ""),
                pattern=Pattern(str(rule["EventPattern"])),
                targets=tuple(str(t["Arn"]) for t in targets if _is_arn(str(t["Arn"]))),
            )


def _is_arn(text: str) -> bool:
    return text.startswith("arn:") and text.count(":") >= _COLONS


def _can_act(rule: _Rule) -> bool:
    return any(_acts(rule.place, target) for target in rule.targets)


def _acts(place: Place, target: str) -> bool:
    """Say whether a target can do something about an event."""
    service, resource = target.split(":")[2], target.split(":", 5)[5]
    if service == "lambda":
        return not any(fnmatchcase(resource.lower(), name) for name in _TELLS)
    if service == "sns" and target.split(":")[4] == place.account.id:
        found = place.all(
            "sns",
            "list_subscriptions_by_topic",
            "Subscriptions",
            none=("NotFound",),
            TopicArn=target,
        )
        ends = (str(item.get("Endpoint")) for item in found if item.get("Protocol") == "lambda")
        return any(_is_arn(end) and _acts(place, end) for end in ends)
    return service in _ACTS or resource.startswith(_BUILT_IN.get(service, ("\0",)))


def _bus_account(target: str) -> str:
    """Give the account of an event bus; "" for any other target."""
    parts = target.split(":", 5)
    return parts[4] if parts[2] == "events" and parts[5].startswith("event-bus/") else ""


def _otherwise(whole: Whole, rules: list[_Rule], what: str, others: int) -> Iterator[Verdict]:
    thing = account(whole.account)
    handed = _handed_over(whole, rules)
    named = whole.settings.response_accounts
    if not whole.complete:
        return
    if handed & set(named):
        where = few(handed & set(named))
        yield thing.says("not_applicable", f"No {what} here; {where} is handed what happens.")
    elif handed and not named:
        text = f"No {what} here; {few(handed)} is handed what happens, look there."
        yield thing.says("manual", text)
    elif others:
        yield thing.says("manual", f"No {what} was recognised among {others} that can act.")
    else:
        yield thing.says("fail", f"There is no {what} in the Regions that were read.")


def _handed_over(whole: Whole, rules: list[_Rule]) -> set[str]:
    """Give the other accounts to which events or findings go."""
    looks: tuple[Callable[[Place], Iterator[str]], ...] = (_guardduty, _security_hub)
    found = {_bus_account(target) for rule in rules for target in rule.targets}
    for look in looks:
        found |= set(whole.each(look))
    return found - {"", whole.account.id}


def _guardduty(place: Place) -> Iterator[str]:
    for detector in place.all("guardduty", "list_detectors", "DetectorIds"):
        found = place.get("guardduty", "get_administrator_account", DetectorId=detector)
        yield _administrator(found)


def _security_hub(place: Place) -> Iterator[str]:
    yield _administrator(place.get("securityhub", "get_administrator_account", none=_NO_HUB))


def _administrator(found: Mapping[str, Any]) -> str:
    told = found.get("Administrator") or {}
    active = str(told.get("RelationshipStatus", "Enabled")).upper() == "ENABLED"
    return str(told.get("AccountId") or "") if active else ""
