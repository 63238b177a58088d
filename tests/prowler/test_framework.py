"""The frameworks that Prowler loads are the catalogue, and safe for every user of Prowler."""

from __future__ import annotations

import json

import pytest

from gapfolio import resources
from gapfolio.catalogue import Catalogue, load
from gapfolio.prowler.framework import LEGACY, UNIVERSAL, files, legacy, universal


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def test_the_committed_files_are_fresh(catalogue: Catalogue) -> None:
    for path, text in files(catalogue).items():
        assert path.read_text(encoding="utf-8") == text, "python -m gapfolio.prowler.framework"


@pytest.mark.parametrize(("folder", "stem"), [("universal", UNIVERSAL), ("aws", LEGACY)])
def test_a_folder_holds_its_framework_and_no_other_json(folder: str, stem: str) -> None:
    found = sorted(resources.folder(f"mappings.prowler.{folder}").glob("*.json"))

    assert [path.stem for path in found] == [stem]
    assert json.loads(found[0].read_text(encoding="utf-8"))


def test_names_clash_with_no_framework_of_prowler() -> None:
    dispatched = ("cis_", "ens_", "c5_", "ccc_", "iso27001_", "kisa", "mitre_attack", "prowler_")

    assert not UNIVERSAL.startswith(dispatched)
    assert not LEGACY.startswith(dispatched)


def test_the_console_table_is_declared(catalogue: Catalogue) -> None:
    """Without it Prowler ends the default scan of every user with a KeyError."""
    assert universal(catalogue)["outputs"] == {"table_config": {"group_by": "Category"}}


def test_attributes_keep_to_their_declaration(catalogue: Catalogue) -> None:
    made = universal(catalogue)
    declared = {item["key"]: item.get("enum") for item in made["attributes_metadata"]}

    for requirement in made["requirements"]:
        assert requirement["attributes"].keys() == declared.keys()
        assert requirement["attributes"]["Category"] in declared["Category"]


def test_both_shapes_ask_for_the_same_checks(catalogue: Catalogue) -> None:
    new = {r["id"]: r["checks"].get("aws", []) for r in universal(catalogue)["requirements"]}
    old = {r["Id"]: r["Checks"] for r in legacy(catalogue)["Requirements"]}

    assert new == old
    assert sum(map(len, new.values())) == len(
        {check for checks in new.values() for check in checks}
    )


def test_practices_for_a_person_have_no_checks(catalogue: Catalogue) -> None:
    manual = {p.id for p in catalogue.practices() if p.evidence == "manual"}
    empty = {r["id"] for r in universal(catalogue)["requirements"] if not r["checks"]}

    assert manual <= empty


def test_checks_that_prowler_no_longer_has_are_left_out(catalogue: Catalogue) -> None:
    asked = {c for r in legacy(catalogue)["Requirements"] for c in r["Checks"]}
    gone = {check.id for check in catalogue.checks.values() if check.until}

    assert gone
    assert not asked & gone
