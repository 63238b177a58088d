"""Every call that the probe makes goes through here: reads only, bounded, each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from gapfolio.live.trouble import Kind, Trouble, trouble

Clients: TypeAlias = Callable[[str, str], Any]
"""Gives the boto3 client of a service in a Region."""

CALLS = 2000
"""Calls at most for one check in one Region; a listing that needs more is not answered."""

VERBS = ("get_", "list_", "describe_", "search_", "lookup_", "query_")
"""How the names of operations begin that change nothing."""

_HOPELESS = (Kind.EXPIRED, Kind.REFUSED, Kind.NETWORK)
"""What a second call to the same service would meet again, after the same long wait."""

_TOKENS = ("NextToken", "nextToken")


_Cut: TypeAlias = tuple[str, tuple[str, ...]] | None
"""Key of the items in a page, and the keys of an item that are kept."""


@dataclass(frozen=True)
class _Call:
    service: str
    operation: str
    parameters: dict[str, Any]
    first: bool
    """Whether the first page will do."""
    cut: _Cut = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two calls the same."""
        asked = repr(sorted(self.parameters.items()))
        return (self.service, self.operation, asked, self.first, self.cut)


class UnansweredError(Exception):
    """A call that AWS did not answer, so that its check cannot be decided."""

    def __init__(
        self, service: str, operation: str, region: str, code: str, told: Trouble | None = None
    ) -> None:
        name = operation.title().replace("_", "")
        super().__init__(f"{name} of {service} failed ({code})")
        self.service = service
        self.operation = operation
        self.region = region
        self.code = code
        self.words = told.words if told else str(self)
        """What to do about it, as a sentence without a full stop."""
        self.off = told is not None and told.kind is Kind.OFF
        """Whether the service is not enabled there."""


class Reader:
    """Reads one Region; answers, and refusals, are kept for the checks that ask again."""

    def __init__(self, clients: Clients, region: str) -> None:
        self.region = region
        self.made: set[tuple[str, str]] = set()
        """Calls that were made: service and operation, as AWS writes it."""
        self._clients = clients
        self._answers: dict[object, list[dict[str, Any]] | UnansweredError] = {}
        self._down: dict[str, UnansweredError] = {}
        self._left = CALLS

    def begin(self) -> None:
        """Begin a check: its calls are counted from here."""
        self._left = CALLS

    def get(
        self, service: str, operation: str, *, none: tuple[str, ...] = (), **parameters: Any
    ) -> dict[str, Any]:
        """Give the answer of one call, its first page only.

        Args:
            service: as boto3 names it.
            operation: as boto3 names it.
            none: error codes that mean "there is none"; the answer is then empty, and so it is
                if the service is not enabled.
            parameters: of the call.

        Raises:
            UnansweredError: the call failed.
        """
        pages = self._kept(_Call(service, operation, parameters, first=True), none)
        return pages[0] if pages else {}

    def pages(
        self, service: str, operation: str, *, none: tuple[str, ...] = (), **parameters: Any
    ) -> list[dict[str, Any]]:
        """Give every page of a listing; otherwise as `get`."""
        return self._kept(_Call(service, operation, parameters, first=False), none)

    def all(
        self,
        service: str,
        operation: str,
        key: str,
        *,
        none: tuple[str, ...] = (),
        **parameters: Any,
    ) -> list[Any]:
        """Give the items that all pages of a listing hold under `key`; otherwise as `get`."""
        pages = self.pages(service, operation, none=none, **parameters)
        return [item for page in pages for item in page.get(key) or ()]

    def some(
        self, service: str, operation: str, key: str, keep: tuple[str, ...], **parameters: Any
    ) -> list[dict[str, Any]]:
        """Give items as `all` does, but of each only the keys to keep: for long listings."""
        cut = (key, keep)
        pages = self._kept(_Call(service, operation, parameters, False, cut), ())
        return [item for page in pages for item in page[key]]

    def _kept(self, call: _Call, none: tuple[str, ...]) -> list[dict[str, Any]]:
        if call.key not in self._answers:
            self._answers[call.key] = self._down.get(call.service) or self._tried(call)
        answer = self._answers[call.key]
        if isinstance(answer, UnansweredError):
            if answer.code in none or (none and answer.off):
                return []
            raise answer
        return answer

    def _tried(self, call: _Call) -> list[dict[str, Any]] | UnansweredError:
        try:
            return [_shortened(page, call.cut) for page in self._asked(call)]
        except UnansweredError as error:
            return error
        except (BotoCoreError, ClientError) as error:
            told = trouble(error)
            response: dict[str, Any] = getattr(error, "response", {})
            code = str(response.get("Error", {}).get("Code") or type(error).__name__)
            failed = UnansweredError(call.service, call.operation, self.region, code, told)
            if told.kind in _HOPELESS:
                self._down[call.service] = failed
            return failed

    def _asked(self, call: _Call) -> Iterator[dict[str, Any]]:
        if not call.operation.startswith(VERBS):
            raise ValueError(f"the probe only reads; {call.operation} does not begin like a read")
        client = self._clients(call.service, self.region)
        self.made.add((call.service, client.meta.method_to_api_mapping[call.operation]))
        parameters = dict(call.parameters)
        if not call.first and client.can_paginate(call.operation):
            pages = iter(client.get_paginator(call.operation).paginate(**parameters))
            while True:
                self._count(call)
                page = next(pages, None)
                if page is None:
                    return
                yield page
        parameters.pop("PaginationConfig", None)
        while True:
            self._count(call)
            page = getattr(client, call.operation)(**parameters)
            yield page
            token = next((name for name in _TOKENS if page.get(name)), "")
            if call.first or not token:
                return
            parameters = {**parameters, token: page[token]}

    def _count(self, call: _Call) -> None:
        if not self._left:
            code = f"more than {CALLS} calls"
            raise UnansweredError(call.service, call.operation, self.region, code)
        self._left -= 1


def _shortened(page: dict[str, Any], cut: _Cut) -> dict[str, Any]:
    if cut is None:
        return page
    key, keep = cut
    return {key: [{k: item[k] for k in keep if k in item} for item in page.get(key) or ()]}
