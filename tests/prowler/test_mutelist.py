"""Waivers drafted from a mutelist cover what it mutes, or less; the rest is told."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio import catalogue
from gapfolio.errors import InputError
from gapfolio.prowler.mutelist import Drafts, drafted

CATALOGUE = catalogue.load()
USERS = "iam_user_mfa_enabled_console_access"
BUCKETS = "s3_bucket_object_versioning"
DAY = date(2026, 7, 1)


def draft(text: str) -> Drafts:
    return drafted(text.encode(), "mutelist.yaml", CATALOGUE, today=DAY, first=1, longest=365)


def muting(check: str = USERS, account: str = "*", **rule: Any) -> Drafts:
    """Draft from a mutelist with one rule."""
    rule = {"Regions": ["*"], "Resources": ["*"], **rule}
    return draft(yaml.safe_dump({"Mutelist": {"Accounts": {account: {"Checks": {check: rule}}}}}))


def waivers(made: Drafts) -> list[dict[str, Any]]:
    return yaml.safe_load(made.text) or []


def test_a_mute_becomes_a_waiver_with_owner_approver_and_end_left_to_fill() -> None:
    made = muting(
        account="111111111111",
        Regions=["eu-west-1", "us-east-1"],
        Resources=["ci-logs"],
        Tags=["env=dev"],
        Description="Replaced: soon # really",
    )

    assert made.text.partition("\n\n")[2] == (
        f'# From account "111111111111", check "{USERS}".\n'
        "- id: W-2026-01\n"
        '  account: "111111111111"\n'
        f"  check: prowler:{USERS}\n"
        "  region: [eu-west-1, us-east-1]\n"
        '  resource: [ci-logs, "*/ci-logs", "*:ci-logs"]\n'
        "  tag: env=dev\n"
        '  reason: "Replaced: soon # really"\n'
        '  owner: ""\n'
        '  approver: ""\n'
        "  granted: 2026-07-01\n"
        "  expires:\n"
    )
    assert (made.complete, made.narrower, made.commented_out, made.empty) == (1, 0, 0, 0)
    assert made.notes == []
    assert "at most 365 days after granted" in made.text


def test_stars_ask_for_nothing() -> None:
    [waiver] = waivers(muting(Tags=["*"]))

    assert list(waiver) == ["id", "check", "reason", "owner", "approver", "granted", "expires"]


@pytest.mark.parametrize("key", ["Mutelist", "Mute List", "Allowlist"])
def test_the_keys_of_older_versions_are_read(key: str) -> None:
    text = (
        f'{key}: {{Accounts: {{"*": {{Checks: {{{USERS}: {{Regions: ["*"], Resources: [a]}}}}}}}}}}'
    )

    assert len(waivers(draft(text))) == 1


def test_former_names_and_the_old_name_of_lambda_are_the_checks_of_today() -> None:
    [waiver] = waivers(muting("lambda_function_inside_vpc"))

    assert waiver["check"] == "prowler:awslambda_function_inside_vpc"


def test_a_pattern_of_checks_becomes_those_that_the_catalogue_uses() -> None:
    [waiver] = waivers(muting("cloudtrail_multi_region_*"))

    assert waiver["check"] == [
        "prowler:cloudtrail_multi_region_enabled",
        "prowler:cloudtrail_multi_region_enabled_logging_management_events",
    ]


def test_checks_whose_name_holds_the_mutes_are_told_but_not_waived() -> None:
    made = muting("cloudtrail_multi_region_enabled")
    [waiver] = waivers(made)

    assert waiver["check"] == "prowler:cloudtrail_multi_region_enabled"
    assert made.notes == [
        (
            'account "*", check "cloudtrail_multi_region_enabled": covers less: Prowler also mutes '
            "cloudtrail_multi_region_enabled_logging_management_events"
        )
    ]


@pytest.mark.parametrize(
    ("resources", "carried"),
    [
        (["user-1"], ["user-1", "*/user-1", "*:user-1"]),
        (["^user-1$"], ["user-1", "*/user-1", "*:user-1"]),
        (["my.bucket"], ["my.bucket", "*/my.bucket", "*:my.bucket"]),
        ([r"my\.bucket"], ["my.bucket", "*/my.bucket", "*:my.bucket"]),
        ([".+-logs"], "?*-logs"),
        ([".*-logs"], "?*-logs"),
        (["*-logs"], "*-logs"),
        (["arn:aws:iam::*:role/app-*"], "arn:aws:iam::*:role/app-*"),
        (["*-a|*-b"], ["*-a", "*-b"]),
        (["x", ".*"], None),
    ],
)
def test_plain_resources_and_patterns_are_carried_over(
    resources: list[str], carried: str | list[str] | None
) -> None:
    [waiver] = waivers(muting(Resources=resources))

    assert waiver.get("resource") == carried


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"Resources": ["user*"]}, id="* could reach into other parts of an ARN"),
        pytest.param({"Resources": ["*user*"]}, id="likewise"),
        pytest.param({"Resources": ["user-[0-9]+"]}, id="a class"),
        pytest.param({"Resources": ["(a|b)"]}, id="a group"),
        pytest.param({"Resources": ["ab?"]}, id="perhaps"),
        pytest.param({"Resources": [r"\d"]}, id="a digit"),
        pytest.param({"Resources": [r"a\?"]}, id="a question mark that would be a pattern"),
        pytest.param({"Resources": [""]}, id="nothing, which is found everywhere"),
        pytest.param({"Regions": ["eu-*"]}, id="a pattern of Regions"),
        pytest.param({"Tags": ["a=1", "b=2"]}, id="two tags at once"),
        pytest.param({"Tags": ["^a=1$"]}, id="the only tag"),
        pytest.param({"Tags": ["a=[12]"]}, id="a class in a tag"),
        pytest.param({"Exceptions": {"Accounts": ["111111111111"]}}, id="exceptions"),
        pytest.param({"check": "*"}, id="every check"),
        pytest.param({"check": "_"}, id="every check, found by a letter"),
        pytest.param({"check": "^s3_"}, id="a regular expression of checks"),
    ],
)
def test_what_would_cover_more_is_commented_out_and_told(rule: dict[str, Any]) -> None:
    made = muting(**rule)

    assert waivers(made) == []
    assert (made.complete, made.narrower, made.commented_out) == (0, 0, 1)
    assert made.notes
    for note in made.notes:
        assert "commented out, it would cover more" in note
    uncommented = re.sub(r"(?m)^# (?=- id|  )", "", made.text)
    [waiver] = yaml.safe_load(uncommented)
    assert waiver["id"] == "W-2026-01"


def test_blank_exceptions_are_none() -> None:
    assert muting(Exceptions={"Accounts": [], "Tags": []}).complete == 1


def test_of_several_resources_the_plain_ones_are_carried_over_and_the_others_told() -> None:
    made = muting(Resources=["plain", "wild*", "[x]"])
    [waiver] = waivers(made)

    assert waiver["resource"] == ["plain", "*/plain", "*:plain"]
    assert made.narrower == 1
    assert made.notes[0].endswith('of its Resources, "wild*", "[x]" cannot be said exactly')


def test_a_mute_of_nothing_that_is_known_is_told_and_not_drafted() -> None:
    for made in (muting("our_own_check"), muting(Resources=[]), muting(Regions=[])):
        assert waivers(made) == []
        assert made.empty == 1
        assert "not drafted" in made.notes[0]


def test_exceptions_end_the_list_for_what_they_name_so_later_mutes_are_less() -> None:
    rule = 'Regions: ["*"], Resources: ["*"]'
    made = draft(
        f"""
