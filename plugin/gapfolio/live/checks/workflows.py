"""IR-05: state machines that carry a response from step to step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.central import ACTIONS, RULE, missing
from gapfolio.live.checks.naming import Names, as_list, tags_of
from gapfolio.live.checks.places import Place, Whole

_CONTAINS = re.compile(
    r"aws-sdk:(?:ec2:(?:modifyInstanceAttribute|modifyNetworkInterfaceAttribute|createSnapshots)"
    r"|iam:(?:updateAccessKey|deleteAccessKey|putRolePolicy|putUserPolicy)"
    r"|elasticloadbalancingv2:deregisterTargets|autoscaling:detachInstances"
    r"|securityhub:batchUpdateFindings|s3:putPublicAccessBlock)\b"
)
"""Calls by which a machine isolates something or keeps evidence."""
_STEPS = 2


@dataclass(frozen=True)
class _Machine:
    thing: Thing
    known: bool
    steps: int


@check(
    "response-workflow",
    title="A state machine coordinates the response to incidents",
    criterion="IR-05.response-workflow",
    service="stepfunctions",
    reach="account",
    rule=f"""A state machine is for incident response if its name or its tag purpose_tag fits
        response_workflows, or if its definition isolates something or keeps evidence by calls of
        its own (changes groups of an instance, takes snapshots, switches off keys, puts a policy on
        a user or role, takes targets out of a load balancer, …). Passes for each such machine with
        two or more tasks; where all have fewer, they fail: they coordinate nothing. {RULE}, or
        where there are other state machines, or Automation runbooks of the account, and
        response_workflows is not set. Else it fails.""",
    settings=("response_workflows", "purpose_tag", "response_accounts"),
    actions=(
        "ssm:ListDocuments",
        "states:DescribeStateMachine",
        "states:ListStateMachines",
        "states:ListTagsForResource",
        *ACTIONS,
    ),
    severity="low",
)
def response_workflow(whole: Whole) -> Iterator[Verdict]:
    """Look for machines that respond."""
    names = Names(whole.settings, "response_workflows")
    machines = whole.each(lambda place: _machines(place, names))
    known = [machine for machine in machines if machine.known]
    able = [machine for machine in known if machine.steps >= _STEPS]
    for machine in able or known:
        text = f"State machine {machine.thing.name} has {machine.steps} tasks."
        yield machine.thing.says("pass" if able else "fail", text)
    if not known:
        runbooks = whole.each(_runbooks)
        if whole.complete:
            others = len(machines) + len(runbooks)
            yield missing(whole, "state machine for incident response", names, others)


def _machines(place: Place, names: Names) -> Iterator[_Machine]:
    for item in place.all("stepfunctions", "list_state_machines", "stateMachines"):
        arn, name = str(item["stateMachineArn"]), str(item["name"])
        tags = tags_of(
            place.get("stepfunctions", "list_tags_for_resource", resourceArn=arn), "tags"
        )
        described = place.get("stepfunctions", "describe_state_machine", stateMachineArn=arn)
        text = str(described.get("definition") or "")
        thing = Thing(arn, "AwsStatesStateMachine", name, as_list(tags), place.region)
        known = names.fit(name, tags) or bool(_CONTAINS.search(text))
        yield _Machine(thing, known, _tasks(_states(text)))


def _states(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _tasks(definition: object) -> int:
    """Count the tasks of a machine, those inside of maps and parallel branches included."""
    waiting, found = [definition], 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            states = item.get("States")
            for state in states.values() if isinstance(states, Mapping) else ():
                found += isinstance(state, Mapping) and state.get("Type") == "Task"
                waiting.append(state)
            waiting += [item.get("Iterator"), item.get("ItemProcessor")]
            branches = item.get("Branches")
            waiting += branches if isinstance(branches, list) else []
    return found


def _runbooks(place: Place) -> list[Any]:
    wanted = [
        {"Key": "Owner", "Values": ["Self"]},
        {"Key": "DocumentType", "Values": ["Automation"]},
    ]
    return place.all("ssm", "list_documents", "DocumentIdentifiers", Filters=wanted)
