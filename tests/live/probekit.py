"""What the tests of the probe share: moto over HTTP, answers for what moto lacks, and a run."""

from __future__ import annotations

import copy
import functools
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import msgspec
import pytest

from gapfolio.engagement import Probe
from gapfolio.live import probe
from gapfolio.live.base import Access, Pulled
from gapfolio.live.checks import CHECKS
from gapfolio.live.checks.base import Check
from gapfolio.live.session import Connection
from gapfolio.model import RunRecord

ACCOUNT = "123456789012"
HOME, AWAY = "us-east-1", "eu-central-1"
REGIONS = (HOME, AWAY)

ENVIRONMENT = {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # they come with hundreds of snapshots
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}
NOWHERE = "http://127.0.0.1:9"

STILL: dict[str, dict[str, Any]] = {
    "account.GetContactInformation": {
        "ContactInformation": {"FullName": "Example Client", "PhoneNumber": "+1 555 0100"}
    },
    "backup.ListRestoreJobs": {"RestoreJobs": []},
    "cloudwatch.ListMetricStreams": {"Entries": []},
    "oam.ListLinks": {"Items": []},
    "ssm.DescribeInstanceInformation": {"InstanceInformationList": []},
    "ssm.DescribeSessions": {"Sessions": []},
}
"""What an account answers in which nothing is set up, to calls that moto does not know."""


def named(name: str) -> Check:
    """Give a check by its id."""
    return next(check for check in CHECKS if check.id == name)


@dataclass
class Run:
    """What a pull left."""

    pulled: Pulled
    record: RunRecord
    findings: list[dict[str, Any]]

    def of(self, name: str) -> list[dict[str, Any]]:
        """Give the findings of a check."""
        return [finding for finding in self.findings if finding["check"] == name]

    def statuses(self, name: str) -> list[str]:
        """Give the statuses of a check's findings, sorted."""
        return sorted(finding["status"] for finding in self.of(name))


class _Kept(Connection):
    """A connection that makes each client once: making one takes longer than its calls."""

    @functools.cache  # noqa: B019 - lives as long as the server
    def client(self, service: str, region: str = "") -> Any:
        """Give a client of a service."""
        return super().client(service, region)


@dataclass
class Cloud:
    """An account in moto; `answers` are given in its place, by `service.Operation`."""

    endpoint: str
    answers: dict[str, Any] = field(default_factory=dict)
    called: set[tuple[str, str]] = field(default_factory=set)
    """Service and operation of every call of the probe."""
    reached: Connection | None = None

    def reset(self) -> None:
        """Forget everything."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310
        self.answers = dict(STILL)

    def client(self, service: str, region: str = HOME) -> Any:
        """Give a client that goes to moto and nowhere else."""
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="secret",
        )

    def connection(self) -> Connection:
        """Give what the probe reads with; its clients serve all runs."""
        self.reached = self.reached or self._connected()
        return self.reached

    def _connected(self) -> Connection:
        core = botocore.session.Session()
        core.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
        handler: Any = self._before
        core.register("before-call", handler)
        return _Kept(
            boto3.Session(botocore_session=core, region_name=HOME),
            ACCOUNT,
            f"arn:aws:iam::{ACCOUNT}:user/auditor",
            HOME,
        )

    def _before(self, model: Any, request_signer: Any, **_: Any) -> Any:
        service = model.service_model.service_name
        self.called.add((service, model.name))
        region = request_signer._region_name
        for key in (f"{region}/{service}.{model.name}", f"{service}.{model.name}"):
            if key in self.answers:
                answer = copy.deepcopy(self.answers[key])  # botocore decodes policies in place
                status = 400 if isinstance(answer, str) else 200
                error = {"Error": {"Code": answer, "Message": "no"}} if status != 200 else answer
                return SimpleNamespace(status_code=status, headers={}, raw=None), error
        if self.endpoint == NOWHERE:
            raise AssertionError(f"no answer for {service}.{model.name} in {region}")
        return None


@contextmanager
def moto(directory: Path) -> Iterator[Cloud]:
    """Start moto on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("moto_server")
    if not program.exists():
        pytest.skip("needs moto[server]")
    line = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    with (
        (directory / "moto.log").open("wb") as log,
        subprocess.Popen(line, stdout=log, stderr=log, env=ENVIRONMENT) as server,
    ):
        try:
            _wait(port)
            yield Cloud(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _wait(port: int) -> None:
    for _ in range(150):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("moto_server did not start")


_CANNED = Cloud(NOWHERE)


def verdicts(
    directory: Path,
    name: str,
    answers: dict[str, Any],
    *,
    settings: Probe | None = None,
    regions: tuple[str, ...] = (HOME,),
) -> list[dict[str, Any]]:
    """Run one check on canned answers (a text is an error code) and give its findings."""
    _CANNED.answers = STILL | answers
    return run(_CANNED, directory, named(name), settings=settings, regions=regions).findings


def run(
    cloud: Cloud,
    directory: Path,
    *checks: Check,
    settings: Probe | None = None,
    regions: tuple[str, ...] = REGIONS,
) -> Run:
    """Run some checks, or all of them, through `pull`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", cloud.endpoint)
        patch.setattr(probe, "connect", lambda _: cloud.connection())
        if checks:
            patch.setattr(probe, "CHECKS", checks)
        pulled = probe.pull(
            Access(regions=regions), directory, settings or Probe(), lambda *_: None
        )
    record = msgspec.json.decode((directory / "run.json").read_bytes(), type=RunRecord)
    lines = (directory / "probe.ndjson").read_text().splitlines()
    return Run(pulled, record, [json.loads(line) for line in lines])
