"""What the record sources share, those of code scanners above all.

What is in a file is never trusted to be of the right type. A code scanner reads templates, not
accounts: its findings name an address in the code and a place in a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from gapfolio.model import Finding, Severity
from gapfolio.sources.base import Element

UNREADABLE = Finding(check="\ud800", account="", status="error", resource="")
"""Yielded for a record that makes no sense: half a character cannot be kept, so that the loader
counts the element as unreadable, and keeps what else was yielded of it."""

_SEVERITIES: dict[str, Severity] = {
    "critical": "critical",
    "high": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "informational": "informational",
    "info": "informational",
}
_PROVIDERS = {
    "aws": "aws",
    "cft": "aws",
    "cloudformation": "aws",
    "azu": "azure",
    "azure": "azure",
    "azuread": "azure",
    "azurerm": "azure",
    "gcp": "gcp",
    "google": "gcp",
    "k8s": "kubernetes",
    "kcv": "kubernetes",
    "ksv": "kubernetes",
    "kubernetes": "kubernetes",
    "docker": "dockerfile",
    "dockerfile": "dockerfile",
    "ds": "dockerfile",
    "git": "github",
    "github": "github",
    "secret": "secrets",
    "secrets": "secrets",
}
_SAYS_NOTHING = frozenset(("", "common", "custom", "unknown"))
_TYPE = re.compile(
    r"""(?:module\.[^.\["]+(?:\[(?:"[^"]*"|[^\]"]*)\])?\.)*  # Terraform's modules
    (?:data\.)?
    ([a-z][a-z0-9]*_[a-z0-9_]+ | [A-Za-z0-9]+(?:::[A-Za-z0-9]+)+)  # aws_s3_bucket, AWS::S3::Bucket
    (?:[.\[]|\Z)""",
    re.VERBOSE,
)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(Z|[+-]\d\d:?\d\d)?(?: .*)?", re.DOTALL
)
_LINE = re.compile("[1-9][0-9]{0,8}")
_SANE_NUMBER = 1 << 63
_FIRST_YEAR, _LAST_YEAR = 1970, 9998  # before: what Go writes for no time


def each(value: object, read: Callable[[Element], Iterator[Finding]]) -> Iterator[Finding]:
    """Read the objects of a list one by one; None is an empty list."""
    if value is None:
        return
    if not isinstance(value, list):
        yield UNREADABLE
        return
    for item in value:
        if isinstance(item, Mapping):
            yield from read(item)
        else:
            yield UNREADABLE


def text(value: object) -> str:
    """Give text as it is and a number as text; `""` for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if abs(value) < _SANE_NUMBER else ""
    return ""


def texts(value: object) -> list[str]:
    """Give the texts of a list; none for anything else."""
    return [made for made in map(text, value) if made] if isinstance(value, list) else []


def tags(value: object) -> list[str]:
    """Give an object of tags as `key=value`."""
    if not isinstance(value, Mapping):
        return []
    return [f"{key}={text(worth)}" for key, worth in value.items()]


def place(address: str, path: str, line: object = None) -> str:
    """Name a resource in code: `address (path:line)`, or as much of it as is known."""
    number = text(line)
    where = f"{path}:{number}" if path and _LINE.fullmatch(number) else path
    return f"{address} ({where})" if address and where else address or where


def type_of(address: str) -> str:
    """Give the type in a Terraform or CloudFormation address; `""` if there is none."""
    found = _TYPE.match(address)
    return found[1] if found else ""


def known_provider(word: str) -> str:
    """Give the provider that a word in a check id or file type stands for; `""` for any other."""
    return _PROVIDERS.get(word.lower(), "")


def named_provider(word: str) -> str:
    """Give the provider that a scanner names; `""` if what it says names none."""
    name = word.lower()
    return "" if name in _SAYS_NOTHING else _PROVIDERS.get(name, name)


def provider_of(address: str) -> str:
    """Give the provider of the resource at an address; `""` if that is not known."""
    return known_provider(re.split("_|::", type_of(address), maxsplit=1)[0])


def severity(value: object) -> Severity:
    """Give the severity that a word means in every scanner, `unknown` for any other."""
    return _SEVERITIES.get(text(value).lower(), "unknown")


def moment(value: object) -> datetime | None:
    """Read a time in ISO 8601, or as Go prints it; without a zone it is taken for UTC."""
    found = _MOMENT.fullmatch(text(value))
    if not found:
        return None
    day, clock, zone = found.groups()
    try:
        made = datetime.fromisoformat(f"{day}T{clock}{zone or 'Z'}")
    except ValueError:
        return None
    return made.astimezone(UTC) if _FIRST_YEAR < made.year < _LAST_YEAR else None
