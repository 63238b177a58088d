"""Every field of an Assessment is placed, and what it holds is written as its place says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from gapfolio.engagement import Account, Engagement, Folder, Notes, PracticeNotes
from gapfolio.model import (
    Affected,
    Assessment,
    Change,
    Conflict,
    Moved,
    RemediationItem,
    RunResult,
    Verdict,
    WaiverResult,
)
from gapfolio.redaction.document import Rewriter
from gapfolio.redaction.fields import FIELDS, rule
from gapfolio.redaction.pseudonyms import HIDDEN, KINDS, Pseudonyms

ONE, TWO, THREE = "111111111111", "222222222222", "333333333333"
ARN = f"arn:aws:s3:::zq-logs-{ONE}"


def records() -> Iterator[inspect.StructType]:
    """Give every record that an Assessment may hold."""
    waiting: list[inspect.Type] = [inspect.type_info(Assessment)]
    seen: set[type] = set()
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, inspect.StructType):
            if kind.cls in seen:
                continue
            seen.add(kind.cls)
            yield kind
            waiting += [field.type for field in kind.fields]
        else:
            waiting += inner(kind)


def inner(kind: inspect.Type) -> list[inspect.Type]:
    """Give the types inside a container."""
    if isinstance(kind, inspect.UnionType):
        return list(kind.types)
    if isinstance(kind, inspect.DictType):
        return [kind.key_type, kind.value_type]
    if isinstance(kind, inspect.ListType | inspect.VarTupleType):
        return [kind.item_type]
    return list(kind.item_types) if isinstance(kind, inspect.TupleType) else []


def has_text(kind: inspect.Type) -> bool:
    text = inspect.StrType | inspect.LiteralType | inspect.EnumType
    return isinstance(kind, text) or any(has_text(item) for item in inner(kind))


def test_every_field_with_text_has_its_place() -> None:
    expected = {
        (kind.cls.__name__, field.name)
        for kind in records()
        for field in kind.fields
        if has_text(field.type)
    }
    placed = [
        (kind.__name__, field)
        for kind, rules in FIELDS.items()
        for fields in rules.values()
        for field in fields.split()
    ]

    assert sorted(placed) == sorted(expected)


def test_what_has_no_place_is_taken_for_text() -> None:
    class New(msgspec.Struct):
        words: str

    assert rule(New, "words") == "text"


@pytest.fixture
def names() -> Pseudonyms:
    made = Pseudonyms(b"k", KINDS, {"backup"})
    made.learn_accounts([(ONE, "zq-payments"), (TWO, "")])
    made.learn_resource(ARN)
    made.learn_resource("backup")
    made.learn_owner("Zq Team")
    made.learn_file(f"scans/{ONE}.json")
    return made


def rewritten(
    names: Pseudonyms, value: Any, own: dict[tuple[str, int], set[str]] | None = None
) -> Any:
    return Rewriter(names, own or {}).record(value)


def affected(**overrides: Any) -> Affected:
    values: dict[str, Any] = {
        "key": "0" * 32,
        "check": "prowler:a",
        "account": ONE,
        "region": "eu-central-1",
        "resource": ARN,
        "detail": f"Bucket zq-logs-{ONE} is open.",
        "severity": "high",
        "muted": False,
        "input": f"scans/{ONE}.json",
        "row": 7,
    }
    return Affected(**{**values, **overrides})


def test_a_resource_is_the_same_in_its_field_and_in_the_sentence(names: Pseudonyms) -> None:
    written = rewritten(names, affected())
    bucket = written.resource.rpartition(":")[2]

    assert written.detail == f"Bucket {bucket} is open."
    assert written.key != "0" * 32
    assert (written.check, written.region, written.row) == ("prowler:a", "eu-central-1", 7)
    assert ONE not in repr(written)
    assert "zq" not in repr(written)


def test_a_sentence_is_hidden_by_a_name_that_only_the_findings_have(names: Pseudonyms) -> None:
    item = affected(detail="Group backup is open.")

    assert rewritten(names, item).detail == "Group backup is open."
    assert rewritten(names, item, {(item.input, 7): {"backup"}}).detail == HIDDEN


def test_a_conflict_says_the_same_of_the_matter_and_of_the_resource(names: Pseudonyms) -> None:
    verdict = Verdict(
        check="prowler:a",
        findings=1,
        region="",
        resource=ARN.upper().replace("ARN:AWS:S3", "arn:aws:s3"),
        detail="",
        input="x.json",
        row=1,
    )
    conflict = Conflict(
        criterion="NET-01.x",
        account=ONE,
        matter=f"zq-logs-{ONE}",
        passed_by=[verdict],
        failed_by=[verdict],
    )

    written = rewritten(names, conflict)
    assert written.matter == names.resource(ARN).rpartition(":")[2]
    assert "zq" not in repr(written).lower()


def test_of_a_command_line_the_options_stay(names: Pseudonyms) -> None:
    run = RunResult(
        scanner="prowler",
        version="5",
        account=ONE,
        regions=["eu-central-1"],
        arguments=["aws", "--profile", "acme-prod", "--role=arn:x", "-M", "csv"],
        checks=1,
        errors={},
        started=datetime(2026, 8, 1, tzinfo=UTC),
        ended=None,
        exit_code=0,
        declared=False,
        partial="",
        void="output/acme-prod.csv has changed since the run",
        origin="scans/acme/run.json",
    )

    written = rewritten(names, run)
    assert written.arguments == ["aws", "--profile", "…", "--role=…", "-M", "…"]
    assert written.void == "an output has changed since the run"
    assert "acme" not in repr(written)
    for origin, left in (
        ("--executed prowler=all", "--executed prowler=all"),
        ("--executed prowler=/home/acme/list", "--executed prowler=file-"),
    ):
        again = rewritten(names, msgspec.structs.replace(run, origin=origin, declared=True))
        assert again.origin.startswith(left)
        assert "acme" not in again.origin


def test_a_waiver_keeps_its_id_and_what_it_selects_matches_the_findings(names: Pseudonyms) -> None:
    waiver = WaiverResult(
        id="W-2026-01",
        selects={
            "practice": ["NET-01"],
            "account": [ONE],
            "resource": [ARN, "arn:aws:s3:::zq-*"],
            "tag": ["env=zqdev"],
        },
        reason=f"zq-payments keeps zq-logs-{ONE}, says Zq Team",
        owner="Zq Team",
        approver="Jane Doe",
        ticket="RISK-12",
        granted=date(2026, 1, 1),
        expires=date(2026, 12, 31),
        state="valid",
        days_left=1,
        findings=1,
        practices=["NET-01"],
        accounts=[ONE],
        overlaps=["W-2026-02"],
    )

    written = rewritten(names, waiver)
    assert (written.id, written.overlaps, written.ticket) == ("W-2026-01", ["W-2026-02"], "RISK-12")
    assert written.approver == "Jane Doe"
    assert written.owner == names.owner("Zq Team")
    assert written.selects["account"] == written.accounts == [names.account(ONE)]
    assert names.resource(ARN) in written.selects["resource"]
    assert written.selects["tag"] == names.tags(["env=zqdev"])
    assert written.selects["practice"] == ["NET-01"]
    assert "zq" not in repr(written).lower()


def test_the_order_says_nothing_of_the_real_names() -> None:
    names = Pseudonyms(b"k", KINDS)
    accounts = [f"{number:012}" for number in range(20)]
    items = [
        RemediationItem(
            practice="NET-01",
            priority=priority,
            account=account,
            findings=1,
            accepted=0,
            owner="",
            open_since=None,
            due=None,
            overdue=0,
        )
        for priority in ("critical", "low")
        for account in accounts
    ]
    moved = [
        Moved(
            key="0" * 32,
            practice="NET-01",
            check="prowler:a",
            account=account,
            region="",
            resource="",
            cause="fixed",
            move="closed",
        )
        for account in accounts
    ]
    change = Change(
        since="2026-Q2",
        pack="2026-Q2",
        sha256="",
        trend=[],
        practices=[],
        opened={},
        closed={},
        still_open=0,
        accepted={},
        moved=moved,
        remarks=[f"Accounts that are newly in scope: {ONE}."],
    )
    rewriter = Rewriter(names, {})

    written = rewriter._value(items, "text")
    assert [item.priority for item in written] == ["critical"] * 20 + ["low"] * 20
    pseudonyms = sorted(map(names.account, accounts))
    assert [item.account for item in written] == pseudonyms * 2
    assert {item.account for item in rewriter.record(change).moved} == set(pseudonyms)
    assert [item.account for item in rewriter.record(change).moved] != [
        names.account(account) for account in accounts
    ]
    assert rewriter._value(accounts, "account") == pseudonyms
    assert list(rewriter._value(dict.fromkeys(accounts, 1), "account")) == pseudonyms


@pytest.mark.parametrize(
    ("part", "kept", "gone"),
    [
        (f"1 of 3 accounts in scope ({ONE})", "1 of 3 accounts in scope (account-", ONE),
        ("1 of 3 accounts in scope (name=zq-pay*)", "(name=group-", "zq"),
        ("1 of 3 accounts in scope (owner=Zq Team)", "(owner=group-", "Team"),
        ("1 of 3 accounts in scope (environment=test)", "(environment=test)", "group"),
        ("", "", "?"),
    ],
)
def test_the_part_is_told_without_names(names: Pseudonyms, part: str, kept: str, gone: str) -> None:
    written = Rewriter(names, {})._part(part)

    assert kept in written
    assert gone not in written


def test_the_engagement_keeps_what_people_wrote_without_the_names(names: Pseudonyms) -> None:
    folder = Folder(
        Engagement(client="Acme", accounts=[Account(id=ONE, name="zq-payments", owner="Zq Team")]),
        Notes(
            conclusion="zq-payments is open.",
            scope=f"All but {THREE}.",
            limitations="Zq Team was away.",
            management_response=f"zq-logs-{ONE} goes.",
            practices={
                "NET-01": PracticeNotes(
                    cause="zq-payments", effect="zq-payments", response="Zq Team", owner="Zq Team"
                )
            },
        ),
        organization={THREE: "zq-other"},
    )

    written = Rewriter(names, {}).folder(folder)
    assert written.notes.conclusion == f"{names.account(ONE)} is open."
    assert written.engagement.client == "Acme"
    assert [account.id for account in written.engagement.accounts] == [names.account(ONE)]
    for value in ("zq", ONE, THREE):
        assert value not in repr(written).lower()
