"""An invented organisation: accounts, Regions and the resources in them.

Everything follows from a seed and a position, so nothing has to be remembered: the 40,000th bucket
of an account is made as quickly as the first, and is the same one for every check that looks at it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from checks import Check


def _words(text: str) -> list[str]:
    return text.split()


Scope: TypeAlias = Literal["account", "region", "resource"]

REGIONS = _words(
    "us-east-1 eu-central-1 eu-west-1 us-west-2 ap-southeast-1 ap-northeast-1 us-east-2 eu-west-2 "
    "ap-south-1 ca-central-1 eu-north-1 sa-east-1 ap-southeast-2 eu-west-3 ap-northeast-2 "
    "us-west-1 eu-south-1"
)
"""The first is the home Region: what has no Region of its own is found there."""

_UNITS = _words("payments orders identity catalog search billing shipping data ml platform")
_ENVIRONMENTS = _words("prod staging dev sandbox")
_APPS = _words(
    "api web worker ingest batch events ledger portal gateway reports cache sessions audit media "
    "invoices customers inventory pricing notify export sync archive metrics forms"
)
_TEAMS = _words("core-platform data-eng payments-sre security web-experience ml-research")
_PEOPLE = _words("ana ben chloe david elif farid grace hana ivan julia kofi lena")

# Share of all accounts that use a service; what is not named is rare.
_EVERYWHERE = frozenset(
    _words(
        "accessanalyzer account acm awslambda backup cloudformation cloudtrail cloudwatch config "
        "ec2 ecr ecs elbv2 guardduty iam inspector2 kms macie networkfirewall organizations rds s3 "
        "secretsmanager securityhub sns sqs ssm trustedadvisor vpc"
    )
)
_COMMON = frozenset(
    _words(
        "apigateway apigatewayv2 athena autoscaling bedrock cloudfront codebuild cognito dynamodb "
        "efs eks elasticache eventbridge glue kinesis opensearch redshift route53 sagemaker shield "
        "stepfunctions waf wafv2"
    )
)
_SHARES = (100, 60, 20)

_ACCOUNT = re.compile(
    r"account_|organizations_|trustedadvisor_|wellarchitected_|fms_|vpc_different_regions|"
    r"s3_account|iam_(avoid_root|check_saml|no_root|password_policy|root|securityaudit|support)|"
    r"cloudwatch_(changes_to|cross_account|log_metric)|"
    r"cloudtrail_(bedrock|insights|multi_region|s3_dataevents|threat_detection)"
)
_REGION = re.compile(
    r"accessanalyzer_|backup_(plans|reportplans|vaults)_exist|config_|dlm_|drs_|emr_cluster_account|"
    r"ec2_(ami_account|ebs_default|ebs_snapshot_account|instance_account)|ecr_registry_|"
    r"glue_data_catalogs|guardduty_|inspector2_|macie_|resourceexplorer2_|"
    r"sagemaker_(clarify|models_monitor|models_registry)|securityhub_|ssmincidents_"
)
_GLOBAL = frozenset(_words("account cloudfront iam organizations route53 shield trustedadvisor"))

# type -> (how many there are beside the others, end of the ARN, name)
_TYPES: dict[str, tuple[float, str, str]] = {
    "AwsS3Bucket": (10, "", "{app}-{env}-{account}-{k}"),
    "AwsEc2Instance": (9, "instance/", "i-0{x}"),
    "AwsEc2SecurityGroup": (12, "security-group/", "sg-0{x}"),
    "AwsEc2Volume": (16, "volume/", "vol-0{x}"),
    "AwsEc2NetworkAcl": (3, "network-acl/", "acl-0{x}"),
    "AwsEc2Vpc": (2, "vpc/", "vpc-0{x}"),
    "AwsEc2Subnet": (9, "subnet/", "subnet-0{x}"),
    "AwsEc2Eip": (3, "eip-allocation/", "eipalloc-0{x}"),
    "AwsEc2LaunchTemplate": (2, "launch-template/", "lt-0{x}"),
    "AwsIamUser": (6, "user/", "{person}.{k}"),
    "AwsIamRole": (22, "role/", "{app}-{env}-role-{k}"),
    "AwsIamPolicy": (10, "policy/", "{app}-{env}-policy-{k}"),
    "AwsIamGroup": (2, "group/", "{team}-{k}"),
    "AwsLambdaFunction": (12, "function:", "{app}-{env}-handler-{k}"),
    "AwsLogsLogGroup": (20, "log-group:", "/aws/lambda/{app}-{env}-handler-{k}"),
    "AwsKmsKey": (5, "key/", "{uuid}"),
    "AwsRdsDbInstance": (3, "db:", "{app}-{env}-{k}"),
    "AwsRdsDbSnapshot": (8, "snapshot:", "rds:{app}-{env}-{k}-2026-09-14-03-07"),
    "AwsDynamoDbTable": (5, "table/", "{app}-{env}-{k}"),
    "AwsSnsTopic": (5, "", "{app}-{env}-alerts-{k}"),
    "AwsSqsQueue": (6, "", "{app}-{env}-queue-{k}"),
    "AwsSecretsManagerSecret": (5, "secret:", "{env}/{app}/credentials-{k}"),
    "AwsCloudFormationStack": (8, "stack/", "{app}-{env}-{k}"),
    "AwsEcrRepository": (5, "repository/", "{app}/{env}-{k}"),
    "AwsEcsTaskDefinition": (5, "task-definition/", "{app}-{env}:{k}"),
    "AwsElbv2LoadBalancer": (3, "loadbalancer/app/", "{app}-{env}-{k}/{x}"),
}


@dataclass(frozen=True)
class Account:
    """An AWS account of the organisation."""

    number: int
    uid: str
    name: str
    unit: str
    environment: str


@dataclass(frozen=True)
class Resource:
    """A resource that a check looked at; `token` is a number of its own."""

    name: str
    arn: str
    region: str
    tags: Sequence[tuple[str, str]]
    token: int


@dataclass(frozen=True)
class Kind:
    """A kind of resource: the checks of one kind look at the same resources.

    Attributes:
        service: Prowler's name of the service.
        owner: the service in the ARN.
        type: in the words of Security Hub.
        noun: what one is called.
        scope: one an account, one a Region, or any number.
        weight: how many there are beside other kinds.
    """

    service: str
    owner: str
    type: str
    noun: str
    scope: Scope
    weight: float

    @property
    def everywhere(self) -> bool:
        """It has no Region of its own."""
        return self.scope == "account" or self.owner in _GLOBAL


def mixed(*numbers: int) -> int:
    """Mix numbers into 64 bits that look random and are the same everywhere (splitmix64)."""
    state = 0
    for number in numbers:
        state = (state + number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 31
    return state


def number_of(text: str) -> int:
    """A number for a text, the same on every machine."""
    return zlib.crc32(text.encode())


def account(seed: int, number: int) -> Account:
    """The account at a place of the organisation."""
    unit = _UNITS[number // len(_ENVIRONMENTS) % len(_UNITS)]
    environment = _ENVIRONMENTS[number % len(_ENVIRONMENTS)]
    uid = f"{10**11 + mixed(seed, number) % (9 * 10**11)}"
    again = number // (len(_UNITS) * len(_ENVIRONMENTS))
    name = f"{unit}-{environment}" + (f"-{again + 1}" if again else "")
    return Account(number, uid, name, unit, environment)


def kind(check: Check) -> Kind:
    """What a check looks at."""
    scope: Scope = "resource"
    if _ACCOUNT.match(check.id):
        scope = "account"
    elif _REGION.match(check.id):
        scope = "region"
    noun = check.resource_type.removeprefix("Aws").lower().removeprefix(check.service)
    if check.resource_type == "Other":
        noun = check.id.removeprefix(f"{check.service}_").partition("_")[0]
    weight = _TYPES[check.resource_type][0] if check.resource_type in _TYPES else 1.5
    family = next((f for f in ("Iam", "Ec2", "S3") if f"Aws{f}" in check.resource_type), "")
    owner = family.lower() or {"awslambda": "lambda"}.get(check.service, check.service)
    return Kind(check.service, owner, check.resource_type, noun, scope, weight)


def uses(seed: int, place: Account, service: str, accounts: int) -> bool:
    """Tell whether an account uses a service; every service is used by at least one."""
    if service in _EVERYWHERE:
        return True
    number = number_of(service)
    share = _SHARES[1 if service in _COMMON else 2]
    return number % accounts == place.number or mixed(seed, place.number, number) % 100 < share


class Shelf:
    """The resources of one kind in one account."""

    def __init__(self, seed: int, place: Account, sort: Kind, regions: Sequence[str]) -> None:
        self._place = place
        self._kind = sort
        self._regions = regions[:1] if sort.everywhere else regions
        self._start = mixed(seed, place.number, number_of(f"{sort.service}/{sort.type}{sort.noun}"))
        usual = (0.0, f"{sort.noun}/", f"{{app}}-{{env}}-{sort.noun}-{{k}}")
        _, self._path, self._name = _TYPES.get(sort.type, usual)

    def resource(self, k: int) -> Resource:
        """The `k`-th resource, from 0."""
        if self._kind.scope != "resource":
            return self._singleton(self._regions[k % len(self._regions)], k)
        token = mixed(self._start, k)
        # half of everything is in the home Region, a quarter in the next, …
        far = 12 - (token & 0xFFF).bit_length()
        region = self._regions[min(far, len(self._regions) - 1)]
        x = f"{token:016x}"
        name = self._name.format(
            app=_APPS[(token >> 17) % len(_APPS)],
            env=self._place.environment,
            account=self._place.uid,
            person=_PEOPLE[(token >> 17) % len(_PEOPLE)],
            team=_TEAMS[(token >> 17) % len(_TEAMS)],
            k=k,
            x=x,
            uuid=f"{x[:8]}-{x[8:12]}-4{x[12:15]}-a{x[3:6]}-{x[4:]}",
        )
        return Resource(name, self._arn(region, name), region, self._tags(token), token)

    def _singleton(self, region: str, k: int) -> Resource:
        uid = self._place.uid
        arn = f"arn:aws:{self._kind.owner}:{region}:{uid}:{self._kind.noun}"
        if self._kind.owner in {"account", "iam"}:
            arn = f"arn:aws:iam::{uid}:root"
        return Resource(uid, arn, region, (), mixed(self._start, k))

    def _arn(self, region: str, name: str) -> str:
        if self._kind.type == "AwsS3Bucket":
            return f"arn:aws:s3:::{name}"
        where = "" if self._kind.everywhere else region
        return f"arn:aws:{self._kind.owner}:{where}:{self._place.uid}:{self._path}{name}"

    def _tags(self, token: int) -> Sequence[tuple[str, str]]:
        """Tags as found in the field: many have none, few have all."""
        place = self._place
        every = (
            ("Environment", place.environment),
            ("Owner", _TEAMS[(token >> 30) % len(_TEAMS)]),
            ("CostCenter", f"CC-{1000 + (token >> 35) % 90}"),
            (
                "aws:cloudformation:stack-name",
                f"{place.unit}-{place.environment}-{token >> 40 & 31}",
            ),
            ("DataClassification", ("public", "internal", "confidential")[(token >> 45) % 3]),
            ("ManagedBy", ("terraform", "cloudformation", "console")[(token >> 47) % 3]),
        )
        return every[: max(0, (token >> 50) % 8 - 1)]
