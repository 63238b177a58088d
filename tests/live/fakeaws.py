"""AWS on loopback, as far as Security Hub needs it: an HTTP server that fails as it is told.

It stands in where moto has nothing: V2, filters, aggregators, throttling, expired tokens.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

ACCOUNT = "111122223333"
OTHER = "444455556666"
DENIED = (403, "AccessDeniedException", "User: x is not authorized to perform: securityhub:{op}")
EXPIRED = (403, "ExpiredTokenException", "The security token included in the request is expired")
OFF = (401, "InvalidAccessException", f"Account {ACCOUNT} is not subscribed to AWS Security Hub")
THROTTLED = (429, "TooManyRequestsException", "Too Many Requests")
BROKEN = (500, "InternalException", "Internal server error")


def control(
    number: int = 1,
    *,
    id: str = "S3.1",  # noqa: A002 - as AWS calls it
    status: str = "PASSED",
    account: str = ACCOUNT,
    region: str = "eu-central-1",
    **more: Any,
) -> dict[str, Any]:
    """Give a control finding (ASFF) on a bucket."""
    compliance = {"Status": status, "SecurityControlId": id} | more.pop("Compliance", {})
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:{region}:{account}:security-control/{id}/finding/{number}",
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": f"security-control/{id}",
        "AwsAccountId": account,
        "Region": region,
        "Title": "Buckets are private",
        "Description": "",
        "Types": ["Software and Configuration Checks"],
        "Severity": {"Label": "INFORMATIONAL" if status == "PASSED" else "HIGH"},
        "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::bucket-{number}"}],
        "Compliance": compliance,
        "Workflow": {"Status": "RESOLVED" if status == "PASSED" else "NEW"},
        "RecordState": "ACTIVE",
        "CreatedAt": "2026-08-01T10:00:00Z",
        "UpdatedAt": "2026-08-15T10:00:00Z",
        **more,
    }


def threat(number: int = 1, **more: Any) -> dict[str, Any]:
    """Give a finding of another product (ASFF)."""
    finding = control(number, **more)
    del finding["Compliance"]
    finding["ProductArn"] = finding["ProductArn"].replace("securityhub", "guardduty")
    finding["ProductArn"] = finding["ProductArn"].replace("aws:guardduty", "aws:securityhub")
    return finding | {"Types": ["TTPs/Policy:IAMUser-RootCredentialUsage"], "Title": "Root"}


def ocsf(
    number: int = 1,
    *,
    id: str = "S3.1",  # noqa: A002 - as AWS calls it
    status: str = "Pass",
    account: str = ACCOUNT,
    region: str = "eu-central-1",
    **more: Any,
) -> dict[str, Any]:
    """Give a control finding (OCSF) on a bucket."""
    product = f"arn:aws:securityhub:{region}::productv2/aws/securityhub"
    moment = 1786788000000
    return {
        "class_uid": 2003,
        "activity_name": "Update",
        "metadata": {"uid": f"{id}-{number}", "product": {"uid": product, "name": "Security Hub"}},
        "cloud": {"provider": "AWS", "region": region, "account": {"uid": account}},
        "compliance": {"control": id, "status": status},
        "finding_info": {
            "uid": f"{id}-{number}",
            "title": "Buckets are private",
            "modified_time": moment,
        },
        "resources": [{"uid": f"bucket-{number}", "type": "AWS::S3::Bucket"}],
        "severity": "Informational",
        "status": "Resolved" if status == "Pass" else "New",
        "time": moment,
        **more,
    }


@dataclass
class Request:
    """A call that was answered."""

    at: float
    service: str
    region: str
    operation: str
    body: dict[str, Any]
    agent: str


@dataclass
class Fake:
    """What the fake holds, what goes wrong, and what was asked of it."""

    endpoint: str = ""
    regions: list[str] = field(default_factory=lambda: ["eu-central-1", "us-east-1"])
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Region to what GetFindings, or GetFindingsV2, has."""
    aggregator: dict[str, Any] | None = None
    controls: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"SecurityControlId": "S3.1", "Title": "Buckets", "SeverityRating": "HIGH"}
        ]
    )
    failing: dict[tuple[str, str], list[tuple[int, str, str] | None]] = field(default_factory=dict)
    """(Region, operation) to failures; the last one stays, None lets a call pass."""
    bad_tokens: set[str] = field(default_factory=set)
    unwanted: set[str] = field(default_factory=set)
    """Ids of findings that BatchImportFindings refuses."""
    after: dict[int, Any] = field(default_factory=dict)
    """Number of a request for findings to what is called before it is answered."""
    seen: list[Request] = field(default_factory=list)

    def calls(self, *operations: str) -> list[tuple[str, str]]:
        """Give (operation, Region) of what was asked, of some operations or of all."""
        return [
            (request.operation, request.region)
            for request in self.seen
            if not operations or request.operation in operations
        ]

    def fail(
        self, region: str, *failures: tuple[int, str, str] | None, operation: str = "GetFindings"
    ) -> None:
        """Let calls fail, one after another; the last failure stays."""
        self.failing[region, operation] = list(failures)

    def answer(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Give status, headers and body."""
        self.seen.append(request)
        failures = self.failing.get((request.region, request.operation)) or [None]
        failure = failures.pop(0) if len(failures) > 1 else failures[0]
        if failure:
            status, code, message = failure
            text = message.format(op=request.operation)
            if request.service != "securityhub":
                return status, {}, _xml_error(code, text)
            return status, {"x-amzn-ErrorType": code}, json.dumps({"message": text}).encode()
        if request.service != "securityhub":
            return 200, {}, self._query(request).encode()
        return self._hub(request)

    def _query(self, request: Request) -> str:
        if request.operation == "DescribeRegions":
            items = "".join(
                f"<item><regionName>{name}</regionName></item>" for name in self.regions
            )
            return (
                f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo>"
                "</DescribeRegionsResponse>"
            )
        if request.operation == "AssumeRole":
            return (
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE"
                "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>"
                f"<Arn>arn:aws:sts::{OTHER}:assumed-role/audit/gapfolio</Arn><AssumedRoleId>A:g"
                "</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"
            )
        return (
            "<GetCallerIdentityResponse><GetCallerIdentityResult>"
            f"<Arn>arn:aws:iam::{ACCOUNT}:user/auditor</Arn><Account>{ACCOUNT}</Account>"
            "<UserId>A</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>"
        )

    def _hub(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        operation = request.operation
        if operation in ("GetFindings", "GetFindingsV2"):
            return self._findings(request)
        if operation == "BatchImportFindings":
            return self._import(request)
        if operation == "ListSecurityControlDefinitions":
            return 200, {}, json.dumps({"SecurityControlDefinitions": self.controls}).encode()
        v2 = "V2" in operation
        home = (self.aggregator or {}).get("home", "")
        arn = f"arn:aws:securityhub:{home}:{ACCOUNT}:aggregator/1"
        if operation.startswith("List"):
            key, inner = (
                ("AggregatorsV2", "AggregatorV2Arn")
                if v2
                else ("FindingAggregators", "FindingAggregatorArn")
            )
            return 200, {}, json.dumps({key: [{inner: arn}] if self.aggregator else []}).encode()
        assert self.aggregator
        told = {
            "AggregationRegion" if v2 else "FindingAggregationRegion": home,
            "RegionLinkingMode": self.aggregator["mode"],
            "LinkedRegions" if v2 else "Regions": self.aggregator.get("regions", []),
        }
        return 200, {}, json.dumps(told).encode()

    def _import(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Take findings, but not those whose id is in `unwanted`."""
        sent = request.body["Findings"]
        failed = [
            {"Id": found["Id"], "ErrorCode": "InvalidInput", "ErrorMessage": "Invalid parameter"}
            for found in sent
            if found["Id"] in self.unwanted
        ]
        answer = {
            "FailedCount": len(failed),
            "SuccessCount": len(sent) - len(failed),
            "FailedFindings": failed,
        }
        return 200, {}, json.dumps(answer).encode()

    def _findings(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        number = len(self.calls("GetFindings", "GetFindingsV2"))
        if number in self.after:
            self.after[number]()
        token = request.body.get("NextToken", "0")
        if token in self.bad_tokens:
            code = "InvalidInputException"
            return 400, {"x-amzn-ErrorType": code}, b'{"message": "Invalid NextToken"}'
        start, size = int(token), request.body["MaxResults"]
        wanted = _wanted(request.body.get("Filters", {}))
        held = [
            finding
            for finding in self.findings[request.region]
            if not wanted or _region(finding) in wanted
        ]
        answer: dict[str, Any] = {"Findings": held[start : start + size]}
        if start + size < len(held):
            answer["NextToken"] = str(start + size)
        return 200, {}, json.dumps(answer, indent=1).encode()


def _wanted(filters: dict[str, Any]) -> set[str]:
    found = {item["Value"] for item in filters.get("Region", [])}
    for composite in filters.get("CompositeFilters", []):
        found |= {item["Filter"]["Value"] for item in composite["StringFilters"]}
    return found


def _region(finding: dict[str, Any]) -> str:
    return str(finding.get("Region") or finding["cloud"]["region"])


def _xml_error(code: str, message: str) -> bytes:
    return (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        f"<Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        "</ErrorResponse>"
    ).encode()


_PATHS = {
    "/findings": "GetFindings",
    "/findings/import": "BatchImportFindings",
    "/findingsv2": "GetFindingsV2",
    "/findingAggregator/list": "ListFindingAggregators",
    "/findingAggregator/get": "GetFindingAggregator",
    "/aggregatorv2/list": "ListAggregatorsV2",
    "/aggregatorv2/get": "GetAggregatorV2",
    "/securityControls/definitions": "ListSecurityControlDefinitions",
}


@contextmanager
def running() -> Iterator[Fake]:
    """Serve on a free port of loopback."""
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", self._header())
            region, service = scope.groups() if scope else ("", "")
            path = self.path.partition("?")[0]
            if service == "securityhub":
                operation = _PATHS[
                    next(p for p in sorted(_PATHS, reverse=True) if path[: len(p)] == p)
                ]
                said = json.loads(body) if body else {}
            else:
                said = {key: value[0] for key, value in parse_qs(body.decode()).items()}
                operation = said["Action"]
            status, headers, answer = fake.answer(
                Request(
                    time.monotonic(),
                    service,
                    region,
                    operation,
                    said,
                    self.headers.get("User-Agent", ""),
                )
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked was interrupted
                self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815 - the name that the base class looks for

        def _header(self) -> str:
            return str(self.headers.get("Authorization", ""))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        fake.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def environment(endpoint: str, home: Path) -> dict[str, str]:
    """Give what a process needs to talk to a fake AWS and to nothing else."""
    return {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": str(home / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
