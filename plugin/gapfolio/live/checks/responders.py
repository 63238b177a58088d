"""IR-01: the people who respond have their rights beforehand, and a way in that always works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, account, check
from gapfolio.live.checks.naming import Names, as_list
from gapfolio.live.checks.places import Place
from gapfolio.live.checks.policies import ACTIONS, Holder, for_people, holders, principals

_MFA = "aws:multifactorauthpresent"


@check(
    "responder-role",
    title="A role or group of the incident responders is there and has rights",
    criterion="IR-01.responder-role",
    service="iam",
    reach="global",
    rule="""A role that people can assume, or a group with members, is the responders' if its name,
        or a role's tag purpose_tag, fits responder_roles. Passes for each of them with at
        least one policy; where none has one, each fails. If there is none at all: fails where
        responder_roles is set or nobody can assume any role; else left to a person, as the role may
        have another name. The day of its last use is in the detail (for IR-13).""",
    settings=("responder_roles", "purpose_tag"),
    actions=ACTIONS,
    severity="high",
)
def responder_role(place: Place) -> Iterator[Verdict]:
    """Look for the responders' roles and groups."""
    names = Names(place.settings, "responder_roles")
    people = [h for h in holders(place) if h.kind != "user" and for_people(h)]
    known = [holder for holder in people if names.fit(holder.name, holder.tags)]
    able = [holder for holder in known if holder.statements]
    for holder in able or known:
        used = f", last used on {holder.used}" if holder.used else ""
        has = "has rights" if able else "has no policy"
        text = f"{holder.kind} {holder.name} {has}{used}."
        yield _thing(holder).says("pass" if able else "fail", text)
    if not known:
        yield _none(place, names, people, "role or group of incident responders")


@check(
    "break-glass-access",
    title="Break-glass access is there and asks for MFA",
    criterion="IR-01.break-glass-access",
    service="iam",
    reach="global",
    rule="""A user, or a role that people can assume, is for break-glass access if its name or its
        tag purpose_tag fits break_glass. A user passes with an MFA device and fails
        without. A role fails if its trust policy admits everybody, or a whole account, without the
        condition aws:MultiFactorAuthPresent; else it passes. If there is none: fails where
        break_glass is set, else left to a person: the name may be another, or the access may lie in
        another account.""",
    settings=("break_glass", "purpose_tag"),
    actions=(*ACTIONS, "iam:ListMFADevices"),
    severity="high",
)
def break_glass_access(place: Place) -> Iterator[Verdict]:
    """Look for break-glass users and roles, and for MFA on them."""
    names = Names(place.settings, "break_glass")
    people = [h for h in holders(place) if h.kind != "group" and for_people(h)]
    known = [holder for holder in people if names.fit(holder.name, holder.tags)]
    for holder in known:
        safe = _has_device(place, holder) if holder.kind == "user" else _trust_is_tight(holder)
        text = f"{holder.kind} {holder.name} is {'' if safe else 'not '}protected by MFA."
        if holder.kind == "role" and safe:
            text = f"role {holder.name} admits named principals, or asks for MFA."
        yield _thing(holder).says("pass" if safe else "fail", text)
    if not known:
        certain = names.declared
        text = f"No user or role is named as break-glass access{names.hint}."
        yield account(place.account).says("fail" if certain else "manual", text)


def _none(place: Place, names: Names, others: list[Holder], what: str) -> Verdict:
    certain = names.declared or not others
    text = f"No {what} was found among {len(others)}{names.hint}."
    return account(place.account).says("fail" if certain else "manual", text)


def _thing(holder: Holder) -> Thing:
    return Thing(holder.arn, holder.type, holder.name, as_list(holder.tags))


def _has_device(place: Place, user: Holder) -> bool:
    return bool(place.all("iam", "list_mfa_devices", "MFADevices", UserName=user.name))


def _trust_is_tight(role: Holder) -> bool:
    return all(
        _named(principal) or _asks_for_mfa(statement)
        for principal, statement in principals(role.trust, "AWS")
    )


def _named(principal: str) -> bool:
    """Say whether a principal is somebody, and neither everybody nor a whole account."""
    return principal != "*" and not principal.endswith(":root") and not principal.isdigit()


def _asks_for_mfa(statement: Mapping[str, Any]) -> bool:
    for test, wanted in (statement.get("Condition") or {}).items():
        if str(test).lower() == "bool" and isinstance(wanted, Mapping):
            values = {str(key).lower(): str(value).lower() for key, value in wanted.items()}
            if values.get(_MFA) in ("true", "['true']"):
                return True
    return False
