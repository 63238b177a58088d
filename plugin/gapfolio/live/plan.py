"""In which Regions findings are asked for: where they are gathered, else in each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from gapfolio.live.base import Access
from gapfolio.live.hub import FILTER_VALUES, Api
from gapfolio.live.session import Connection
from gapfolio.live.trouble import Kind, trouble

_ELSEWHERE = (Kind.OFF, Kind.REFUSED)
_MISSING = "ResourceNotFoundException"


@dataclass(frozen=True)
class Step:
    """A Region to ask, and the Regions that its answer speaks of."""

    region: str
    covers: tuple[str, ...]
    filtered: bool
    """The answer is to hold findings of these Regions only."""


@dataclass(frozen=True)
class _Aggregation:
    home: str
    mode: str
    named: Collection[str]

    def holds(self, region: str) -> bool:
        """Say whether findings of a Region are gathered in the home Region."""
        if region == self.home:
            return True
        return {
            "ALL_REGIONS": True,
            "ALL_REGIONS_EXCEPT_SPECIFIED": region not in self.named,
            "SPECIFIED_REGIONS": region in self.named,
        }.get(self.mode, False)


def plan(api: Api, connection: Connection, access: Access) -> tuple[list[Step], list[str]]:
    """Give the steps that reach every Region, and what the user must know of them.

    Raises:
        InputError: no Region was named and they cannot be listed.
    """
    regions = access.regions or connection.regions()
    aggregation, notices = _aggregation(api, connection, regions)
    gathered = [region for region in regions if aggregation and aggregation.holds(region)]
    filtered = bool(access.regions)
    steps = []
    if aggregation and gathered:
        size = FILTER_VALUES if filtered else len(gathered)
        steps = [Step(aggregation.home, part, filtered) for part in _parts(gathered, size)]
    alone = [region for region in regions if region not in gathered]
    return steps + [Step(region, (region,), filtered) for region in alone], notices


def _parts(regions: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(regions), size):
        yield tuple(regions[start : start + size])


def _aggregation(
    api: Api, connection: Connection, regions: Sequence[str]
) -> tuple[_Aggregation | None, list[str]]:
    """Ask for the aggregator; any Region where the hub is enabled knows it."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - lazy

    for region in dict.fromkeys((connection.region, *regions)):
        try:
            return _asked(api, connection, region), []
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            found = trouble(error)
            if found.kind in _ELSEWHERE or code == _MISSING:
                continue
        except BotoCoreError as error:
            found = trouble(error)
        said = f"could not be told ({found.words}); each was read by itself"
        return None, [f"{api.location} whether one Region gathers the findings of others {said}"]
    return None, []


def _asked(api: Api, connection: Connection, region: str) -> _Aggregation | None:
    lists, listed, arn = api.aggregators
    describes, home, named = api.aggregator
    client = connection.client("securityhub", region)
    if not hasattr(client, lists):  # a boto3 that is too old; the feed says so
        return None
    found = getattr(client, lists)().get(listed) or []
    if not found:
        return None
    name = str(found[0][arn])
    client = connection.client("securityhub", name.split(":")[3])
    told = getattr(client, describes)(**{arn: name})
    return _Aggregation(str(told[home]), str(told["RegionLinkingMode"]), told.get(named) or ())
