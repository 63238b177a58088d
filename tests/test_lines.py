"""The line of a key, in files as people write them."""

from __future__ import annotations

import textwrap

import pytest
import yaml

from gapfolio.lines import Step, in_toml, in_yaml, steps

TOML = textwrap.dedent(
    '''\
    client = "A [not a table] = 1"   # comment = here
    title.text = 1
    notice = """
    client = "not a key"
    [report]
    """
    raw = \'\'\'
    period = 1\'\'\'
    inputs = [
        "scans",  # "x", {path = 1}
        {path = "a.json",
         account = "1"},
        ["deep", ["er"]],
    ]
    when = 2026-07-01 12:00:00.5
    "quoted key" = {"in" = 1, outer.inner = 2}

    [report]  # how it looks
    page = "A3"
    [[accounts]]
    id = "1"
    [[ accounts ]]
    id = "2"
    [accounts.tags]
    a.b = 3
    [accounts."dotted.name"]
    x = -1.5e+3
    [[people.prepared]]
    name = "First"
    role = ''
    [[people.prepared]]
    name = "Second"'''
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["client"], 1),
        (["title", "text"], 2),
        (["notice"], 3),
        (["raw"], 7),
        (["period"], 1),
        (["inputs"], 9),
        (["inputs", 0], 10),
        (["inputs", 1, "path"], 11),
        (["inputs", 1, "account"], 12),
        (["inputs", 1, "nothing"], 11),
        (["inputs", 2, 0], 13),
        (["inputs", 2, 1, 0], 13),
        (["when"], 15),
        (["quoted key", "outer", "inner"], 16),
        (["report"], 18),
        (["report", "page"], 19),
        (["report", "tlp"], 18),
        (["accounts", 0], 20),
        (["accounts", 0, "id"], 21),
        (["accounts", 0, "name"], 20),
        (["accounts", 1], 22),
        (["accounts", 1, "id"], 23),
        (["accounts", 1, "tags"], 24),
        (["accounts", 1, "tags", "a", "b"], 25),
        (["accounts", 1, "dotted.name", "x"], 27),
        (["accounts", 2, "id"], 20),
        (["people", "prepared", 0, "role"], 30),
        (["people", "prepared", 1, "name"], 32),
        (["people", "reviewed", 0], 28),
        ([], 1),
        (["nowhere"], 1),
    ],
)
def test_the_line_of_a_place_in_toml_is_that_of_the_nearest_thing_that_is_there(
    path: list[Step], line: int
) -> None:
    assert in_toml(TOML, path) == line


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_of_toml_end_as_they_end_on_either_system(ends: str) -> None:
    assert in_toml(TOML.replace("\n", ends), ["people", "prepared", 1, "name"]) == 32


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing", "a = [", "{"])
def test_what_has_no_content_or_no_end_has_a_first_line(text: str) -> None:
    assert in_toml(text, ["b"]) == 1


YAML = textwrap.dedent(
    """\
    # words
    conclusion: >-
      practices:
        CRED-01: no
    practices:
      CRED-01: {cause: a, due: 1}
      CRED-02: &same
        cause: b
      CRED-03: *same
      7: {cause: c}
    list:
      - a
      - b: 1
        c: 2
    """
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["conclusion"], 2),
        (["practices"], 5),
        (["practices", "CRED-01", "due"], 6),
        (["practices", "CRED-02"], 7),
        (["practices", "CRED-02", "cause"], 8),
        (["practices", "CRED-02", "effect"], 7),
        (["practices", "CRED-03"], 9),
        (["practices", 7], 10),
        (["practices", None, "cause"], 5),
        (["list", 1, "c"], 14),
        (["list", 2], 11),
        ([], 2),
    ],
)
def test_the_line_of_a_place_in_yaml_is_that_of_the_nearest_thing_that_is_there(
    path: list[Step], line: int
) -> None:
    assert in_yaml(yaml.compose(YAML, Loader=yaml.SafeLoader), path) == line


def test_a_yaml_file_without_content_has_a_first_line() -> None:
    assert in_yaml(None, ["conclusion"]) == 1


@pytest.mark.parametrize(
    ("complaint", "path"),
    [
        ("Expected `str`, got `int` - at `$.client`", ["client"]),
        ("Expected `str`, got `int` - at `$.accounts[12].id`", ["accounts", 12, "id"]),
        ("Expected `date`, got `str` - at `$.practices[...].due`", ["practices", None, "due"]),
        ("Object contains unknown field `x-y`", ["x-y"]),
        ("Object contains unknown field `x` - at `$.report`", ["report", "x"]),
        ("Expected `str`, got `int` - at `key in $.practices`", ["practices"]),
        ("Object missing required field `id` - at `$[0]`", [0]),
        ("Expected `object`, got `array`", []),
    ],
)
def test_a_complaint_is_followed_to_its_place(complaint: str, path: list[Step]) -> None:
    assert steps(complaint) == path
