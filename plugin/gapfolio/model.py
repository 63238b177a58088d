"""The words of the trade as frozen types; knows nothing of files, SQL or plugins.

Three groups: what a scanner said (`Finding`, `RunRecord`), what the catalogue asks
(`Practice`, `Criterion`, `Check`), and what follows (`Assessment`, the only thing that the report
and the exports see beside a handle on the findings table).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

import msgspec

Status = Literal["pass", "fail", "manual", "not_applicable", "error", "event"]
"""What a scanner said of one resource. `event` is a threat record without a control verdict."""

Severity = Literal["critical", "high", "medium", "low", "informational", "unknown"]
State = Literal["pass", "fail", "unknown", "absent"]
"""The state of a cell (criterion × account)."""

Priority = Literal["critical", "high", "medium", "low"]
Evidence = Literal["automated", "manual", "both"]
Basis = Literal["said", "reading", "today"]
Scope = Literal["account", "resource"]
Review = Literal["reviewed", "derived"]
Proves = Literal["both", "fail"]
ServiceModel = Literal["infrastructure", "container", "abstracted"]

WEIGHTS: dict[str, int] = {"critical": 10, "high": 6, "medium": 3, "low": 1}
"""Score weight of a practice by its priority (score v1)."""


AccountId = Annotated[str, msgspec.Meta(pattern="^[0-9]{12}$")]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every record that is read from or written to a file: unknown keys are errors."""


class Reason(StrEnum):
    """Why a cell is in its state; the value is the sentence fragment that the report prints."""

    OPEN_FAIL = "an open failing finding"
    EVALUATED = "evaluated, nothing fails"
    ERROR = "the scanner could not decide"
    DAMAGED = "a file it rests on could not be read to its end"
    CALLS_FAILED = "calls of the service failed during the run"
    REGION_MISSING = "an in-scope Region was not assessed"
    STALE = "the evidence is older than the period or later than its grace days"
    MANUAL = "the scanner leaves it to a person"
    UNUSED_SKIPPED = "the scanner left out what it takes for unused"
    WEAK = "the check can fail here, but its pass proves too little"
    NOTHING_TO_ASSESS = "the check ran and found no such resource"
    UNSEEN = "nothing says that anybody looked"
    NO_CHECK = "no scanner in use looks at this"
    NOT_ATTESTED = "no attestation on file"
    ATTESTED = "attested"
    ATTESTED_GAP = "attested as a gap"
    ATTESTATION_EXPIRED = "the attestation has expired"
    ATTESTATION_NOT_YET = "the attestation is not yet valid"
    ATTESTATION_VOID = "the evidence of the attestation is missing or was changed"
    DECLARED = "declared not applicable"


# --- what a scanner said ---------------------------------------------------------------------


class Finding(Record, frozen=True, kw_only=True):
    """One finding as a record source yields it; the fields are the columns of the raw table."""

    check: str
    account: str
    status: Status
    resource: str
    """ARN where there is one, else the scanner's own id of the resource."""
    scanner: str = ""
    scanner_version: str = ""
    provider: str = "aws"
    account_name: str = ""
    region: str = ""
    resource_name: str = ""
    resource_type: str = ""
    service: str = ""
    muted: bool = False
    severity: Severity = "unknown"
    title: str = ""
    detail: str = ""
    tags: list[str] = msgspec.field(default_factory=list)
    frameworks: str = ""
    """Ids of other frameworks as the scanner gave them: JSON object, framework to list of ids."""
    observed_at: datetime | None = None
    """UTC; None when the scanner wrote a local time without a zone."""
    local_time: datetime | None = None
    """The scanner's own clock, naive; also identifies the run where no run id is given."""
    finding_uid: str = ""


class RunError(Record, frozen=True, kw_only=True):
    """API calls of one service that failed during a run, in one Region ("" = not said)."""

    service: str
    region: str = ""
    count: int = 1
    message: str = ""


class RunOutput(Record, frozen=True, kw_only=True):
    """A file that a run wrote, with its SHA-256 (hex) at the time."""

    path: str
    sha256: str
    bytes: int


