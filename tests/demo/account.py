"""One AWS account of the demo: its clients, the clock, and what moto has no call for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

import boto3
from moto.iam.models import IAMBackend, iam_backends

HOME, AWAY = "eu-central-1", "us-east-1"
REGIONS = (HOME, AWAY)
ENDPOINT = "http://localhost:5599"
_travel: Any = import_module("time_machine").travel
_ROOT = (
    "<root_account>,arn:aws:iam::{id}:root,{born}T09:00:00+00:00,true,{used},"
    "{born}T09:00:00+00:00,not_supported,{mfa},{key},N/A,N/A,N/A,N/A,"
    "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"
)


@contextmanager
def at(day: str) -> Iterator[None]:
    """Let this process, and moto in it, live on a day (`2026-06-24`, with a time if need be)."""
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with _travel(moment, tick=True):
        yield


@dataclass
class Account:
    """An account; everything done through it happens there, whatever the process did before."""

    id: str
    name: str
    environment: str
    owner: str
    born: str
    """Day on which it was opened."""
    root: dict[str, str] = field(
        default_factory=lambda: {
            "mfa": "true",
            "key": "false",
            "used": "2026-01-14T08:05:00+00:00",
        }
    )
    """The root user's row of the credential report."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What calls give that moto has no code for (`inside/sitecustomize.py`)."""

    def client(self, service: str, region: str = HOME, key: tuple[str, str] = ("", "")) -> Any:
        """Give a client of a service, as the account's administrator or by an access key."""
        os.environ["MOTO_ACCOUNT_ID"] = self.id
        return _client(service, region, *key)

    def tags(self, **more: str) -> dict[str, str]:
        """Give the tags that the account's owner puts on everything."""
        return {"env": self.environment, "owner": self.owner} | more

    def backend(self) -> IAMBackend:
        """Give moto's IAM of the account, for what no call can set."""
        return iam_backends[self.id]["aws"]

    def enter(self) -> None:
        """Make this the account that moto answers for, root user included."""
        os.environ["MOTO_ACCOUNT_ID"] = self.id
        row = _ROOT.format(id=self.id, born=self.born, **self.root)
        backend: Any = self.backend()
        report = type(backend).get_credential_report
        backend.get_credential_report = lambda: _with_root(report(backend), row)
        backend.account_summary._account_mfa_enabled = int(self.root["mfa"] == "true")


@cache
def _client(service: str, region: str, key: str, secret: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        region_name=region,
        endpoint_url=ENDPOINT,
        aws_access_key_id=key or "AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key=secret or "secret",
    )


def _with_root(report: str, row: str) -> str:
    """Put the root user first, as AWS does; moto leaves it out."""
    head, _, users = report.partition("\n")
    return f"{head}\n{row}{users}"


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Give tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
