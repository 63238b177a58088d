"""The key and the list of names: private, kept, and never in the pack."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gapfolio.errors import PackError
from gapfolio.redaction import keys

ROWS = [("account-1", "account", "111111111111"), ("resource-1", "resource", "=cmd()")]


def test_a_missing_key_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    made = keys.opened(tmp_path / "redaction.key")
    again = keys.opened(tmp_path / "redaction.key")

    assert (made.made, again.made) == (True, False)
    assert made.secret == again.secret
    assert len(made.secret) == 32
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_two_keys_differ(tmp_path: Path) -> None:
    assert keys.opened(tmp_path / "a").secret != keys.opened(tmp_path / "b").secret


@pytest.mark.parametrize("content", ["", "secret", "0" * 63, "0" * 65, "G" * 64, "é" * 64])
def test_what_is_no_key_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "redaction.key"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(PackError, match="is no key to pseudonyms"):
        keys.opened(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_key_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read or made"):
        keys.opened(tmp_path / "nowhere" / "redaction.key")


def test_the_key_lies_where_it_is_named_else_in_the_engagement_else_beside_the_pack(
    tmp_path: Path,
) -> None:
    named, home, pack = tmp_path / "k", tmp_path / "home", tmp_path / "out" / "pack"

    assert keys.place(named, home, pack) == named
    assert keys.place(None, home, pack) == home / "redaction.key"
    assert keys.place(None, None, pack) == tmp_path / "out" / "redaction.key"
    assert keys.place(None, None, None) == Path("redaction.key")


def test_a_key_inside_the_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="which others receive"):
        keys.place(tmp_path / "pack" / "deep" / "k", None, tmp_path / "pack")


def test_the_list_is_private_sorted_and_grows(tmp_path: Path) -> None:
    key = keys.opened(tmp_path / "redaction.key")
    keys.add_names(key, ROWS[1:])
    keys.add_names(key, ROWS)

    assert key.names.name == "redaction-map.csv"
    assert key.names.stat().st_mode & 0o777 == 0o600
    with key.names.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["pseudonym", "kind", "value"],
            ["account-1", "account", "111111111111"],
            ["resource-1", "resource", "'=cmd()"],  # a spreadsheet must not run it
        ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "redaction-map.csv",
        "redaction.key",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\r\n1,2\r\n", b"\xff", b'pseudonym,kind,value\r\n"x']
)
def test_a_list_that_is_not_ours_is_left_alone(tmp_path: Path, content: bytes) -> None:
    key = keys.opened(tmp_path / "redaction.key")
    key.names.write_bytes(content)

    with pytest.raises(PackError, match="is no list of pseudonyms"):
        keys.add_names(key, ROWS)
    assert key.names.read_bytes() == content