Mutelist:
  Accounts:
    "*":
      Checks:
        cloudtrail_multi_region_enabled_logging_management_events:
          {{{rule}, Exceptions: {{Accounts: ["111111111111"]}}}}
        cloudtrail_multi_region_*: {{{rule}}}
        {BUCKETS}: {{{rule}}}
    "222222222222":
      Checks:
        cloudtrail_multi_region_*: {{{rule}}}
"""
    )

    assert [waiver["check"] for waiver in waivers(made)] == [
        "prowler:cloudtrail_multi_region_enabled",
        f"prowler:{BUCKETS}",
        [
            "prowler:cloudtrail_multi_region_enabled",
            "prowler:cloudtrail_multi_region_enabled_logging_management_events",
        ],
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no key Mutelist"),
        ("a: 1", "has no key Mutelist"),
        ("- a", "Expected"),
        ("Mutelist: {", "line 2"),
        ("Mutelist: {}", "accounts|Accounts"),
        ('Mutelist: {Accounts: {"*": {Checks: {a: {Regions: ["*"]}}}}}', "Resources"),
        ('Mutelist: {Accounts: {"*": {Checks: {a: {Regions: x, Resources: []}}}}}', "array"),
        (
            'Mutelist: {Accounts: {"*": {Checks: {a: {Region: [], Regions: [], Resources: []}}}}}',
            "Region",
        ),
        ("Mutelist: {Accounts: {111111111111: {Checks: {}}}}", "str|text"),
        ('Mutelist: {Accounts: {"*": {Checks: {}}, "*": {Checks: {}}}}', "written twice"),
        ("Mutelist: !!python/object/apply:os.system [id]", "line 1"),
        ("a: &a [x,x]\nb: &b [*a,*a]\n" + "[" * 500, "nested|line"),
        ("\x00", "line|control|special"),
    ],
)
def test_what_is_no_mutelist_is_refused_on_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as told:
        draft(text)
    assert str(told.value).startswith("mutelist.yaml: is no mutelist")
    assert "\n" not in str(told.value)


def test_hostile_names_and_words_stay_words() -> None:
    text = "x\n- id: evil\n#\u202e\x07"
    made = muting(Description=text, account=text)
    [waiver] = waivers(made)

    assert waiver["reason"] == waiver["account"] == text
    assert all(char.isprintable() or char == "\n" for char in made.text)
    assert waivers(muting(text)) == []
    assert all(note.isprintable() for note in muting(text).notes)


# --- never more than Prowler mutes -----------------------------------------------------------


def muted(mutelist: dict[str, Any], finding: dict[str, str], tags: list[str]) -> bool:
    """Judge as Prowler 5 does."""

    def some(items: list[str], text: str) -> bool:
        return any(re.search(item.replace("*", ".*"), text) for item in items)

    def every(items: list[str], text: str) -> bool:
        return bool(items) and all(re.search(item.replace("*", ".*"), text) for item in items)

    def excepted(names: dict[str, list[str]]) -> bool:
        judged = {
            "Accounts": some(names.get("Accounts", []), finding["account"]),
            "Resources": some(names.get("Resources", []), finding["id"]),
        }
        return any(judged.values()) and all(judged[key] or not names.get(key) for key in judged)

    for account, content in mutelist.items():
        if account not in {"*", finding["account"]}:
            continue
        for pattern, rule in content["Checks"].items():
            if pattern != "*" and not some([pattern], finding["check"]):
                continue
            if excepted(rule.get("Exceptions", {})):
                break
            if (
                some(rule["Regions"], finding["region"])
                and some(rule["Resources"], finding["id"])
                and every(rule.get("Tags") or ["*"], " | ".join(tags))
            ):
                return True
    return False


def fits(pattern: str, text: str) -> bool:
    parts = {"*": ".*", "?": "."}
    return bool(re.fullmatch("".join(parts.get(c, re.escape(c)) for c in pattern), text, re.S))


def waived(waiver: dict[str, Any], finding: dict[str, str], tags: list[str]) -> bool:
    values = {key: value if isinstance(value, list) else [value] for key, value in waiver.items()}
    return (
        finding["account"] in values.get("account", [finding["account"]])
        and f"prowler:{finding['check']}" in values["check"]
        and finding["region"] in values.get("region", [finding["region"]])
        and any(fits(pattern, finding["resource"]) for pattern in values.get("resource", ["*"]))
        and ("tag" not in values or any(fits(p, tag) for p in values["tag"] for tag in tags))
    )


PIECES = st.sampled_from(
    ["a", "b", "-", ".", "*", "+", "|", "^", "$", "user", "1", "\\.", "(a)", "/"]
)
PATTERNS = st.lists(PIECES, min_size=1, max_size=5).map("".join)
TAG_PATTERNS = st.one_of(
    st.sampled_from(["e=a", "e=*", "*", "e=a|e=b", ".*", "f=", "e=.+", "a|b"]), PATTERNS
)
CHECKS = st.sampled_from(
    [USERS, BUCKETS, "s3_*", "*", "iam_user_mfa*", "s3_bucket_object", "s3_|iam_user_mfa", "^s3_b"]
)
ACCOUNTS = ["111111111111", "222222222222"]
IDS = st.lists(st.sampled_from(["a", "b", "-", ".", "user", "1"]), min_size=1, max_size=4).map(
    "".join
)
ARNS = st.sampled_from(
    [
        "arn:aws:iam::1:user/{}",
        "arn:aws:iam::1:user/b/{}",
        "arn:aws:s3:::{}",
        "arn:x:y:z:1:a:{}",
        "{}",
    ]
)


def a_regular_expression(text: str) -> bool:
    try:
        re.compile(text.replace("*", ".*"))
    except re.error:
        return False
    return True


VALID = PATTERNS.filter(a_regular_expression)
RULES = st.fixed_dictionaries(
    {
        "Regions": st.lists(st.sampled_from(["*", "eu-west-1", "eu-*"]), max_size=2),
        "Resources": st.lists(st.one_of(st.just("*"), VALID, IDS), max_size=3),
    },
    optional={
        "Tags": st.lists(TAG_PATTERNS.filter(a_regular_expression), max_size=2),
        "Exceptions": st.fixed_dictionaries(
            {},
            optional={
                "Accounts": st.lists(st.sampled_from(ACCOUNTS), max_size=1),
                "Resources": st.lists(IDS, max_size=1),
            },
        ),
    },
)
MUTELISTS = st.dictionaries(
    st.sampled_from(["*", *ACCOUNTS]),
    st.fixed_dictionaries({"Checks": st.dictionaries(CHECKS, RULES, min_size=1, max_size=3)}),
    min_size=1,
)


@given(
    mutelist=MUTELISTS,
    check=st.sampled_from([USERS, BUCKETS]),
    account=st.sampled_from(ACCOUNTS),
    region=st.sampled_from(["eu-west-1", "us-east-1"]),
    name=IDS,
    arn=ARNS,
    tags=st.lists(st.sampled_from(["e=a", "e=b", "f=a", "e=ab"]), max_size=2, unique=True),
)
@settings(max_examples=400, deadline=None)
def test_no_draft_covers_what_prowler_does_not_mute(  # noqa: PLR0913, PLR0917 - a finding
    mutelist: dict[str, Any],
    check: str,
    account: str,
    region: str,
    name: str,
    arn: str,
    tags: list[str],
) -> None:
    finding = {
        "check": check,
        "account": account,
        "region": region,
        "id": name,
        "resource": arn.format(name),
    }
    made = draft(yaml.safe_dump({"Mutelist": {"Accounts": mutelist}}, sort_keys=False))

    if any(waived(waiver, finding, tags) for waiver in waivers(made)):
        assert muted(mutelist, finding, tags)
