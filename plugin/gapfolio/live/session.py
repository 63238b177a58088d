"""How AWS is reached: a session from what the user named, and clients that behave.

boto3 is imported when a session is opened and not before: it takes longer than the rest of the
command line. `AWS_ENDPOINT_URL` and whatever else boto3 takes from the environment works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gapfolio import __version__
from gapfolio.errors import InputError
from gapfolio.live.base import Access
from gapfolio.live.trouble import trouble

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from botocore.credentials import Credentials

ATTEMPTS = 8
"""Requests that one call may take, with growing pauses: some minute and a half in all."""
SESSION_NAME = "gapfolio"
"""Name of the role session; it stands in the account's CloudTrail."""

_REGION = re.compile(r"[a-z]{2,8}(-[a-z]{2,16}){1,3}-\d{1,2}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}")
_ANY = "us-east-1"


@dataclass(frozen=True)
class Connection:
    """Who calls, and a way to call."""

    session: boto3.Session
    account: str
    """Account id of the caller."""
    arn: str
    region: str
    """Where to ask what is the same everywhere."""

    def client(self, service: str, region: str = "") -> Any:
        """Give a client of a service; its type depends on the service."""
        return _client(self.session, service, region or self.region)

    def regions(self) -> tuple[str, ...]:
        """Give the Regions that are enabled for the account, sorted.

        Raises:
            InputError: they cannot be had; the user must name them.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - lazy

        try:
            found = self.client("ec2").describe_regions()["Regions"]
        except (BotoCoreError, ClientError) as error:
            raise InputError(
                "the Regions of the account cannot be listed "
                f"({trouble(error).words}): name those to read with --region"
            ) from error
        return tuple(sorted(str(region["RegionName"]) for region in found))


def connect(access: Access) -> Connection:
    """Open a session and ask who it is; that needs no permission, and finds bad credentials.

    Raises:
        InputError: no credentials, or expired, refused or unreachable ones; a bad profile, role
            or Region. The sentence says what to do.
    """
    check(access)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - lazy

    try:
        session = _session(access)
        region = next(iter(access.regions), session.region_name) or _ANY
        identity = _client(session, "sts", region).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise InputError(f"AWS: {trouble(error).words}") from error
    return Connection(session, str(identity["Account"]), str(identity["Arn"]), region)


def check(access: Access) -> None:
    """Refuse what cannot be a Region or a role, before anything is called with it.

    Raises:
        InputError: naming it.
    """
    for region in access.regions:
        if not _REGION.fullmatch(region):
            raise InputError(f"Region {region!r}: is not one; write e.g. eu-central-1")
    if access.role_arn and not _ROLE.fullmatch(access.role_arn):
        raise InputError(
            f"role {access.role_arn!r}: is not one; write arn:aws:iam::111122223333:role/NAME"
        )


def _client(session: boto3.Session, service: str, region: str) -> Any:
    make: Any = session.client  # the stubs know a service only if its own package is installed
    return make(service, region_name=region, config=_config())


def _config() -> Config:
    from botocore.config import Config  # noqa: PLC0415 - lazy

    return Config(
        connect_timeout=10,
        read_timeout=60,
        retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS},
        user_agent_extra=f"gapfolio/{__version__}",
    )


def _session(access: Access) -> boto3.Session:
    import boto3  # noqa: PLC0415 - lazy
    import botocore.session  # noqa: PLC0415 - lazy

    core = botocore.session.Session(profile=access.profile or None)
    core.get_scoped_config()  # a profile that is not there is found out now
    if not access.role_arn:
        return boto3.Session(botocore_session=core)
    source = core.get_credentials()
    if source is None:
        from botocore.exceptions import NoCredentialsError  # noqa: PLC0415 - lazy

        raise NoCredentialsError
    assumed = botocore.session.Session(profile=access.profile or None)
    region = next(iter(access.regions), core.get_config_variable("region")) or _ANY
    make: Any = partial(core.create_client, region_name=region, config=_config())
    assumed.register_component("credential_provider", _resolver(make, source, access.role_arn))
    return boto3.Session(botocore_session=assumed)


def _resolver(make: Any, source: Credentials, role: str) -> Any:
    """Give a role's credentials; they renew themselves, because a large hub takes an hour."""
    from botocore.credentials import (  # noqa: PLC0415 - lazy
        AssumeRoleCredentialFetcher,
        CredentialProvider,
        CredentialResolver,
        DeferredRefreshableCredentials,
    )

    fetcher = AssumeRoleCredentialFetcher(
        make, source, role, extra_args={"RoleSessionName": SESSION_NAME}
    )

    class Role(CredentialProvider):
        METHOD = "assume-role"

        def load(self) -> Any:
            return DeferredRefreshableCredentials(fetcher.fetch_credentials, self.METHOD)

    return CredentialResolver([Role()])
