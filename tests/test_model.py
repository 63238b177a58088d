"""The types: frozen, strict about keys, and sums that add up."""

from __future__ import annotations

import importlib
import pkgutil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gapfolio
from gapfolio.model import WEIGHTS, Counts, Finding, Practice, Reason, Record, RunRecord
from gapfolio.testing import make_catalogue, make_finding, make_run

NUMBERS = st.builds(
    Counts,
    passed=st.integers(0, 1000),
    failed=st.integers(0, 1000),
    unknown=st.integers(0, 1000),
    absent=st.integers(0, 1000),
)


def everywhere() -> list[type[Record]]:
    """Give the records of every module, whichever tests have run before."""
    for module in pkgutil.walk_packages(gapfolio.__path__, "gapfolio."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [kind for kind in records() if kind.__module__.startswith("gapfolio.")]


def records(kind: type[Record] = Record) -> list[type[Record]]:
    below = kind.__subclasses__()
    return [*below, *(deeper for item in below for deeper in records(item))]


@pytest.mark.parametrize("kind", everywhere(), ids=lambda kind: kind.__name__)
def test_every_record_is_frozen_and_refuses_unknown_keys(kind: type[Record]) -> None:
    assert kind.__struct_config__.frozen
    assert kind.__struct_config__.forbid_unknown_fields
    assert kind.__doc__


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        make_finding().status = "fail"  # type: ignore[misc]


def test_a_finding_needs_check_account_status_and_resource() -> None:
    required = [f.name for f in msgspec.structs.fields(Finding) if f.required]

    assert required == ["check", "account", "status", "resource"]


@given(NUMBERS, NUMBERS)
def test_counts_add_up(one: Counts, other: Counts) -> None:
    both = one + other

    assert both == other + one
    assert both.known == one.known + other.known
    assert both.total == both.passed + both.failed + both.unknown
    assert both.absent == one.absent + other.absent


@given(NUMBERS)
def test_counts_of_nothing_change_nothing(counts: Counts) -> None:
    assert counts + Counts() == counts


def test_a_practice_belongs_to_the_category_of_its_id() -> None:
    catalogue = make_catalogue(CRED_01={}, NET_02={})

    assert [p.category for p in catalogue.practices()] == ["CRED", "NET"]


def test_weights_fall_with_the_priority() -> None:
    assert list(WEIGHTS.items()) == [("critical", 10), ("high", 6), ("medium", 3), ("low", 1)]


def test_reasons_are_sentence_fragments() -> None:
    for reason in Reason:
        assert reason.value[0].islower()
        assert not reason.value.endswith(".")


def test_a_run_record_survives_its_file() -> None:
    record = make_run(checks=["a"], arguments=["aws"], exit_code=3)

    assert msgspec.json.decode(msgspec.json.encode(record), type=RunRecord) == record


def test_a_misspelt_key_of_a_practice_is_refused() -> None:
    practice = next(make_catalogue(CRED_01={}).practices())
    data = msgspec.to_builtins(practice) | {"recomendation": []}

    with pytest.raises(msgspec.ValidationError, match="unknown field `recomendation`"):
        msgspec.convert(data, Practice)
