"""Text that is out for trouble, for tests that put it everywhere a stranger can write."""

from __future__ import annotations

import re

from hypothesis import strategies as st

SIGNS = "\\`*_[](){}#|~!$^=<>&@:.-+\"'/;,%?"
ODD = "\0\x07\x1b\x85\u2028\u202e\u2066\u200b\ufeff\uffff\r\n\t "
OBEYED = re.compile(
    r"\\u00[01][0-9a-f]|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\uffff]"
)
"""What a terminal or a viewer would obey, as JSON and as XML have it."""
WORDS = (
    "[x](https://evil.example)",
    "<img src=x onerror=alert(1)>",
    "<https://evil.example>",
    "https://evil.example/?a=1",
    "www.evil.example",
    "mail@evil.example",
    "@everyone",
    "@acme/security",
    "fixes #12",
    "acme/repo#12",
    "GH-12",
    "!12",
    "| a | b |",
    "\n## Heading",
    "\n- item",
    "\n---\n",
    "```\ncode",
    "$x$",
    "]]></failure><testcase/>",
    "{0}",
    "a\\",
    "=cmd|' /C calc'!A0",
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.text(st.sampled_from(SIGNS + ODD), max_size=8),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.just("long " * 400),
    ),
    max_size=6,
).map("".join)
