"""What the IAM policies of an account let its users, groups and roles do.

Only what the policies themselves say is read: service control policies and resource policies are
not seen. A Deny counts where it is without a condition and for every resource, a permissions
boundary by what it allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from gapfolio.live.checks.naming import tags_of
from gapfolio.live.checks.places import Place

ACTIONS = ("iam:GetAccountAuthorizationDetails", "iam:GetPolicy", "iam:GetPolicyVersion")
"""What `holders` needs."""

_FILTER = ["User", "Role", "Group", "LocalManagedPolicy"]
_NO_CONFINEMENT = {"aws:requestedregion", "aws:securetransport"}
_COMPUTE = ("ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com")
"""Services in which the customer's own code runs with a role."""


@dataclass(frozen=True)
class Statement:
    """A statement with the policy it stands in."""

    policy: str
    allows: bool
    actions: tuple[str, ...]
    but: bool
    """`NotAction`: everything except these."""
    everything: bool
    """For every resource of a kind, not for named ones."""
    condition: bool
    """With a condition that confines it."""

    def covers(self, action: str) -> bool:
        """Say whether it speaks of an action (lower case)."""
        named = any(fnmatchcase(action, pattern) for pattern in self.actions)
        return named != self.but


@dataclass(frozen=True)
class Holder:
    """A user, a group with members, or a role."""

    kind: str
    name: str
    arn: str
    tags: Mapping[str, str]
    statements: tuple[Statement, ...]
    boundary: tuple[Statement, ...] | None
    trust: Mapping[str, Any]
    """Trust policy of a role."""
    used: str
    """Day on which a role was last used; "" = not known."""

    @property
    def type(self) -> str:
        """Type of the resource, as findings name it."""
        return f"AwsIam{self.kind.capitalize()}"

    def granted(self, action: str) -> list[Statement]:
        """Give the statements that allow an action on every resource, without a condition."""
        wanted = action.lower()
        open_ones = [s for s in self.statements if s.everything and not s.condition]
        if any(not s.allows and s.covers(wanted) for s in open_ones):
            return []
        if self.boundary is not None and not any(
            s.allows and s.covers(wanted) for s in self.boundary
        ):
            return []
        return [s for s in open_ones if s.allows and s.covers(wanted)]

    def confined(self, action: str) -> bool:
        """Say whether a statement allows an action on some resources, or under a condition."""
        wanted = action.lower()
        return any(
            s.allows and s.covers(wanted) and (s.condition or not s.everything)
            for s in self.statements
        )

    @property
    def administrator(self) -> bool:
        """Whether it may do everything; that is judged elsewhere."""
        return any(
            not s.but and ("*" in s.actions or "*:*" in s.actions)
            for s in self.granted("iam:CreateUser")
        )


def holders(place: Place) -> list[Holder]:
    """Read every user, group with members and role, but for the roles that AWS made for itself.

    Raises:
        UnansweredError: a call failed.
    """
    pages = place.pages("iam", "get_account_authorization_details", Filter=_FILTER)
    documents = _Documents(place, pages)
    users = [user for page in pages for user in page.get("UserDetailList") or ()]
    joined = {group for user in users for group in user.get("GroupList") or ()}
    made = [_holder("user", user, documents) for user in users]
    for page in pages:
        made += [
            _holder("group", group, documents)
            for group in page.get("GroupDetailList") or ()
            if group["GroupName"] in joined
        ]
        made += [
            _holder("role", role, documents)
            for role in page.get("RoleDetailList") or ()
            if not str(role.get("Path")).startswith("/aws-service-role/")
        ]
    return made


