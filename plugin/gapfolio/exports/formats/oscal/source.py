"""What both documents are made of, and the parts that they have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from gapfolio.engine.base import Engine
from gapfolio.exports.formats.oscal.text import Texts, filled, moment, reference
from gapfolio.exports.ids import stable
from gapfolio.exports.records.gaps import gaps
from gapfolio.exports.records.verdicts import judged_at
from gapfolio.model import Assessment, AttestationResult, ProofResult, WaiverResult, named_part

OSCAL = "1.2.1"
"""Version of the models."""
_CODE = "Infrastructure code"
_NOT_SAID = {"state": "other", "remarks": "Whether it is in operation was not assessed."}


@dataclass(frozen=True)
class Source:
    """An assessment with its tables, and how its texts are written."""

    assessment: Assessment
    engine: Engine
    texts: Texts = field(default_factory=Texts)

    def uid(self, *key: str) -> str:
        """Give the UUID of something, the same in every period."""
        return stable(self.assessment.client, "oscal", *key)

    @cached_property
    def gaps(self) -> list[Mapping[str, Any]]:
        """Give every gap that is open, or was until the previous pack, sorted by key."""
        return list(gaps(self.assessment, self.engine))

    @cached_property
    def judged(self) -> datetime:
        """Give the moment that everything is said of."""
        return judged_at(self.assessment)

    @cached_property
    def waivers(self) -> Mapping[str, WaiverResult]:
        """Give the waivers by id."""
        return {waiver.id: waiver for waiver in self.assessment.exceptions.waivers}

    @cached_property
    def deciding(self) -> Mapping[tuple[str, str], AttestationResult]:
        """Give the attestation that decides for a practice in an account."""
        return {
            (entry.practice, account): entry
            for entry in self.assessment.attestations
            for account in entry.counts_in
        }

    @cached_property
    def files(self) -> frozenset[tuple[str, str]]:
        """Give the files in which something was found, with their hashes."""
        read = (entry for entry in self.assessment.inputs if entry.findings)
        return frozenset((entry.name, entry.sha256) for entry in read)

    @property
    def edition(self) -> tuple[str, str]:
        """Give what tells this period's documents from those of others: period and part."""
        return self.assessment.period.name, named_part(self.assessment.part)


# --- metadata --------------------------------------------------------------------------------


def metadata(source: Source, kind: str) -> dict[str, object]:
    """Give the metadata of a document; its people are those that the assessment names."""
    assessment, texts = source.assessment, source.texts
    client = assessment.client.strip() and source.uid("client")
    attesters = sorted({entry.by for entry in assessment.attestations})
    return filled(
        title=texts.line(f"{assessment.title}: {kind}"),
        last_modified=moment(source.judged),
        version=texts.value(
            assessment.period.name + "-draft" * (assessment.status == "draft"), "version"
        ),
        oscal_version=OSCAL,
        props=texts.props(
            gapfolio_version=assessment.versions.get("gapfolio"),
            catalogue_version=assessment.versions.get("catalogue"),
            period_start=assessment.period.start,
            period_end=assessment.period.end,
            status=assessment.status,
            part=assessment.part,
            pseudonyms=assessment.redacted,
        ),
        roles=[
            *([{"id": "prepared-for", "title": "Prepared for"}] if client else []),
            *([{"id": "attester", "title": "Attester"}] if attesters else []),
        ],
        parties=[
            *([_party(source, "organization", assessment.client, client)] if client else []),
            *(_party(source, "person", by, source.uid("attester", by)) for by in attesters),
        ],
        responsible_parties=[{"role-id": "prepared-for", "party-uuids": [client]}]
        if client
        else [],
        remarks="A point-in-time, automated review, not a certification.",
    )


def _party(source: Source, kind: str, name: str, uid: str) -> dict[str, object]:
    return filled(uuid=uid, type=kind, name=source.texts.value(name, "names"))


# --- accounts, resources and tools ------------------------------------------------------------


def accounts(source: Source) -> Iterator[dict[str, object]]:
    """Define every account that has a cell as a component."""
    known = {account.id: account for account in source.assessment.accounts}
    texts = source.texts
    for row in source.engine.rows("SELECT DISTINCT account FROM cells ORDER BY account"):
        account = known.get(row["account"])
        name = (account.name if account else "") or row["account"] or _CODE
        yield filled(
            uuid=source.uid("account", row["account"]),
            type="system" if row["account"] else "software",
            title=texts.line(name),
            description=texts.prose(f"AWS account {row['account']}" if row["account"] else _CODE),
            props=texts.props(
                account_id=row["account"],
                owner=account.owner if account else "",
                environment=account.environment if account else "",
            ),
            status=_NOT_SAID,
        )