class RunRecord(Record, frozen=True, kw_only=True):
    """`run.json`: what a scanner run looked at, so that silence can be told from not looking."""

    schema: Literal["gapfolio.run/1"] = "gapfolio.run/1"
    scanner: str
    version: str = ""
    account: str
    """Account id; `*` in a declaration stands for every account with findings."""
    regions: list[str] = msgspec.field(default_factory=list)
    arguments: list[str] = msgspec.field(default_factory=list)
    checks: list[str] | Literal["all"]
    """Checks that were executed; `all` (declarations only) = the scanner's default selection."""
    errors: list[RunError] | None
    """None: errors were not recorded, so silence proves nothing."""
    started: datetime | None = None
    ended: datetime | None = None
    exit_code: int | None = None
    outputs: list[RunOutput] = msgspec.field(default_factory=list)
    declared: bool = False
    """True for `--executed`: the auditor's word, without hashes."""
    partial: str = ""
    """Options by which the run left findings out of its outputs: silence then proves nothing."""


# --- what the catalogue asks -----------------------------------------------------------------


class Check(Record, frozen=True, kw_only=True):
    """A scanner's check as the scanner publishes it (`mappings/checks/*.csv`)."""

    scanner: str
    id: str
    service: str
    title: str
    severity: Severity = "unknown"
    since: str = ""
    """First scanner version that has it; "" = not known."""
    until: str = ""
    """Last scanner version that has it; "" = still there."""
    opt_in: bool = False
    """True: a default run of the scanner does not execute it."""
    skips_unused: bool = False
    """True: it says nothing of what the scanner takes for unused, unless it is told to."""


class Edge(Record, frozen=True, kw_only=True):
    """An edge says: this check is evidence for this criterion. Each check has one such edge."""

    check: str
    review: Review
    proves: Proves = "both"
    """`fail`: a fail shows that the criterion does not hold, a pass shows nothing."""
    since: str = ""
    until: str = ""
    why: str = ""


class Criterion(Record, frozen=True, kw_only=True):
    """One thing that must hold inside a practice; it makes one cell per account."""

    id: str
    statement: str
    scope: Scope
    basis: Basis
    checks: dict[str, list[Edge]] = msgspec.field(default_factory=dict)
    """Scanner name to its edges; code scanners' are shown as found before deployment."""
    takes: Literal["", "events", "code"] = ""
    """`events`: every threat record belongs here; `code`: every finding on infrastructure code."""


class Step(Record, frozen=True, kw_only=True):
    """One step of a recommendation; `how` says where, `code` is a command or template."""

    do: str
    how: Literal["", "console", "cli", "cloudformation"] = ""
    code: str = ""


class Practice(Record, frozen=True, kw_only=True):
    """One best practice of the article."""

    id: str
    title: str
    why: str
    section: str
    """Heading in the article under which it stands."""
    evidence: Evidence
    basis: Basis
    basis_note: str = ""
    priority: Priority | None
    """None only for foundation practices, which are reported and never scored."""
    priority_reason: str = ""
    credential_types: list[str] = msgspec.field(default_factory=list)
    network_layer: str = ""
    nist_800_53: list[str]
    attest: str = ""
    """What a person must state (M and A+M practices)."""
    superseded: str = ""
    """How AWS has moved on since the article's date."""
    notes: list[str] = msgspec.field(default_factory=list)
    cause: str = ""
    """Usual cause of a gap; a hint for the auditor, printed as such."""
    effect: str
    """What a gap exposes the client to."""
    recommendation: list[Step]
    criteria: list[Criterion] = msgspec.field(default_factory=list)
    supporting: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """Scanner name to checks that help a reader here; primary elsewhere, so shown, not scored."""

    @property
    def category(self) -> str:
        """Category prefix of the id: `CRED`, `NET`, `DET`, `IR` or `FND`."""
        return self.id.partition("-")[0]


class Category(Record, frozen=True, kw_only=True):
    """A mapping file: one category of the catalogue."""

    id: str
    title: str
    intro: str
    source: str
    source_date: date
    practices: list[Practice]


# --- what follows ----------------------------------------------------------------------------


class Counts(Record, frozen=True, kw_only=True):
    """Cells by state; `absent` cells are out of all sums."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    absent: int = 0

    @property
    def known(self) -> int:
        """Cells with a verdict."""
        return self.passed + self.failed

    @property
    def total(self) -> int:
        """Cells that count."""
        return self.known + self.unknown

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            passed=self.passed + other.passed,
            failed=self.failed + other.failed,
            unknown=self.unknown + other.unknown,
            absent=self.absent + other.absent,
        )


class Score(Record, frozen=True, kw_only=True):
    """An interval with its coverage, each 0–100 and exact; None when nothing was assessed.

    `assured` takes every unknown cell as failed, `possible` as passed; the truth lies between.
    """

    assured: Fraction | None
    possible: Fraction | None
    coverage: Fraction
    weight: int
    """Sum of the weights that count."""
    cells: Counts


class Affected(Record, frozen=True, kw_only=True):
    """A failing resource as the report lists it."""

    key: str
    check: str
    account: str
    region: str
    resource: str
    detail: str
    severity: str
    muted: bool
    input: str
    row: int


class CriterionResult(Record, frozen=True, kw_only=True):
    """A criterion with its cells over all accounts in scope."""

    id: str
    statement: str
    scope: Scope
    basis: Basis
    checks: list[str]
    """Primary checks of the scanners in use, as `scanner:check`."""
    derived: list[str] = msgspec.field(default_factory=list)
    """Those of the checks whose place was taken over from another scanner's and not read again."""
    expected: bool
    """False: no scanner in use has a primary check for it, so it makes no cell."""
    cells: Counts
    reasons: dict[str, int]
    """Reason of each unknown or absent cell, with its number of cells."""
    findings: dict[str, int]
    """Findings by status, plus `muted_fail` (part of `fail`)."""
    accounts_failing: list[str]


