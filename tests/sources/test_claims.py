"""No element is of two formats."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from sourcekit import builtins

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import InputError
from gapfolio.sources.base import Element
from gapfolio.sources.elements import Elements
from gapfolio.sources.jsontext import decode
from gapfolio.sources.load import load
from gapfolio.sources.locations import Input
from samples import samples

DATA = Path(__file__).parents[1] / "data"
OWN = sorted(
    path for path in DATA.rglob("*") if path.suffix in (".json", ".jsonl", ".sarif", ".js")
)
CODE = {
    "cfn_nag": "cfn-nag-json",
    "checkov": "checkov-json",
    "kics": "kics-json",
    "sarif": "sarif",
    "terrascan": "terrascan-json",
    "tfsec": "tfsec-json",
    "trivy": "trivy-json",
}


def beginning(path: Path) -> list[Element]:
    """Give the first few hundred objects of a file."""
    with path.open("rb") as stream:
        found = [decode(data) for _, data in islice(Elements(stream), 300)]
    return [element for element in found if element is not None]


def claimants(element: Element) -> list[str]:
    """Name every source that claims an element."""
    return [
        source.name for source in builtins() if source.kind == "json" and source.claims(element)
    ]


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(DATA)))
def test_two_sources_never_claim_the_same_element(path: Path) -> None:
    for element in beginning(path):
        assert len(claimants(element)) <= 1


@pytest.mark.parametrize("scanner", CODE)
def test_every_fixture_of_a_code_scanner_is_claimed(scanner: str) -> None:
    for path in (DATA / scanner).iterdir():
        assert all(claimants(element) == [CODE[scanner]] for element in beginning(path))


def test_two_sources_never_claim_the_same_element_of_a_sample() -> None:
    found = samples()
    if not found:
        pytest.skip("no samples")
    doubtful = [
        (path.name, names)
        for path in found
        for element in beginning(path)
        if len(names := claimants(element)) > 1
    ]
    assert doubtful == []


STRANGERS = (
    "aqua", "azure_security_center", "cfn_lint", "cloudsplaining", "conftest", "kubebench",
    "kubescape", "ms_defender", "orca", "snyk_iac", "sysdig", "tenable_cs", "trivy_operator",
)  # fmt: skip


@pytest.mark.parametrize("folder", STRANGERS)
def test_what_no_source_claims_is_refused_by_name_and_never_guessed_at(
    folder: str, tmp_path: Path
) -> None:
    for path in samples(folder):
        told = ""
        with DuckDBEngine(tmp_path) as engine:
            try:
                (found,) = load(engine.connection, [Input(path.name, path)], builtins())
            except InputError as refused:
                told = str(refused)
        assert path.name in told if told else not found.findings  # an empty file of theirs
