"""UUIDs that follow from client and key alone."""

from __future__ import annotations

from uuid import UUID

from gapfolio.exports.ids import stable


def test_an_id_never_changes() -> None:
    assert stable("Acme", "gap", "CRED-01.mfa:1") == "12b66d09-3141-54a5-875e-1d5fcd227c44"
    assert UUID(stable("Acme", "gap", "k")).version == 5


def test_client_and_every_part_of_the_key_count() -> None:
    made = [
        stable("Acme", "gap", "a"),
        stable("Acme", "risk", "a"),
        stable("Other", "gap", "a"),
        stable("Acme", "gap", "a", ""),
        stable("Acme", "gapa"),
        stable("Acme", 'gap", "a'),
        stable("Acme\0gap", "a"),
    ]

    assert len(set(made)) == len(made)


def test_half_a_character_is_no_trouble() -> None:
    assert stable("\ud800", "x") != stable("\ud801", "x")
