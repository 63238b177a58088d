"""No byte of a redacted pack tells a name; what it counts is what the whole pack counts."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from redactkit import DATA, audited, leaks, published, redacted, rows, said

from gapfolio import publish
from gapfolio.engagement import Account, Engagement, Folder, Notes, PracticeNotes, Waiver
from gapfolio.engagement.entries import Entry
from gapfolio.exports.base import Exported
from gapfolio.manifest import edition
from gapfolio.model import Finding
from gapfolio.redaction import KINDS
from gapfolio.redaction.pseudonyms import HIDDEN, MARKS
from gapfolio.testing import make_finding
from gapfolio.verify import verify

CHECKS = (
    "iam_user_mfa_enabled_console_access",
    "s3_bucket_public_access",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
    "zz_not_in_the_catalogue",
)
ONE, TWO = "471203985512", "902188734410"
NAMES = (
    st.text("bdfgjkmpqvwxz0123456789-_. é中&<\"'/,;ß", min_size=5, max_size=20)
    .map(lambda text: f"zq{text}".rstrip())
    .filter(lambda name: len(name) > 5)
)
"""Whatever people call things, by a beginning that no other text has."""
GLUE = st.sampled_from(["", " ", "'", "(", "x", "7", "-", "_", "/", ":", ".", "s3://", ", ", MARKS])
RESOURCES = (
    "arn:aws:iam::{account}:user/{name}",
    "arn:aws:s3:::{name}",
    "arn:aws:s3:::{name}/deep/er",
    "arn:aws:ec2:eu-central-1:{account}:security-group/{name}",
    "arn:aws:logs:eu-central-1:{account}:log-group:/aws/{name}:*",
    "{name}",
    "AWS::::Account:{account}",
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Finding], Folder, dict[str, set[str]]]:
    """Give findings and an engagement, with the names that a copy must not tell, by kind."""
    accounts = draw(
        st.lists(st.from_regex(r"[1-9][0-9]{11}", fullmatch=True), min_size=1, max_size=3)
    )
    title, owner, tag = draw(NAMES), draw(NAMES), draw(NAMES)
    other_account, organization = "555544443333", draw(NAMES)
    known = {
        "accounts": {*accounts, title, owner, other_account, organization},
        "arns": set(),
        "tags": {tag},
    }
    findings = []
    for number in range(draw(st.integers(1, 5))):
        account, name, other = draw(st.sampled_from(accounts)), draw(NAMES), draw(NAMES)
        resource = draw(st.sampled_from(RESOURCES)).format(account=account, name=name)
        known["tags"].add(other)
        words = [name, other, name.upper(), resource, account, title, owner, tag]
        text = "".join(draw(GLUE) + draw(st.sampled_from(words)) + draw(GLUE) for _ in range(3))
        findings.append(
            make_finding(
                check=draw(st.sampled_from(CHECKS)),
                status=draw(st.sampled_from(["fail", "pass", "event"])),
                account=account,
                account_name=draw(st.sampled_from(["", title])),
                resource=resource,
                resource_name=draw(st.sampled_from([name, other, account])),
                title=draw(st.sampled_from(["A title.", text])),
                detail=f"It says {text}.",
                tags=[f"team={tag}", f"Name={other}"],
                region="eu-central-1",
                finding_uid=f"prowler-{account}-{name}-{number}",
            )
        )
        fields = f"{findings[-1].resource} {findings[-1].resource_name}"
        known["arns"] |= {value for value in (name, other) if value in fields}
    waiver = Waiver(
        id="W-1",
        resource=findings[0].resource,
        tag=f"team={tag}",
        reason=f"Kept by {owner} in {title} for {findings[0].resource}",
        owner=owner,
        approver="Jane Doe",
        granted=date(2026, 7, 1),
        expires=date(2026, 12, 31),
    )
    folder = Folder(
        Engagement(client="Client", accounts=[Account(id=accounts[0], name=title, owner=owner)]),
        Notes(
            conclusion=f"{title} and {findings[0].resource} ({accounts[-1]}) of {owner}.",
            practices={"CRED-09": PracticeNotes(cause=f"As {tag} says", owner=owner)},
        ),
        waivers=(Entry(Path("waivers.yaml"), 1, waiver),),
        organization={other_account: organization},
    )
    return findings, folder, known


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each takes long
)
@given(situations(), st.sets(st.sampled_from(KINDS), min_size=1))
def test_no_byte_of_a_copy_tells_a_name(
    situation: tuple[list[Finding], Folder, dict[str, set[str]]], kinds: set[str]
) -> None:
    findings, folder, known = situation
    gone = set().union(*(known[kind] for kind in kinds))
    left = set().union(*(known[kind] for kind in set(KINDS) - kinds))
    with tempfile.TemporaryDirectory() as home:
        pack = published(Path(home), findings, folder, kinds)

        assert leaks(pack, gone - left) == []


def plain() -> list[Finding]:
    """Give findings of two accounts, with names in every column that takes them."""
    return [
        make_finding(
            check=check,
            status=status,
            account=account,
            account_name=f"zq-{place}",
            resource=f"arn:aws:iam::{account}:user/zq-user-{number}",
            resource_name=f"zq-user-{number}",
            detail=f"User zq-user-{number} of zq-{place} ({account}) is not as it should be.",
            tags=["env=zqdev"],
            region="eu-central-1",
            finding_uid=f"prowler-{account}-zq-user-{number}",
        )
        for account, place in ((ONE, "payments"), (TWO, "archive"))
        for check, status in ((CHECKS[0], "fail"), (CHECKS[1], "pass"), (CHECKS[3], "fail"))
        for number in range(4)
    ]


FOLDER = Folder(
    Engagement(
        client="Client",
        accounts=[
            Account(id=ONE, name="zq-payments", owner="Zq Team"),
            Account(id=TWO, name="zq-archive"),
        ],
    ),
    Notes(conclusion="zq-payments needs work."),
)
KNOWN = ("zq-", "zq team", "zqdev", ONE, TWO)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return published(tmp_path, plain(), FOLDER)


def test_the_pdf_and_what_it_carries_tell_no_name(tmp_path: Path) -> None:
    pack = published(tmp_path, plain(), FOLDER, formats=("pdf", *DATA))
    reader = PdfReader(pack / "report.pdf")
    pages = " ".join(page.extract_text() for page in reader.pages)
    told = [pages, str(reader.metadata), str(reader.xmp_metadata)]
    carried = {name: data[0].decode() for name, data in reader.attachments.items()}

    assert set(carried) == {"assessment.json", "evidence.json", "practices.csv"}
    for text in (re.sub(r"\s", "", "".join(told)).lower(), "".join(carried.values()).lower()):
        for value in KNOWN:
            assert value.replace(" ", "") not in text
    assert leaks(pack, KNOWN) == []
    assert re.search(r"account-[0-9a-f]{10}", pages)


def test_a_copy_holds_no_files_of_the_engagement(pack: Path) -> None:
    there = {path.relative_to(pack).parts[0] for path in pack.rglob("*") if path.is_file()}

    assert not there & {"engagement", "runs", "inputs", "redaction.key", "redaction-map.csv"}
    assert {"catalogue", "assessment.json", "findings.csv", "report.html"} <= there


def test_a_copy_counts_what_the_whole_pack_counts(tmp_path: Path) -> None:
    copy = published(tmp_path, plain(), FOLDER)
    with audited(plain(), FOLDER) as audit:
        whole = publish.publish(audit, tmp_path / "whole", formats=DATA).directory

    findings = (
        "practice, criterion, standing, status, severity, check_id, region, count(*), "
        "count(DISTINCT account), count(DISTINCT resource), count(DISTINCT finding_key)"
    )
    cells = "practice, criterion, kind, state, reason, count(*), count(DISTINCT account)"
    for name, columns in (("findings", findings), ("cells", cells)):
        query = f"SELECT {columns} FROM '{{}}/{name}.parquet' GROUP BY ALL ORDER BY ALL"
        assert rows(query.format(whole)) == rows(query.format(copy))
    scores = [
        json.loads((path / "assessment.json").read_text())["scores"] for path in (whole, copy)
    ]
    assert scores[0] == scores[1]
    for name in ("findings", "cells", "closed"):
        query = f"DESCRIBE SELECT * FROM '{{}}/{name}.parquet'"
        assert rows(query.format(whole)) == rows(query.format(copy))


def test_a_copy_is_in_the_order_of_its_pseudonyms(pack: Path) -> None:
    order = "practice, criterion, scanner, check_id, account, region, resource, finding_key"
    found = rows(f"SELECT {order} FROM '{pack}/findings.parquet'")

    assert found == sorted(found)
    with (pack / "findings.csv").open(encoding="utf-8", newline="") as file:
        accounts = [row["account"] for row in csv.DictReader(file)]
    assert len(set(accounts)) == 2


def test_the_same_key_gives_the_same_bytes_and_the_next_quarter_the_same_keys(
    tmp_path: Path,
) -> None:
    packs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        packs.append(published(tmp_path / name, plain(), FOLDER))
    (tmp_path / "later").mkdir()
    later = published(tmp_path / "later", plain()[:4], FOLDER)

    assert (packs[0] / "manifest.json").read_bytes() == (packs[1] / "manifest.json").read_bytes()
    keys = [set(rows(f"SELECT finding_key FROM '{p}/findings.parquet'")) for p in (packs[0], later)]
    assert keys[1] < keys[0]


@pytest.mark.parametrize(
    ("kinds", "gone", "left"),
    [
        (["accounts"], [ONE, TWO, "zq-payments", "zq team"], ["zq-user-1", "env=zqdev"]),
        (["arns"], ["zq-user-"], [ONE, "zq-payments", "env=zqdev"]),
        (["tags"], ["zqdev"], [ONE, "zq-payments", "zq-user-1", "Zq Team"]),
        (["accounts", "tags"], [ONE, "zq-payments", "zqdev"], ["zq-user-1"]),
    ],
)
def test_only_what_was_asked_for_is_redacted(
    tmp_path: Path, kinds: list[str], gone: list[str], left: list[str]
) -> None:
    pack = published(tmp_path, plain(), FOLDER, kinds)
    told = "".join(said(pack).values())

    assert leaks(pack, gone) == []
    assert [value for value in left if value.lower() not in told] == []
    assert json.loads((pack / "assessment.json").read_text())["redacted"] == sorted(kinds)


def test_the_report_says_that_it_is_a_copy_and_has_its_own_place(tmp_path: Path) -> None:
    with redacted(tmp_path, plain(), FOLDER, ["tags", "accounts"]) as copy:
        assert edition(copy.audit.assessment) == "redacted: accounts, tags"
        assert "redacted-accounts-tags" in str(publish.default_directory(copy.audit))


def test_the_list_of_names_leads_back(tmp_path: Path) -> None:
    pack = published(tmp_path, plain(), FOLDER)
    with (tmp_path / "redaction-map.csv").open(encoding="utf-8", newline="") as file:
        back = {
            row["pseudonym"]: row["value"]
            for row in csv.DictReader(file)
            if row["kind"] != "account name"
        }
    found = rows(f"SELECT account, resource_name FROM '{pack}/findings.parquet'")

    assert {back[account] for account, _ in found} == {ONE, TWO}
    assert {back[name] for _, name in found} == {f"zq-user-{number}" for number in range(4)}


def test_a_copy_can_be_verified_and_not_recomputed(pack: Path) -> None:
    verdict = verify(pack, recompute=True)

    assert [line for line in verdict.problems if "recomputed" not in line] == []
    assert any("a redacted copy cannot be recomputed" in line for line in verdict.problems)
    assert verify(pack).whole


class Curious:
    """An exporter that looks at everything that there is."""

    name = "curious"
    title = "everything"

    def export(self, assessment: Any, engine: Any, directory: Path) -> Exported:
        tables = [
            row["table_name"]
            for row in engine.rows(
                "SELECT view_name AS table_name FROM duckdb_views() "
                "WHERE NOT internal UNION SELECT table_name FROM duckdb_tables()"
            )
        ]
        path = directory / "everything.txt"
        path.write_text(
            "".join(f"{row}\n" for table in tables for row in engine.rows(f"FROM {table}"))
        )
        return Exported([path])


def test_an_exporter_of_a_plugin_sees_no_name(tmp_path: Path) -> None:
    with redacted(tmp_path, plain(), FOLDER) as copy:
        written = Curious().export(copy.audit.assessment, copy.audit.engine, tmp_path)

    told = written.files[0].read_text().lower()
    assert "account-" in told
    assert [value for value in KNOWN if value in told] == []


def test_marks_of_ours_in_a_scanners_sentence_change_nothing(tmp_path: Path) -> None:
    finding = plain()[0]
    odd = [
        make_finding(**{**finding_fields(finding), "detail": f"On {mark} zq-user-0"})
        for mark in MARKS
    ]
    pack = published(tmp_path, odd, FOLDER)
    details = rows(f"SELECT DISTINCT detail FROM '{pack}/findings.parquet'")

    assert sorted(re.sub(r"resource-\S+", "R", detail) for (detail,) in details) == [
        f"On {mark} R" for mark in MARKS
    ]


def test_an_everyday_name_hides_the_sentence_on_its_own_resource_only(tmp_path: Path) -> None:
    findings = [
        make_finding(
            check=check,
            status=status,
            resource=f"arn:aws:iam::{ONE}:role/{name}",
            resource_name=name,
            account=ONE,
            title=words,
            detail=words,
        )
        for check, status, name, words in (
            (CHECKS[0], "fail", "backup", "Role backup is open."),
            (CHECKS[1], "event", "backup", "Backup was used."),
            (CHECKS[0], "fail", "zq-other", "It has no backup."),
        )
    ]
    pack = published(tmp_path, findings, FOLDER)
    told = rows(f"SELECT title, detail FROM '{pack}/findings.parquet' ORDER BY ALL")

    assert told == [
        ("It has no backup.", "It has no backup."),
        ("Role backup is open.", HIDDEN),
        (HIDDEN, HIDDEN),
    ]


def finding_fields(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in finding.__struct_fields__}
