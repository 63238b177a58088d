"""People and machines of an account: users, keys, roles."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from account import HOME, Account, at, tag_list

PASSWORDS = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "PasswordReusePrevention": 24,
    "MaxPasswordAge": 90,
}
"""A strict password policy."""
PEOPLE = {"AWS": "arn:aws:iam::333333333333:root"}
"""Who may assume the roles for people: the shared services."""


def groups(account: Account) -> None:
    """Make the two groups for people."""
    iam = account.client("iam")
    for name, arn in (("Administrators", "AdministratorAccess"), ("Operators", "PowerUserAccess")):
        iam.create_group(GroupName=name)
        iam.attach_group_policy(GroupName=name, PolicyArn=f"arn:aws:iam::aws:policy/{arn}")


def break_glass(account: Account) -> None:
    """Make two users for an emergency."""
    for name in ("break-glass-1", "break-glass-2"):
        user(account, name, console="2026-04-14", mfa=True, group="Administrators")


def leave(account: Account, name: str, group: str) -> None:
    """Delete a user."""
    iam = account.client("iam")
    for item in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=item["AccessKeyId"])
    iam.remove_user_from_group(GroupName=group, UserName=name)
    iam.delete_login_profile(UserName=name)
    iam.delete_user(UserName=name)


def rotate(account: Account, name: str, used: str) -> None:
    """Replace the access key of a user."""
    iam = account.client("iam")
    (old,) = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    access_key(account, name, used=used)
    iam.delete_access_key(UserName=name, AccessKeyId=old["AccessKeyId"])


def federation(account: Account) -> None:
    """Let people sign in through the client's identity provider."""
    text = '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="sso"/>'
    account.client("iam").create_saml_provider(
        Name="sso", SAMLMetadataDocument=text + " " * 1000, Tags=tag_list(account.tags())
    )


def trust(principal: object, **condition: Any) -> str:
    """Give a trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    more = {"Condition": condition} if condition else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | more]})


def role(account: Account, name: str, principal: object, *policies: str, **condition: Any) -> str:
    """Make a role with AWS's own policies."""
    iam = account.client("iam")
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=trust(principal, **condition),
        Tags=tag_list(account.tags()),
    )
    for arn in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{arn}")
    return str(made["Role"]["Arn"])


def profile(account: Account, name: str) -> str:
    """Make a role for instances."""
    role(account, name, {"Service": "ec2.amazonaws.com"}, "AmazonSSMManagedInstanceCore")
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return name


def user(
    account: Account, name: str, *, console: str = "", mfa: bool = False, group: str = ""
) -> None:
    """Make a user; `console` is the day on which they last signed in."""
    iam = account.client("iam")
    iam.create_user(UserName=name, Tags=tag_list(account.tags()))
    if group:
        iam.add_user_to_group(GroupName=group, UserName=name)
    if console:
        iam.create_login_profile(UserName=name, Password="Example-Passw0rd!")
        signed_in(account, name, console)
    if mfa:
        enrol(account, name)


def signed_in(account: Account, name: str, day: str) -> None:
    """Let a user have signed in to the console."""
    found: Any = account.backend().users[name]
    found.password_last_used = datetime.fromisoformat(day)


def enrol(account: Account, name: str, *, hardware: str = "") -> None:
    """Give a user an MFA device: one of hardware, by its serial number, or a virtual one."""
    iam = account.client("iam")
    serial = hardware
    if not hardware:
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)
        serial = made["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName=name,
        SerialNumber=serial,
        AuthenticationCode1="123456",
        AuthenticationCode2="234567",
    )


def lose_device(account: Account, name: str) -> None:
    """Take the MFA device of a user away."""
    iam = account.client("iam")
    (device,) = iam.list_mfa_devices(UserName=name)["MFADevices"]
    iam.deactivate_mfa_device(UserName=name, SerialNumber=device["SerialNumber"])


def access_key(account: Account, name: str, *, used: str = "") -> str:
    """Make an access key, and let it have been used on a day."""
    made = account.client("iam").create_access_key(UserName=name)["AccessKey"]
    if used:
        with at(used):
            key = (made["AccessKeyId"], made["SecretAccessKey"])
            account.client("sts", HOME, key).get_caller_identity()
    return str(made["AccessKeyId"])


def use_key(account: Account, name: str, day: str) -> None:
    """Let the newest access key of a user have been used on a day."""
    key = account.backend().users[name].access_keys[-1]
    with at(day):
        pair = (key.access_key_id, key.secret_access_key)
        account.client("sts", HOME, pair).get_caller_identity()
