"""Entries are added as text: what was there stays, and what is added reads back exactly."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapfolio import decoding
from gapfolio.engagement import Attestation, Entry, Proof, Waiver, append
from gapfolio.errors import EngagementError

ODD = (
    "\n\r\t :#'\"-?[]{}|>&*!%@`,~=<\\\0\a\x1b\x7f\x85\xa0\u2028\u2029\ufeff\u202e\U0001f600é\ue000"
)
PARTS = [
    "  ",
    "- a",
    ": b",
    "# c",
    "\n",
    "\n\n",
    "...",
    "---",
    "yes",
    "null",
    "012",
    "=",
    "é " * 60,
]
TEXTS = st.one_of(
    st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"])), min_size=1),
    st.lists(st.sampled_from(PARTS), min_size=1).map("".join),
)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
OLD = """\
# ours
- id: W-1   # the first
  practice: CRED-01
  reason: r
  owner: o
  approver: a
  granted: 2026-01-01
  expires: 2026-02-01
"""


def waiver(name: str = "W-2", reason: str = "r") -> Waiver:
    return Waiver(
        id=name,
        practice="CRED-09",
        reason=reason,
        owner="o",
        approver="a",
        granted=FIRST,
        expires=LAST,
    )


def any_entries(_: Sequence[Entry[Waiver]]) -> Iterable[str]:
    return []


def added(path: Path, *new: Waiver) -> bytes:
    append.write([append.prepared(path, new, any_entries)])
    return path.read_bytes()


@given(st.lists(TEXTS, min_size=4, max_size=4), st.sampled_from(["", OLD, OLD[:-1], "# c\r\n"]))
def test_any_text_reads_back_exactly_and_hides_nothing(texts: list[str], before: str) -> None:
    new = Waiver(
        id=texts[0],
        practice=texts[1],
        resource=[texts[1], texts[2]],
        reason=texts[3],
        owner=texts[2],
        approver=texts[0],
        granted=FIRST,
        expires=LAST,
    )
    with TemporaryDirectory() as directory:
        path = Path(directory) / "waivers.yaml"
        path.write_bytes(before.encode())
        content = added(path, new, new)
        content = added(path, new)
    good, bad = decoding.entries(content, Waiver)

    assert bad == []
    assert [value for _, value in good][-3:] == [new] * 3
    assert content.startswith(before.encode())
    assert all(char.isprintable() or char in "\r\n" for char in content.decode())


def test_a_new_file_begins_with_what_it_is_for(tmp_path: Path) -> None:
    assert added(tmp_path / "waivers.yaml", waiver()).decode() == (
        "# Waivers: risks that were accepted, each by somebody and for a limited time.\n"
        "\n"
        "- id: W-2\n"
        "  practice: CRED-09\n"
        "  reason: r\n"
        "  owner: o\n"
        "  approver: a\n"
        "  granted: 2026-01-01\n"
        "  expires: 2026-12-31\n"
    )


@pytest.mark.parametrize("before", [OLD, OLD[:-1], OLD + "\n", "# only words\n", "\ufeff" + OLD])
def test_entries_stand_after_a_blank_line_and_what_was_there_stays(
    tmp_path: Path, before: str
) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_bytes(before.encode())
    content = added(path, waiver(), waiver("W-3")).decode()

    assert content.startswith(before)
    assert "\n\n- id: W-2\n" in content
    assert "\n\n- id: W-3\n" in content


def test_an_indented_list_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text("".join(f"   {line}\n" for line in OLD.splitlines()))
    content = added(path, waiver(reason="one\n\ntwo")).decode()

    assert (
        "\n   - id: W-2\n     practice: CRED-09\n     reason: |-\n       one\n\n       two\n"
        in content
    )


def test_the_line_ends_of_the_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_bytes(OLD.replace("\n", "\r\n").encode())

    content = added(path, waiver(reason="one\ntwo"))

    assert content.count(b"\n") == content.count(b"\r\n") > OLD.count("\n")


def test_accounts_are_quoted_short_lists_stay_on_a_line_and_paragraphs_are_blocks(
    tmp_path: Path,
) -> None:
    path = tmp_path / "attestations.yaml"
    new = Attestation(
        practice="IR-01",
        result="pass",
        accounts=["099999999999", "111111111111"],
        statement="It's so: yes.\nAnd more.",
        evidence=[Proof(file="a.pdf", sha256="0" * 64), Proof(link="https://x.example")],
        by="Jane's team: responders",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    append.write([append.prepared(path, [new], lambda _: [])])

    assert path.read_text().partition("\n\n")[2] == (
        "- practice: IR-01\n"
        "  result: pass\n"
        '  accounts: ["099999999999", "111111111111"]\n'
        "  statement: |-\n"
        "    It's so: yes.\n"
        "    And more.\n"
        "  evidence:\n"
        "    - file: a.pdf\n"
        f'      sha256: "{"0" * 64}"\n'
        "    - link: https://x.example\n"
        '  by: "Jane\'s team: responders"\n'
        "  valid_from: 2026-01-01\n"
        "  valid_until: 2026-12-31\n"
    )


@pytest.mark.parametrize(
    ("before", "words"),
    [
        pytest.param("[]", r"written in \[ \]", id="empty brackets"),
        pytest.param("[{id: x}]", "missing required field", id="an entry without its keys"),
        pytest.param("- id: [\n", "line 2: ", id="no YAML"),
        pytest.param("id: x\n", "is no list", id="no list"),
        pytest.param("# c\n---\n# d\n...\n", "is no list", id="an empty document"),
        pytest.param(f"{OLD}...\n", "its end is no place", id="an ended document"),
        pytest.param(OLD.replace("owner: o", "owner: 5"), "line 5", id="an old entry is wrong"),
        pytest.param(OLD.encode("utf-16").decode("latin-1"), "no place", id="UTF-16"),
    ],
)
def test_a_file_that_cannot_be_added_to_is_refused_and_kept(
    tmp_path: Path, before: str, words: str
) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(before, encoding="latin-1")

    with pytest.raises(EngagementError, match=words) as told:
        added(path, waiver())
    assert str(told.value).startswith(f"{path}: ")
    assert "nothing was written" in str(told.value)
    assert path.read_text(encoding="latin-1") == before


def test_what_is_wrong_with_an_old_entry_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(OLD)

    with pytest.raises(EngagementError, match="line 2: owner: is missing; mend that first"):
        append.prepared(path, [waiver()], lambda all_: [all_[0].fault("owner: is missing")])


def test_what_is_wrong_with_new_entries_is_told_by_their_place(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(OLD)

    with pytest.raises(append.FaultyError) as told:
        append.prepared(
            path,
            [waiver(), waiver("W-3")],
            lambda all_: [entry.fault(f"no {entry.value.id}") for entry in all_[1:]],
        )
    assert told.value.faults == [(0, "no W-2"), (1, "no W-3")]
    assert str(told.value) == "no W-2; no W-3; nothing was written"
    assert path.read_text() == OLD


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match=r"'bad \\udcff' is no text"):
        added(tmp_path / "waivers.yaml", waiver(reason="bad \udcff"))
    assert list(tmp_path.iterdir()) == []


def test_mode_and_links_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text(OLD)
    real.chmod(0o640)
    link = tmp_path / "waivers.yaml"
    link.symlink_to(real)
    added(link, waiver())

    assert link.is_symlink()
    assert "W-2" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"real.yaml", "waivers.yaml"}


def test_nothing_is_changed_where_one_of_two_files_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "waivers.yaml", tmp_path / "attestations.yaml"]
    for path in paths:
        path.write_text(OLD)
    additions = [append.prepared(path, [waiver()], any_entries) for path in paths]
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: "att" not in str(path) and allowed(path, mode)
    )

    with pytest.raises(
        EngagementError, match=r"attestations\.yaml: cannot be written \(it is read-"
    ):
        append.write(additions)
    assert [path.read_text() for path in paths] == [OLD, OLD]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_does_not_take_files_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    addition = append.prepared(gone / "waivers.yaml", [waiver()], any_entries)
    gone.rmdir()

    with pytest.raises(EngagementError, match=r"cannot be written \(No such file or directory\)"):
        append.write([addition])
