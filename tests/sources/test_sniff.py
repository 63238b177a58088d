"""What a file is, by its first bytes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gapfolio.sources.locations import expand
from gapfolio.sources.sniff import sniff


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b'<?xml version="1.0"?><testsuites name="x">', "JUnit XML"),
        (b"<testsuite name='x'>", "JUnit XML"),
        (b'<?xml version="1.0"?><note/>', "an XML document"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"wOF2\0\1\0\0", "a font"),
        (b"\0\0\1\0\1\0", "an icon image"),
    ],
)
def test_what_is_no_scanner_output_is_named(head: bytes, words: str) -> None:
    found = sniff(head)

    assert found.shape == "refused"
    assert words in found.what


@pytest.mark.parametrize("head", [b'[{"a": 1}]', b"a;b;c\n1;2;3\n", b'{"testsuite": 1}'])
def test_what_may_be_scanner_output_is_read(head: bytes) -> None:
    assert sniff(head).shape == "text"


def test_of_a_scoutsuite_report_only_the_results_are_read(tmp_path: Path) -> None:
    scripts = ("var a = {};", 'exceptions =\n{"x": 1}', 'scoutsuite_errors =\n[{"error": 1}]')
    for number, text in enumerate(scripts):
        (tmp_path / f"{number}.js").write_text(text, encoding="utf-8")
    results = tmp_path / "scoutsuite_results_x.js"
    results.write_text('scoutsuite_results =\n{"provider_code": "aws"}', encoding="utf-8")

    found = expand([str(tmp_path)], io.BytesIO())

    assert [item.path for item in found.inputs] == [results]
    assert found.skipped["script"] == 3
