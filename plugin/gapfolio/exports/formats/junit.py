"""JUnit XML for pipelines: a suite for each category, a test for each practice and account.

What is not assessed is skipped with a message that says so, and never passes. An accepted risk
stays a failure, and its message says who accepted it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from gapfolio.engine.base import Engine
from gapfolio.exports.base import Exported
from gapfolio.exports.records import verdicts
from gapfolio.exports.records.verdicts import Verdict
from gapfolio.exports.texts import line, lines
from gapfolio.model import Assessment

FILE = "junit.xml"
_SUITES = ("testsuites", "testsuite")
_SKIPPED = ("unknown", "absent")


class JunitExporter:
    """Writes all suites into one file."""

    name = "junit"
    title = "JUnit XML for pipelines, a test a practice and account"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the file."""
        path = directory / FILE
        found = list(verdicts.verdicts(assessment, engine))
        with path.open("w", encoding="utf-8", newline="\n") as file:
            xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
            xml.startDocument()
            name = f"Gapfolio: {assessment.client}, {assessment.period.name}"
            _start(xml, "testsuites", {"name": name, **_counted(found)})
            for category, group in groupby(found, lambda verdict: verdict.practice.category):
                _suite(xml, assessment, category, list(group))
            _end(xml, "testsuites")
            xml.endDocument()
        return Exported([path])


def _suite(
    xml: XMLGenerator, assessment: Assessment, category: str, found: Sequence[Verdict]
) -> None:
    title = next((c.title for c in assessment.categories if c.id == category), category)
    moment = f"{verdicts.judged_at(assessment):%Y-%m-%dT%H:%M:%S}"
    _start(xml, "testsuite", {"name": title, **_counted(found), "timestamp": moment})
    for verdict in found:
        _case(xml, assessment, verdict)
    _end(xml, "testsuite")


def _case(xml: XMLGenerator, assessment: Assessment, verdict: Verdict) -> None:
    practice = verdict.practice
    name = f"{practice.title} ({verdict.place})"
    _start(xml, "testcase", {"classname": practice.id, "name": name, "time": "0"})
    said = verdicts.sentence(verdict)
    if verdict.state == "fail":
        accepted = verdicts.acceptance(assessment, verdict.waivers)
        told = [said, f"Accepted: {accepted}" if accepted else "", practice.effect]
        advice = [*told, *practice.recommendation]
        _start(xml, "failure", {"message": said, "type": practice.priority or "unscored"})
        xml.characters(lines("\n".join(text for text in advice if text)))
        _end(xml, "failure")
    elif verdict.state in _SKIPPED:
        _start(xml, "skipped", {"message": said})
        _end(xml, "skipped")
    _end(xml, "testcase")


def _counted(found: Sequence[Verdict]) -> Mapping[str, str]:
    states = [verdict.state for verdict in found]
    return {
        "tests": str(len(states)),
        "failures": str(states.count("fail")),
        "errors": "0",
        "skipped": str(sum(state in _SKIPPED for state in states)),
        "time": "0",
    }


def _start(xml: XMLGenerator, name: str, attributes: Mapping[str, str]) -> None:
    xml.startElement(name, AttributesImpl({key: line(text) for key, text in attributes.items()}))
    if name in _SUITES:
        xml.ignorableWhitespace("\n")


def _end(xml: XMLGenerator, name: str) -> None:
    xml.endElement(name)
    xml.ignorableWhitespace("\n")