class PracticeResult(Record, frozen=True, kw_only=True):
    """A practice with its value and everything the report says about it."""

    id: str
    category: str
    title: str
    priority: Priority | None
    weight: int
    evidence: Evidence
    state: Literal["pass", "fail", "unknown", "partly", "absent", "unscored"]
    """Worst news first: any failing cell `fail`; else known and unknown cells `partly`."""
    assured: Fraction | None
    """g with unknown taken as failed, 0–1; None when out of all sums."""
    possible: Fraction | None
    coverage: Fraction | None
    cells: Counts
    automated_cells: Counts
    attestation: Counts
    attestation_reasons: dict[str, int] = msgspec.field(default_factory=dict)
    """Reason of each attestation cell that is unknown or absent, with its number of cells."""
    no_check: int
    """Cells of a practice that no scanner in use looks at: unknown, and in no criterion."""
    criteria: list[CriterionResult]
    findings: dict[str, int]
    severities: dict[str, int]
    """Open failing findings by the scanner's severity (shown, never scored)."""
    accounts_failing: list[str]
    affected: list[Affected]
    """The first few failing resources, sorted; `affected_total` counts all."""
    affected_total: int
    why: str = ""
    """What the practice is for, from the catalogue; so are the next three."""
    effect: str = ""
    recommendation: list[str] = msgspec.field(default_factory=list)
    nist_800_53: list[str] = msgspec.field(default_factory=list)
    """Controls of NIST SP 800-53 Rev. 5."""
    before_deployment: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    """Findings on infrastructure code that concern this practice: scanner to status to number.
    Shown beside it, never scored here (the cell for code is in the practice that takes it)."""


class AccountResult(Record, frozen=True, kw_only=True):
    """An account in scope with its own score, and by category."""

    id: str
    name: str
    owner: str
    environment: str
    findings: int
    regions: list[str]
    score: Score
    categories: dict[str, Score]


class CategoryResult(Record, frozen=True, kw_only=True):
    """A category with its score, overall and for the automated part."""

    id: str
    title: str
    all: Score
    automated: Score
    practices: dict[str, int]
    """Number of its practices by state."""
    severities: dict[str, int]


class InputResult(Record, frozen=True, kw_only=True):
    """A file that was given, what was read from it and what was not."""

    name: str
    sha256: str
    bytes: int
    source: str
    """Format names, joined with `, `; "" when nothing claimed it."""
    elements: int
    findings: int
    skipped: dict[str, int]
    """Elements left out, by reason (another provider, unreadable, not claimed, …)."""
    problem: str = ""
    """Why the file, or its tail, could not be read; "" when all was well."""
    modified: datetime | None = None
    """Where findings in it have no time of their own: when the file was last changed (UTC), which
    dates them."""


class RunResult(Record, frozen=True, kw_only=True):
    """A run record or declaration as it was used."""

    scanner: str
    version: str
    account: str
    regions: list[str]
    arguments: list[str] = msgspec.field(default_factory=list)
    checks: int
    errors: dict[str, dict[str, int]] | None
    """Calls that failed: service to Region ("" = not said) to number; None = not recorded."""
    started: datetime | None
    ended: datetime | None
    exit_code: int | None
    declared: bool
    partial: str
    void: str
    """Why the record proves nothing (hash mismatch, …); "" when it stands."""
    origin: str


class ScanResult(Record, frozen=True, kw_only=True):
    """A scan as seen in the findings themselves."""

    scanner: str
    version: str
    account: str
    observed_at: datetime
    naive: bool
    regions: list[str]
    checks: int
    findings: int
    superseded: int
    stale: bool


