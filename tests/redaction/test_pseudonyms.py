"""One value, one pseudonym: in fields, inside ARNs and in sentences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapfolio.errors import PackError
from gapfolio.redaction.pseudonyms import HIDDEN, KINDS, MARKS, Pseudonyms

ONE, TWO = "111111111111", "222222222222"
ARN = f"arn:aws:iam::{ONE}:user/alice"


def make(*kinds: str, secret: bytes = b"k", words: tuple[str, ...] = ()) -> Pseudonyms:
    return Pseudonyms(secret, kinds or KINDS, words)


def test_the_same_key_gives_the_same_pseudonym_and_another_key_another() -> None:
    assert make().account(ONE) == make().account(ONE)
    assert make().account(ONE) != make(secret=b"other").account(ONE)
    assert make().account(ONE) != make().account(TWO)


def test_a_pseudonym_says_what_it_stands_for_and_looks_like_no_id() -> None:
    names = make()

    assert re.fullmatch(r"account-[0-9a-f]{10}", names.account(ONE))
    assert re.fullmatch(r"resource-[0-9a-f]{7}-[0-9a-f]{7}", names.resource("alice"))
    assert re.fullmatch(r"tag-[0-9a-f]{10}=tag-[0-9a-f]{10}", names.tag("env=production"))


def test_of_an_arn_partition_service_region_and_type_stay() -> None:
    names = make()

    assert (
        names.resource(ARN) == f"arn:aws:iam::{names.account(ONE)}:user/{names.resource('alice')}"
    )
    assert names.resource(f"arn:aws:s3:::user/{ONE}").startswith("arn:aws:s3:::resource-")
    assert names.resource(f"arn:aws:iam::{ONE}:root") == f"arn:aws:iam::{names.account(ONE)}:root"


@pytest.mark.parametrize(
    "value", ["", "*", "root", "<root_account>", "eu-central-1", "arn:aws:iam::aws:policy/Support"]
)
def test_what_aws_calls_so_for_everybody_stays(value: str) -> None:
    assert make().resource(value) == value


@pytest.mark.parametrize("name", ["db-main-1", "eu-prod-1", "zz-north-1", "us-east-1b-old"])
def test_a_name_built_like_a_region_is_a_name(name: str) -> None:
    names = make()
    names.learn_resource(name)

    assert name not in (names.resource(name), names.said(name), names.text(name))


def test_a_policy_of_aws_keeps_its_name_everywhere() -> None:
    names = make()
    names.learn_public("arn:aws:iam::aws:policy/SupportAccess")

    assert names.resource("SupportAccess") == "SupportAccess"


def test_a_pattern_is_told_from_a_name() -> None:
    written = make().resource("arn:aws:iam::*:user/legacy-*")

    assert re.fullmatch(r"arn:aws:iam::\*:user/pattern-[0-9a-f]{10}", written)


def test_a_name_in_a_sentence_is_written_as_in_the_field() -> None:
    names = make()
    names.learn_resource(ARN)

    assert names.said("User Alice has no MFA.") == f"User {names.resource('alice')} has no MFA."
    assert names.text(f"See {ARN}.") == f"See {names.resource(ARN)}."


def test_the_rest_of_a_name_goes_with_it() -> None:
    names = make()
    names.learn_resource("acme-logs")

    assert re.fullmatch(
        r"In resource-\S+, resource-\S+!", names.text("In acme-logs-old, my_acme-logs!")
    )


def test_names_that_overlap_leave_nothing_over() -> None:
    names = make()
    names.learn_resource("prod db")
    names.learn_resource("db main")

    assert re.fullmatch(r"The resource-[0-9a-f-]+ fails", names.text("The prod db main fails"))


def test_the_name_of_one_account_is_written_like_its_id() -> None:
    names = make()
    names.learn_accounts([(ONE, "payments"), (TWO, "shared"), ("333333333333", "shared")])

    assert names.text("payments is open") == f"{names.account(ONE)} is open"
    assert names.text("shared") not in (names.account(TWO), "shared")
    assert names.name("payments") == ""


def test_an_environment_that_some_account_is_called_by_is_not_told() -> None:
    names = make(words=("production",))
    names.learn_accounts([(ONE, "production"), (TWO, "zq-two")])

    assert [names.environment(n) for n in ("Production", "zq-two", "test")] == ["", "", "test"]
    assert make("tags").environment("production") == "production"


def test_an_account_id_is_found_as_the_console_writes_it() -> None:
    names = make()

    assert names.text("1111-1111-1111") == names.account(ONE)


def test_an_everyday_word_stays_in_sentences_but_not_in_the_field() -> None:
    names = make(words=("backup",))
    names.learn_resource("backup")

    assert names.resource("backup") != "backup"
    assert names.said("There is no backup plan.") == "There is no backup plan."


def test_a_sentence_on_a_resource_with_an_everyday_name_is_not_told() -> None:
    names = make(words=("backup", "plan"))
    names.learn_resource("backup")

    assert names.detail("Role Backup is open.", {"backup"}) == HIDDEN
    assert names.detail("Backups are made.", {"backup"}) == "Backups are made."
    assert names.detail("Role backup is open.", {"other"}) == "Role backup is open."


def test_an_account_called_by_an_everyday_word_is_replaced_in_what_people_write() -> None:
    names = make(words=("production",))
    names.learn_accounts([(ONE, "production")])

    assert names.text("All of production.") == f"All of {names.account(ONE)}."
    assert names.said("Not for production use.") == "Not for production use."


def test_titles_of_checks_stay() -> None:
    names = Pseudonyms(b"k", KINDS, titles={"Check db1 of AppRole"})

    assert names.said("Check db1 of AppRole") == "Check db1 of AppRole"
    assert "db1" not in names.said("Check db1 of AppRole twice")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("accounts",), "arn:aws:iam::{account}:user/alice"),
        (("arns",), f"arn:aws:iam::{ONE}:user/{{resource}}"),
        (("tags",), ARN),
    ],
)
def test_what_was_not_asked_for_stays(kinds: tuple[str, ...], expected: str) -> None:
    names = make(*kinds)
    names.learn_resource(ARN)
    names.learn_tags(["team=x"])
    written = expected.format(account=names.account(ONE), resource=names.resource("alice"))

    assert names.resource(ARN) == written
    assert names.said(f"On {ARN} it fails.") == f"On {written} it fails."
    assert (names.tag("env=production") == "env=production") == ("tags" not in kinds)


def test_names_inside_tags_that_stay_are_written_as_everywhere() -> None:
    names = make("accounts", "arns")
    names.learn_resource("web-01")

    assert names.tag("Name=web-01") == f"Name={names.resource('web-01')}"


def test_marks_stay_where_they_stand_alone() -> None:
    names, one, two = make(), MARKS[0], MARKS[1]

    assert names.marked(f"User {one} ({two}) on db1.") == names.said(f"User {one} ({two}) on db1.")
    for doubt in (f"{one}-old", f"x{one}", f"role/{one}", f"{two}:7", f"{one}.x"):
        assert names.marked(f"It is {doubt} that fails.") is None


def test_the_list_has_every_pseudonym_with_what_it_stands_for() -> None:
    names = make()
    names.learn_accounts([(ONE, "payments")])
    arn = names.resource(ARN)

    listed = set(names.listed())
    assert (names.account(ONE), "account", ONE) in listed
    assert (names.account(ONE), "account name", "payments") in listed
    assert (arn.rpartition("/")[2], "resource", "alice") in listed


def test_two_values_with_one_pseudonym_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names = make()
    monkeypatch.setattr(names, "_hash", lambda *_: "0" * 64)
    names.account(ONE)
    names.account(TWO)

    with pytest.raises(PackError, match="two different things"):
        list(names.listed())


@given(st.lists(st.text(min_size=6), max_size=5), st.text())
def test_no_text_breaks_it_and_no_known_name_survives(known: list[str], text: str) -> None:
    names = make()
    for value in known:
        names.learn_resource(value)
    written = names.said(" | ".join([text, *known]))

    for value in known:
        if value.isalnum() and value.isascii() and not value.isdigit():
            assert value.lower() not in re.sub(r"resource-[0-9a-f-]+", "…", written.lower())
