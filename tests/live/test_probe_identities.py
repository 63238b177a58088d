"""IAM, contacts and break-glass access: the finer points of the rules, on canned answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from probekit import ACCOUNT, verdicts
from probeseeds import PEOPLE, allow, trust

from gapfolio.engagement import Probe

EC2 = {"Service": "ec2.amazonaws.com"}
EKS = {"Service": "eks.amazonaws.com"}


def policy(document: str, name: str = "p") -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document}


def user(*documents: str, name: str = "dev", **more: Any) -> dict[str, Any]:
    return {
        "UserName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "UserPolicyList": [policy(document) for document in documents],
        **more,
    }


def group(*documents: str, name: str = "devs") -> dict[str, Any]:
    return {
        "GroupName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/{name}",
        "GroupPolicyList": [policy(document) for document in documents],
    }


def role(*documents: str, name: str = "app", trusts: object = None, **more: Any) -> dict[str, Any]:
    document = trusts if isinstance(trusts, str) else trust(trusts or PEOPLE)
    return {
        "RoleName": name,
        "Path": "/",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "RolePolicyList": [policy(document) for document in documents],
        "AssumeRolePolicyDocument": document,
        **more,
    }


def account(**lists: list[dict[str, Any]]) -> dict[str, Any]:
    return {"iam.GetAccountAuthorizationDetails": lists}


def users(*made: dict[str, Any]) -> dict[str, Any]:
    return account(UserDetailList=list(made))


def roles(*made: dict[str, Any]) -> dict[str, Any]:
    return account(RoleDetailList=list(made))


def statuses(found: list[dict[str, Any]]) -> list[str]:
    return [finding["status"] for finding in found]


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(finding["status"], finding["resource_type"]) for finding in found]


# --- who may change the network --------------------------------------------------------------

NOBODY = ("pass", "AwsAccount")
DENY = json.dumps({"Statement": {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}})
BUT_IAM = json.dumps({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}})
TAGGED = {"StringEquals": {"ec2:ResourceTag/team": "web"}}
NEAR = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([allow("ec2:*")], ("fail", "AwsIamUser")),
        ([allow("EC2:*")], ("fail", "AwsIamUser")),
        ([allow("ec2:Create*")], ("fail", "AwsIamUser")),
        ([allow("ec2:*", "arn:aws:ec2:*:*:*")], ("fail", "AwsIamUser")),
        ([BUT_IAM], ("fail", "AwsIamUser")),
        ([allow("ec2:*", Condition=NEAR)], ("fail", "AwsIamUser")),
        ([allow(["ec2:RunInstances", "ec2:CreateRoute"])], ("fail", "AwsIamUser")),
        ([allow("ec2:CreateRoute")], ("pass", "AwsIamUser")),
        ([allow("ec2:*SecurityGroup*")], ("pass", "AwsIamUser")),
        ([allow("ec2:CreateRoute"), allow("ec2:RunInstances")], ("pass", "AwsIamUser")),
        ([allow("ec2:Describe*")], NOBODY),
        ([allow("ec2:*", f"arn:aws:ec2:*:{ACCOUNT}:route-table/rtb-1")], NOBODY),
        ([allow("ec2:*", Condition=TAGGED)], NOBODY),
        ([allow("ec2:*"), DENY], NOBODY),
        ([allow("*")], NOBODY),
        (["no policy at all"], NOBODY),
        ([], NOBODY),
    ],
)
def test_a_wildcard_gives_the_network_away(
    tmp_path: Path, documents: list[str], expected: tuple[str, str]
) -> None:
    found = verdicts(tmp_path, "network-permissions-deliberate", users(user(*documents)))

    assert kinds(found) == [expected]


@pytest.mark.parametrize(
    ("made", "settings", "expected"),
    [
        (role(allow("ec2:*")), Probe(), ("fail", "AwsIamRole")),
        (role(allow("ec2:*"), trusts=EC2), Probe(), ("fail", "AwsIamRole")),
        (role(allow("ec2:*"), trusts=EKS), Probe(), NOBODY),
        (role(allow("ec2:*"), Path="/aws-service-role/x/"), Probe(), NOBODY),
        (role(allow("ec2:*"), name="NetworkAdmin"), Probe(), ("pass", "AwsIamRole")),
        (
            role(allow("ec2:*"), name="deploy"),
            Probe(network_roles=["dep*"]),
            ("pass", "AwsIamRole"),
        ),
        (
            role(allow("ec2:*"), Tags=[{"Key": "purpose", "Value": "network"}]),
            Probe(),
            ("pass", "AwsIamRole"),
        ),
    ],
)
def test_a_role_is_judged_by_who_acts_through_it(
    tmp_path: Path, made: dict[str, Any], settings: Probe, expected: tuple[str, str]
) -> None:
    found = verdicts(tmp_path, "network-permissions-deliberate", roles(made), settings=settings)

    assert kinds(found) == [expected]


def test_a_group_counts_once_it_has_members(tmp_path: Path) -> None:
    wide = group(allow("ec2:*"))
    name = "network-permissions-deliberate"
    empty = verdicts(tmp_path / "a", name, account(GroupDetailList=[wide]))
    member = user(GroupList=["devs"])
    joined = account(GroupDetailList=[wide], UserDetailList=[member])

    assert kinds(empty) == [NOBODY]
    assert kinds(verdicts(tmp_path / "b", name, joined)) == [("fail", "AwsIamGroup")]


def test_a_boundary_takes_away(tmp_path: Path) -> None:
    def local(name: str, document: str) -> dict[str, Any]:
        version = {"IsDefaultVersion": True, "Document": document}
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
        return {"PolicyName": name, "Arn": arn, "PolicyVersionList": [version]}

    def bounded(name: str) -> list[tuple[str, str]]:
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
        made = user(allow("ec2:*"), PermissionsBoundary={"PermissionsBoundaryArn": arn})
        policies = [local("s3", allow("s3:*")), local("all", allow("*"))]
        answers = account(UserDetailList=[made], Policies=policies)
        return kinds(verdicts(tmp_path / name, "network-permissions-deliberate", answers))

    assert bounded("s3") == [NOBODY]
    assert bounded("all") == [("fail", "AwsIamUser")]


# --- responders ------------------------------------------------------------------------------

LOOK = allow("ec2:Describe*")


@pytest.mark.parametrize(
    ("answers", "settings", "expected"),
    [
        (roles(role(LOOK, name="AWSReservedSSO_IncidentResponse_0f")), Probe(), ["pass"]),
        (roles(role(LOOK, Tags=[{"Key": "purpose", "Value": "incident"}])), Probe(), ["pass"]),
        (roles(role(LOOK, name="soc"), role(name="incident")), Probe(), ["fail"]),
        (roles(role(LOOK, name="forensics"), role(name="incident")), Probe(), ["pass"]),
        (roles(role(LOOK, name="soc")), Probe(), ["manual"]),
        (roles(role(LOOK, name="soc")), Probe(responder_roles=["soc"]), ["pass"]),
        (roles(role(LOOK, name="other")), Probe(responder_roles=["soc"]), ["fail"]),
        (roles(role(LOOK, name="incident", trusts=EC2)), Probe(), ["fail"]),
        (roles(), Probe(), ["fail"]),
        (
            account(
                GroupDetailList=[group(LOOK, name="incident-team")],
                UserDetailList=[user(GroupList=["incident-team"])],
            ),
            Probe(),
            ["pass"],
        ),
    ],
)
def test_responders_have_a_role(
    tmp_path: Path, answers: dict[str, Any], settings: Probe, expected: list[str]
) -> None:
    assert statuses(verdicts(tmp_path, "responder-role", answers, settings=settings)) == expected


WHOLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    ("trusts", "status"),
    [
        (trust(PEOPLE), "pass"),
        (trust(WHOLE), "fail"),
        (trust(WHOLE, Condition=MFA), "pass"),
        (trust({"AWS": "444455556666"}), "fail"),
        (trust("*"), "fail"),
        (trust({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"}), "pass"),
    ],
)
def test_break_glass_roles_admit_somebody_or_ask_for_mfa(
    tmp_path: Path, trusts: str, status: str
) -> None:
    answers = roles(role(LOOK, name="BreakGlass", trusts=trusts))

    assert statuses(verdicts(tmp_path, "break-glass-access", answers)) == [status]


@pytest.mark.parametrize(
    ("devices", "settings", "expected"),
    [
        ([{"SerialNumber": "x"}], Probe(break_glass=["glass"]), ["pass"]),
        ([], Probe(break_glass=["glass"]), ["fail"]),
        ([], Probe(break_glass=["hammer"]), ["fail"]),
        ([], Probe(), ["manual"]),
    ],
)
def test_break_glass_users_have_mfa(
    tmp_path: Path, devices: list[dict[str, Any]], settings: Probe, expected: list[str]
) -> None:
    answers = users(user(name="glass")) | {"iam.ListMFADevices": {"MFADevices": devices}}
    found = verdicts(tmp_path, "break-glass-access", answers, settings=settings)

    assert statuses(found) == expected


# --- contacts --------------------------------------------------------------------------------


def contact(mail: str, name: str = "Team", phone: str = "+1 555 0111") -> dict[str, Any]:
    return {"AlternateContact": {"EmailAddress": mail, "Name": name, "PhoneNumber": phone}}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("ResourceNotFoundException", "No contact is registered for billing, operations, security"),
        (contact("aws@example.com"), "share an e-mail address"),
        (contact("aws@example.com", name="example  client"), "is the primary contact"),
        (contact("aws@example.com", phone="+1-555-0100"), "is the primary contact"),
    ],
)
def test_contacts_exist_and_differ(tmp_path: Path, answer: object, said: str) -> None:
    [found] = verdicts(tmp_path, "account-contacts", {"account.GetAlternateContact": answer})

    assert found["status"] == "fail"
    assert said in found["detail"]