class Unmapped(Record, frozen=True, kw_only=True):
    """Findings of a check that the catalogue puts beside no practice."""

    scanner: str
    check: str
    title: str
    reason: str
    """Out-of-scope reason; "" for a check that the catalogue does not know."""
    findings: dict[str, int]
    scored_as_code: bool = False
    """A check of infrastructure code: it counts in the criterion that takes all of them."""


class Verdict(Record, frozen=True, kw_only=True):
    """What one check says of what scanners disagree on, with one finding of it as an example."""

    check: str
    """As `scanner:check`."""
    findings: int
    """Its findings on the matter."""
    region: str
    resource: str
    """As this scanner writes it."""
    detail: str
    """The scanner's own words, shortened."""
    input: str
    row: int


class Conflict(Record, frozen=True, kw_only=True):
    """Scanners that disagree on one thing within a criterion; the cell fails."""

    criterion: str
    account: str
    matter: str
    """What they disagree on: the last part of the resource's ARN or id, in lower case; "" = the
    account itself."""
    passed_by: list[Verdict]
    failed_by: list[Verdict]


class Scored(Record, frozen=True, kw_only=True):
    """The two scores of the headline, and the second line."""

    policy: str
    version: int
    all: Score
    automated: Score
    accepted: Score | None = None
    """With accepted risk (valid waivers taken as passed); None when there are no waivers."""
    if_executed: Score | None = None
    """What `all` would be if the plain scans were full ones (see `--executed`)."""


class Period(Record, frozen=True, kw_only=True):
    """The period under audit; evidence counts from `start` to `end` plus `grace_days`."""

    name: str
    start: date
    end: date
    grace_days: int
    timezone: str


class PeriodScores(Record, frozen=True, kw_only=True):
    """One period of the trend."""

    period: str
    end: date
    all: Score
    automated: Score
    categories: dict[str, Score]
    policy: str
    """Name and version of the score policy; scores of different ones do not compare."""
    catalogue: str
    """Version of the catalogue."""
    accounts: int


class PracticeChange(Record, frozen=True, kw_only=True):
    """A practice in the previous period and in this one."""

    id: str
    before: tuple[Fraction | None, Fraction | None, Fraction | None]
    """Assured, possible (0–1) and coverage in the previous period; None when out of all sums."""
    now: tuple[Fraction | None, Fraction | None, Fraction | None]
    opened: dict[str, int]
    """Open findings that were not open before, by cause."""
    closed: dict[str, int]
    """Findings that were open before and are not now, by cause."""
    still_open: int
    accepted: dict[str, int] = msgspec.field(default_factory=dict)
    """Of those still open, where a waiver came or went, by cause."""
    caution: str = ""
    """Why a better value is no better practice (less was assessed); "" if it is."""


class Moved(Record, frozen=True, kw_only=True):
    """A finding that was opened or closed, as the report lists it."""

    key: str
    practice: str
    check: str
    account: str
    region: str
    resource: str
    cause: str
    move: Literal["opened", "closed", "accepted"]
    """`accepted`: still open, and a waiver came or went."""


class Change(Record, frozen=True, kw_only=True):
    """What became of the previous period."""

    since: str
    """Name of the previous period."""
    pack: str
    """Where its evidence pack lies, as it was named."""
    sha256: str
    """Of that pack's manifest."""
    trend: list[PeriodScores]
    """Up to eight periods, the oldest first, this one last."""
    practices: list[PracticeChange]
    opened: dict[str, int]
    """All findings that were opened, by cause; a finding of several practices counts once."""
    closed: dict[str, int]
    still_open: int
    accepted: dict[str, int]
    """Of those still open, where a waiver came or went, by cause; the score does not follow."""
    moved: list[Moved]
    """The first few of each practice and cause."""
    remarks: list[str]
    """Why the two periods do not compare in full (another catalogue, other accounts, …)."""


class WaiverResult(Record, frozen=True, kw_only=True):
    """A waiver, judged on the last day of the period."""

    id: str
    selects: dict[str, list[str]]
    """Selector to the values of which one must match; all selectors must."""
    reason: str
    owner: str
    approver: str
    ticket: str
    granted: date
    expires: date
    state: Literal["valid", "expired", "not yet valid"]
    days_left: int
    """From the last day of the period to the last of the waiver; negative when it has expired."""
    findings: int
    """Open failing findings that its selectors match, whatever its state."""
    practices: list[str]
    accounts: list[str]
    overlaps: list[str]
    """Other valid waivers that cover some of the same findings."""


class Muted(Record, frozen=True, kw_only=True):
    """Failing findings that somebody muted in the scanner: no owner and no end on record."""

    scanner: str
    check: str
    account: str
    practice: str
    """Practice that they concern; "" for checks that the catalogue does not place."""
    findings: int
    waived: int
    """Those of them that a valid waiver covers as well."""