def resource(source: Source, account: str, name: str) -> dict[str, object]:
    """Define a resource as an item of the inventory."""
    texts = source.texts
    return filled(
        uuid=source.uid("resource", account, name),
        description=texts.prose(f"Resource in {account or _CODE.lower()}"),
        props=[
            {"name": "asset-id", "value": texts.value(name, "resources") or "–"},
            *texts.props(account_id=account),
        ],
        implemented_components=[{"component-uuid": source.uid("account", account)}],
    )


def assets(source: Source) -> dict[str, object]:
    """Define the tools: every scanner with its versions, and what put their findings together.

    What was closed may have been found by a scanner that is not in use any more.
    """
    texts, versions = source.texts, source.assessment.versions
    said: dict[str, list[str]] = {}
    for row in source.engine.rows(
        "SELECT scanner, scanner_version FROM findings_sorted "
        "UNION SELECT scanner, '' FROM closed ORDER BY 1, 2"
    ):
        said.setdefault(row["scanner"], []).append(row["scanner_version"])
    tools = [
        filled(
            uuid=source.uid("scanner", name),
            type="software",
            title=texts.line(name),
            description=texts.prose(f"Scanner {name}"),
            props=[
                {"name": "version", "value": value} for value in map(texts.value, numbers) if value
            ],
            status={"state": "operational"},
        )
        for name, numbers in said.items()
    ]
    platform = filled(
        uuid=source.uid("platform"),
        title="Gapfolio",
        props=texts.props(version=versions.get("gapfolio"), score=versions.get("score")),
        uses_components=[{"component-uuid": tool["uuid"]} for tool in tools],
    )
    return filled(components=tools, assessment_platforms=[platform])


def origin(
    source: Source, scanners: list[str], attested: AttestationResult | None = None
) -> list[dict[str, object]]:
    """Say who says so: the person who attests it, else the scanners, else the platform."""
    actors = [{"type": "tool", "actor-uuid": source.uid("scanner", name)} for name in scanners]
    if attested:
        actors = [{"type": "party", "actor-uuid": source.uid("attester", attested.by)}]
    platform = {"type": "assessment-platform", "actor-uuid": source.uid("platform")}
    return [{"actors": actors or [platform]}]


# --- back matter -----------------------------------------------------------------------------


def plan_reference(source: Source) -> str:
    """Give the reference to what stands for an assessment plan."""
    return f"#{source.uid('plan', *source.edition)}"


def back_matter(source: Source) -> Iterator[dict[str, object]]:
    """Give what stands for a plan, then the files that were read and those that people gave."""
    assessment, texts = source.assessment, source.texts
    yield {
        "uuid": plan_reference(source)[1:],
        "title": "Scope and criteria of the assessment",
        "description": texts.prose(
            "There is no assessment plan in OSCAL. What was to be assessed are the practices of "
            f"the Gapfolio catalogue, version {assessment.versions.get('catalogue', '')}, in the "
            f"accounts in scope, from {assessment.period.start} to {assessment.period.end}. The "
            "targets of the findings are the criteria of these practices."
        ),
    }
    for name, sha256 in sorted(source.files):
        yield _file(source, name, sha256, "tool-output")
    proofs = {
        (proof.name, proof.sha256): proof
        for entry in assessment.attestations
        for proof in entry.evidence
    }
    for _, proof in sorted(proofs.items()):
        yield _file(source, proof.name, proof.sha256, "evidence")


def file_reference(source: Source, name: str, sha256: str) -> str | None:
    """Give the reference to a file that was read; None if the assessment does not list it."""
    listed = (name, sha256) in source.files
    return f"#{source.uid('file', 'tool-output', name, sha256)}" if listed else None


def proof_reference(source: Source, proof: ProofResult) -> str:
    """Give the reference to what an attestation rests on."""
    return f"#{source.uid('file', 'evidence', proof.name, proof.sha256)}"


def _file(source: Source, name: str, sha256: str, kind: str) -> dict[str, object]:
    hashes = [{"algorithm": "SHA-256", "value": sha256}] if sha256 else []
    return {
        "uuid": source.uid("file", kind, name, sha256),
        "title": source.texts.line(name, "names of files"),
        "props": [{"name": "type", "value": kind}],
        "rlinks": [
            filled(href=reference(source.texts.value(name, "names of files")), hashes=hashes)
        ],
    }
