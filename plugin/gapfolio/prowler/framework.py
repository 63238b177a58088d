"""The catalogue as compliance frameworks that Prowler itself loads.

`python -m gapfolio.prowler.framework` writes both shapes into their folders: the universal JSON
(Prowler 5.30 and later: console table, CSV and OCSF by practice) and its legacy twin (ids inside
every finding). Prowler takes every `*.json` directly in such a folder and uses its stem as name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gapfolio import resources
from gapfolio.catalogue import VERSION, Catalogue, load
from gapfolio.model import Category, Practice

NAME = "Gapfolio-Best-Practices"
UNIVERSAL = "gapfolio_best_practices_1.0"
"""Name for `prowler aws --compliance`, and stem of the file; no built-in framework has it."""
LEGACY = "gapfolio_best_practices_1.0_aws"
_SCANNER = "prowler"
_TITLE = "AWS security best practices: credentials, network, detection, incident response"
_ABOUT = (
    "{} best practices for AWS accounts, as Gapfolio audits them. A practice that no scanner can "
    "see appears as MANUAL. Prowler's own percentages count findings; the score that counts "
    "unassessed practices is in Gapfolio's report."
)


def universal(catalogue: Catalogue) -> dict[str, Any]:
    """Give the universal framework: one requirement a practice, grouped by category."""
    titles = [category.title for category in catalogue.categories]
    return {
        "framework": NAME,
        "name": _TITLE,
        "version": _version(),
        "description": _about(catalogue),
        "attributes_metadata": [
            {"key": "Category", "type": "str", "required": True, "enum": titles},
            {"key": "Priority", "type": "str", "required": True},
            {"key": "Evidence", "type": "str", "required": True},
            {"key": "Section", "type": "str", "required": True},
        ],
        # without table_config Prowler ends its scan with a KeyError, for every user
        "outputs": {"table_config": {"group_by": "Category"}},
        "requirements": [
            {
                "id": practice.id,
                "name": practice.title,
                "description": practice.why,
                "attributes": {
                    "Category": category.title,
                    "Priority": practice.priority or "not scored",
                    "Evidence": practice.evidence,
                    "Section": practice.section,
                },
                "checks": {"aws": names} if (names := checks(practice, catalogue)) else {},
            }
            for category, practice in _practices(catalogue)
        ],
    }


def legacy(catalogue: Catalogue) -> dict[str, Any]:
    """Give the legacy twin with the generic attributes that Prowler keeps."""
    return {
        "Framework": NAME,
        "Name": _TITLE,
        "Version": _version(),
        "Provider": "AWS",
        "Description": _about(catalogue),
        "Requirements": [
            {
                "Id": practice.id,
                "Name": practice.title,
                "Description": practice.why,
                "Attributes": [
                    {
                        "ItemId": practice.id,
                        "Section": category.title,
                        "SubSection": practice.section,
                        "Service": "aws",
                        "Type": practice.evidence,
                    }
                ],
                "Checks": checks(practice, catalogue),
            }
            for category, practice in _practices(catalogue)
        ],
    }


def checks(practice: Practice, catalogue: Catalogue) -> list[str]:
    """Give the primary checks of a practice that Prowler still has."""
    known = catalogue.checks
    return [
        edge.check
        for criterion in practice.criteria
        for edge in criterion.checks.get(_SCANNER, [])
        if not known[_SCANNER, edge.check].until
    ]


def files(catalogue: Catalogue) -> dict[Path, str]:
    """Give the generated files: path to text."""
    folder = resources.folder("mappings.prowler")
    return {
        folder / "universal" / f"{UNIVERSAL}.json": _text(universal(catalogue)),
        folder / "aws" / f"{LEGACY}.json": _text(legacy(catalogue)),
    }


def _practices(catalogue: Catalogue) -> list[tuple[Category, Practice]]:
    return [(c, p) for c in catalogue.categories for p in c.practices]


def _about(catalogue: Catalogue) -> str:
    return _ABOUT.format(len(_practices(catalogue)))


def _version() -> str:
    return VERSION.rpartition(".")[0]


def _text(framework: dict[str, Any]) -> str:
    return json.dumps(framework, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in files(load()).items():
        path.write_text(text, encoding="utf-8")
