"""Writes docs/probe.md from the registry: `python -m gapfolio.live.checks.page > docs/probe.md`."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator

from gapfolio.engagement import Probe
from gapfolio.live.checks import CHECKS
from gapfolio.live.checks.base import Check
from gapfolio.live.checks.naming import BUILT_IN
from gapfolio.live.checks.reading import CALLS

_WIDTH = 120

_HEAD = f"""# The AWS probe

Some practices no scanner examines, most of them about incident response. The probe looks for
evidence itself, through read-only calls of the AWS API: `gapfolio report aws:` or `gapfolio pull
aws: -o DIR`, once for each account. Where a person has to decide, a practice keeps its attestation;
the probe shows what an account can show.

- **pass** and **fail** mean what the rule of the check says, no more. Where something can have any
  name, the probe knows it by its name or by a tag, as `[probe]` in `gapfolio.toml` says.
- **manual**: AWS answers, and the answer does not decide; a person must look. So it is where the
  built-in names fit nothing but other things are there, and where another account may hold what is
  asked for.
- **not_applicable**: `response_accounts` names other accounts that hold it for this one.
- **error**: AWS refused or did not answer. It is never a pass; the run record names service and
  Region, and the other checks go on. A check that must see every Region fails nothing as long as
  one of them does not answer.

Regional checks run in each Region of `--region`, else of `regions` in `gapfolio.toml`, else in
every Region that is enabled for the account; where a policy denies the other Regions, name those
that are in use. A check that looks at all Regions together misses what lies in none of those that
are read. No check makes more than {CALLS:,} calls in one Region; where that does not suffice, the
answer is an error. All findings of a run carry the time at which it began.

The probe writes `probe.ndjson`, an object a line with `schema` `gapfolio.probe/1`, and a [run
record](run-record.md). Its scanner is `probe`; in full, a check is `probe:key-pairs-imported`.

This page is made from the code by `python -m gapfolio.live.checks.page`.

## Permissions

`gapfolio pull --show-policy` prints the least policy. It holds nothing but the actions below and
those to begin with (`ec2:DescribeRegions`, `sts:GetCallerIdentity`). `s3:ListBucket` is used for
buckets named or tagged as holding the templates of a clean room; no object is read.
"""

_SETTINGS = """## Settings

The table `[probe]` of `gapfolio.toml`. Names are patterns in which `*` stands for anything,
compared without regard to case. With names of your own, what fits none of them is missing; with the
built-in ones, it may have another name, and a person is asked.

```toml
[probe]
responder_roles = ["SOC-*", "AWSReservedSSO_Incident*"]
response_accounts = ["444455556666"]
owner_tags = ["owner", "squad"]
snapshot_days = 7
```

| key | meaning | default |
| --- | --- | --- |"""

MEANINGS = {
    "responder_roles": "Names of roles and groups of the people who respond to incidents.",
    "break_glass": "Names of users and roles for emergencies.",
    "network_roles": "Names of users, groups and roles that are meant to change the network.",
    "clean_room": "Names of stacks that build a clean room, and of buckets with their templates.",
    "response_rules": "Names of EventBridge rules that start a response, whatever they choose.",
    "response_workflows": "Names of state machines that coordinate a response.",
    "quarantine_groups": "Names of security groups that cut an instance off.",
    "artefact_buckets": "Names of buckets for artefacts of incidents.",
    "response_accounts": "Accounts that respond for all others; 12 digits each.",
    "purpose_tag": "Tag whose value counts like a name.",
    "zone_tag": "Tag that names the zone of an instance.",
    "owner_tags": "Tags of which one must name the owner.",
    "classification_tags": "Tags of which one must name the class of data.",
    "criticality_tags": "Tags of which one must name the criticality.",
    "snapshot_days": "Age in days that the newest snapshot of a volume may have.",
    "history_days": "Days for which the history of a trail must be kept.",
    "restore_days": "Days within which something must have been restored.",
}


def page() -> str:
    """Give the whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"{_wide(_HEAD)}\n"
    yield _wide(_SETTINGS)
    for key in Probe.__struct_fields__:
        yield f"| `{key}` | {MEANINGS[key]} | {_default(key)} |"
    yield ""
    yield "## Checks"
    for check in CHECKS:
        yield from _check(check)


def _check(check: Check) -> Iterator[str]:
    yield f"\n### {check.id}\n"
    yield f"{check.title}. Evidence for {check.criterion.partition('.')[0]}.\n"
    yield _filled(_marked(check))
    yield ""
    yield f"- Looks at: {_REACHES[check.reach]}."
    if check.settings:
        yield _filled(f"- Settings: {', '.join(f'`{key}`' for key in check.settings)}.", "  ")
    actions = ", ".join(f"`{name}`" for name in sorted(check.actions))
    yield _filled(f"- IAM actions: {actions}.", "  ")


def _wide(text: str) -> str:
    """Break prose as the other pages do; headings, tables and code stay as they are."""
    blocks = []
    for block in text.strip().split("\n\n"):
        if block.startswith("- "):
            items = re.split(r"\n(?=- )", block)
            blocks.append("\n".join(_filled(" ".join(item.split()), "  ") for item in items))
        elif block.startswith(("#", "```", "|")):
            blocks.append(block)
        else:
            blocks.append(_filled(" ".join(block.split())))
    return "\n\n".join(blocks)


def _filled(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


_REACHES = {
    "global": "the account, once",
    "regional": "each Region by itself",
    "account": "all Regions together",
}


def _marked(check: Check) -> str:
    """Write settings as code."""
    names = "|".join(check.settings)
    return re.sub(rf"\b({names})\b", r"`\1`", check.rule) if names else check.rule


def _default(key: str) -> str:
    if key in BUILT_IN:
        return ", ".join(f"`{name}`" for name in BUILT_IN[key]) or "none"
    value = getattr(Probe(), key)
    if isinstance(value, list):
        return ", ".join(f"`{name}`" for name in value) or "not said"
    return f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(page())