class Exceptions(Record, frozen=True, kw_only=True):
    """Accepted risks: those on record here, and what scanners were told to keep quiet of."""

    longest_days: int
    """Days that a waiver may last at most."""
    waivers: list[WaiverResult]
    muted: list[Muted]


class ProofResult(Record, frozen=True, kw_only=True):
    """What an attestation rests on, as it was found."""

    name: str
    """File, relative to the engagement, or link."""
    sha256: str
    """Of the file as it was attested; "" for a link."""
    state: Literal["found", "missing", "changed", "link"]


class AttestationResult(Record, frozen=True, kw_only=True):
    """An attestation, judged on the last day of the period."""

    practice: str
    result: Literal["pass", "fail"]
    accounts: list[str]
    """Accounts in scope that it speaks of."""
    statement: str
    evidence: list[ProofResult]
    by: str
    valid_from: date
    valid_until: date
    state: Literal["valid", "expired", "not yet valid", "void"]
    """`void`: its evidence is missing or was changed."""
    counts_in: list[str]
    """Accounts in which it decides; where a later one speaks of the same, that one does."""


class NotApplicableResult(Record, frozen=True, kw_only=True):
    """A declaration that something does not apply, judged on the last day of the period."""

    practice: str
    criterion: str
    """"" = the whole practice."""
    accounts: list[str]
    reason: str
    by: str
    declared: date
    expires: date
    state: Literal["valid", "expired", "not yet valid"]
    cells: int
    """Cells that left the sums by it."""
    refused: list[str]
    """Accounts in which it is refused, because something fails there."""


class RemediationItem(Record, frozen=True, kw_only=True):
    """What fails of a practice in an account, with who mends it and by when."""

    practice: str
    priority: Priority
    account: str
    """"" for infrastructure code."""
    findings: int
    """Open failing findings; 0 where only a person attested the gap."""
    attested: bool = False
    """A person attested that there is a gap."""
    accepted: int
    """Those of them that a valid waiver covers; they are not due while it lasts."""
    owner: str
    """"" = nobody is named."""
    open_since: date | None
    """Since when the oldest finding that is not accepted has been open; None if all are."""
    due: date | None
    overdue: int
    """Days past the due date on the last day of the period; 0 = not overdue."""


class Assessment(Record, frozen=True, kw_only=True):
    """Everything that a report or an export may say."""

    schema: Literal["gapfolio.assessment/1"] = "gapfolio.assessment/1"
    versions: dict[str, str]
    """`gapfolio`, `catalogue`, `findings_schema`, `score`."""
    client: str
    title: str
    status: Literal["draft", "final"]
    period: Period
    accounts: list[AccountResult]
    accounts_out_of_scope: dict[str, int]
    """Account id to its number of findings left out."""
    regions: list[str]
    """Regions in scope; empty = not declared."""
    scores: Scored
    categories: list[CategoryResult]
    practices: list[PracticeResult]
    inputs: list[InputResult]
    runs: list[RunResult]
    scans: list[ScanResult]
    counts: dict[str, int]
    """`findings`, `current`, `duplicates`, `superseded`, `stale`, `out_of_scope`, `unmapped`, …"""
    service_models: dict[str, dict[str, int]]
    """Shared-responsibility model to findings by status."""
    unmapped: list[Unmapped]
    conflicts: list[Conflict]
    blanks: list[str]
    """What a person still has to fill."""
    notices: list[str]
    """What the reader must know: truncated inputs, naive times, void records, …"""
    change: Change | None = None
    """None: there is no earlier evidence pack to compare with."""
    exceptions: Exceptions
    attestations: list[AttestationResult]
    not_applicable: list[NotApplicableResult]
    remediation: list[RemediationItem] = msgspec.field(default_factory=list)
    """Overdue first, then by due date and priority."""
    part: str = ""
    """What part of the accounts in scope the report is on, in words; "" = all of them."""
    accounts_missing: dict[str, str] = msgspec.field(default_factory=dict)
    """Accounts of the organization that are not in scope, id to name."""
    redacted: list[str] = msgspec.field(default_factory=list)
    """What is written as pseudonyms: `accounts`, `arns`, `tags`."""


def named_part(part: str) -> str:
    """Give what names a part, of its words: it stays the same when accounts join the scope.

    >>> named_part("2 of 3 accounts in scope (environment=production)")
    'environment=production'
    """
    return part.partition(" (")[2].removesuffix(")")
