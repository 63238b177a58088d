"""Data travel with the package and are found through their own package."""

from __future__ import annotations

import pytest

from gapfolio import resources


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("mappings", "credentials.yaml"),
        ("mappings.checks", "prowler.csv"),
        ("assess.queries", "cells.sql"),
        ("demo", "scans/2026-Q3/staging/prowler/scan.ocsf.json.gz"),
        ("report_templates.fonts", "OFL-Inter.txt"),
        ("report_templates.starter", "gapfolio.toml"),
    ],
)
def test_a_data_package_is_a_directory_with_its_files(package: str, name: str) -> None:
    assert (resources.folder(package) / name).is_file()


def test_a_text_is_read_as_utf_8() -> None:
    assert "criterion × account" in resources.text("assess.queries", "judged.sql")


def test_a_package_that_does_not_exist_is_a_defect() -> None:
    with pytest.raises(ModuleNotFoundError):
        resources.folder("nothing")