def principals(trust: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the principals of a kind (`AWS`, `Federated`, `Service`) that a trust policy admits.

    `*` is of the kind `AWS`. Each comes with the statement that admits it.
    """
    for statement in _many(trust.get("Statement")):
        if isinstance(statement, Mapping) and statement.get("Effect") == "Allow":
            found = statement.get("Principal")
            if found == "*":
                found = {"AWS": "*"}
            for name in _many(found.get(kind)) if isinstance(found, Mapping) else ():
                yield str(name), statement


def for_people(holder: Holder) -> bool:
    """Say whether a person can act through it: a user, a group, or a role that is no service's."""
    if holder.kind != "role":
        return True
    return any(any(principals(holder.trust, kind)) for kind in ("AWS", "Federated"))


def for_aws_only(holder: Holder) -> bool:
    """Say whether nobody but an AWS service acts through it, and none that runs customer code."""
    services = [name for name, _ in principals(holder.trust, "Service")]
    return holder.kind == "role" and not for_people(holder) and not set(services) & set(_COMPUTE)


def decoded(document: object) -> Mapping[str, Any]:
    """Read a policy document as any of the APIs gives it; empty if it is none."""
    if isinstance(document, str):
        text = document if document.lstrip().startswith("{") else unquote(document)
        try:
            document = json.loads(text)
        except ValueError:
            return {}
    return document if isinstance(document, Mapping) else {}


class _Documents:
    """Policies by ARN: the account's own come with the listing, those of AWS one by one."""

    def __init__(self, place: Place, pages: Sequence[Mapping[str, Any]]) -> None:
        self._place = place
        self._known: dict[str, tuple[Statement, ...]] = {}
        for page in pages:
            for policy in page.get("Policies") or ():
                current = [v for v in policy["PolicyVersionList"] if v.get("IsDefaultVersion")]
                document = current[0].get("Document") if current else None
                self._known[policy["Arn"]] = _statements(policy["PolicyName"], document)

    def of(self, arn: str) -> tuple[Statement, ...]:
        """Give the statements of a managed policy."""
        if arn not in self._known:
            policy = self._place.get("iam", "get_policy", PolicyArn=arn)["Policy"]
            version = self._place.get(
                "iam", "get_policy_version", PolicyArn=arn, VersionId=policy["DefaultVersionId"]
            )
            name = arn.rpartition("/")[2]
            self._known[arn] = _statements(name, version["PolicyVersion"].get("Document"))
        return self._known[arn]


def _holder(kind: str, item: Mapping[str, Any], documents: _Documents) -> Holder:
    title = kind.capitalize()
    inline = [
        _statements(policy["PolicyName"], policy.get("PolicyDocument"))
        for policy in item.get(f"{title}PolicyList") or ()
    ]
    attached = [
        documents.of(policy["PolicyArn"]) for policy in item.get("AttachedManagedPolicies") or ()
    ]
    boundary = (item.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    used = (item.get("RoleLastUsed") or {}).get("LastUsedDate")
    return Holder(
        kind=kind,
        name=str(item[f"{title}Name"]),
        arn=str(item["Arn"]),
        tags=tags_of(item),
        statements=tuple(s for statements in (*inline, *attached) for s in statements),
        boundary=documents.of(boundary) if boundary else None,
        trust=decoded(item.get("AssumeRolePolicyDocument")),
        used=f"{used:%Y-%m-%d}" if used else "",
    )


def _statements(name: str, document: object) -> tuple[Statement, ...]:
    return tuple(
        _statement(name, item)
        for item in _many(decoded(document).get("Statement"))
        if isinstance(item, Mapping)
    )


def _statement(name: str, item: Mapping[str, Any]) -> Statement:
    but = "NotAction" in item
    return Statement(
        policy=name,
        allows=item.get("Effect") == "Allow",
        actions=tuple(str(a).lower() for a in _many(item.get("NotAction" if but else "Action"))),
        but=but,
        everything=any(_all_of(str(r)) for r in _many(item.get("Resource"))),
        condition=_confines(item.get("Condition")),
    )


def _all_of(resource: str) -> bool:
    """Say whether a resource stands for every one of its kind: `*`, or an ARN that ends so."""
    last = resource.split(":", 5)[-1]
    return last == "*" or (last.endswith(("/*", ":*")) and len(re.findall("[/:]", last)) == 1)


def _confines(condition: object) -> bool:
    if not isinstance(condition, Mapping):
        return False
    keys = {
        str(key).lower() for test in condition.values() if isinstance(test, Mapping) for key in test
    }
    return bool(keys - _NO_CONFINEMENT)


def _many(value: object) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
