"""The shipped catalogue keeps its contract, and faults of a mapping file are named."""

from __future__ import annotations

import csv
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gapfolio.catalogue import Catalogue, load
from gapfolio.catalogue.coverage import matrix
from gapfolio.errors import CatalogueError
from gapfolio.live.checks import CHECKS as PROBE
from gapfolio.model import Practice, Step
from gapfolio.resources import folder

CONTRACT = Path(__file__).parent / "data" / "catalogue_contract.csv"
SHIPPED = load()


def contract() -> list[dict[str, str]]:
    with CONTRACT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def primary(catalogue: Catalogue = SHIPPED) -> Counter[tuple[str, str]]:
    return Counter((scanner, edge.check) for _, _, scanner, edge in catalogue.edges())


# --- what is shipped -------------------------------------------------------------------------


def test_every_practice_of_the_contract_is_there_and_no_other() -> None:
    wanted = [row["id"] for row in contract()]

    assert len(wanted) == 67
    assert sorted(p.id for p in SHIPPED.practices()) == sorted(wanted)


@pytest.mark.parametrize("row", contract(), ids=lambda row: row["id"])
def test_a_practice_has_section_evidence_priority_and_basis_of_its_contract(
    row: dict[str, str],
) -> None:
    practice = SHIPPED.practice(row["id"])
    assert practice is not None
    basis, *beyond = row["basis"].split("; ")

    assert practice.section == row["section"]
    assert practice.evidence == row["evidence"]
    assert (practice.priority or "") == row["priority"]
    assert practice.basis == basis
    if beyond:
        assert practice.basis_note
    assert bool(practice.criteria) <= (practice.evidence != "manual")


def test_categories_come_in_the_articles_order() -> None:
    assert [c.id for c in SHIPPED.categories] == ["FND", "CRED", "NET", "DET", "IR"]


def test_every_prowler_check_is_primary_in_one_criterion_or_out_of_scope() -> None:
    listed = {check for scanner, check in SHIPPED.checks if scanner == "prowler"}
    mapped = {check for scanner, check in primary() if scanner == "prowler"}
    out = {check for scanner, check in SHIPPED.out_of_scope if scanner == "prowler"}
    current = {c.id for c in SHIPPED.checks.values() if c.scanner == "prowler" and not c.until}

    assert max(primary().values()) == 1
    assert mapped | out == listed
    assert not mapped & out
    assert (len(listed), len(mapped), len(out)) == (674, 568, 106)
    assert len(current) == 668  # all AWS checks of Prowler 5.46.0
    assert (len(mapped & current), len(out & current)) == (563, 105)


COUNTS = {  # listed, reviewed, derived, out of scope, other names
    "prowler": (674, 568, 0, 106, 18),
    "securityhub": (565, 498, 0, 67, 521),
    "config": (941, 315, 411, 215, 941),
    "scoutsuite": (197, 150, 0, 47, 2),
    "cloudsploit": (616, 386, 0, 230, 610),
    "checkov": (457, 352, 0, 105, 0),
    "trivy": (175, 151, 0, 24, 499),
    "powerpipe": (681, 219, 285, 177, 933),
    "trustedadvisor": (21, 17, 0, 4, 0),
    "probe": (27, 27, 0, 0, 0),
}


@pytest.mark.parametrize("scanner", COUNTS)
def test_every_listed_check_is_primary_in_one_criterion_or_out_of_scope(scanner: str) -> None:
    listed = {check for name, check in SHIPPED.checks if name == scanner}
    out = {check for name, check in SHIPPED.out_of_scope if name == scanner}
    edges = [edge for _, _, name, edge in SHIPPED.edges() if name == scanner]
    review = Counter(edge.review for edge in edges)
    aliases = [name for name, _ in SHIPPED.aliases if name == scanner]

    assert {edge.check for edge in edges} | out == listed
    assert not {edge.check for edge in edges} & out
    assert (
        len(listed),
        review["reviewed"],
        review["derived"],
        len(out),
        len(aliases),
    ) == COUNTS[scanner]


def test_every_scanner_that_lists_its_checks_is_counted() -> None:
    account_or_code = {name for name, _ in SHIPPED.checks if SHIPPED.kind(name) != "events"}

    assert account_or_code == COUNTS.keys()
    assert {name for name, _ in SHIPPED.checks} - account_or_code == {"guardduty"}
    assert account_or_code <= SHIPPED.described.keys()
    assert all(SHIPPED.described[name].listed for name, _ in SHIPPED.checks)


def test_the_list_of_the_probe_is_what_the_probe_runs() -> None:
    place = {edge.check: c.id for _, c, scanner, edge in SHIPPED.edges() if scanner == "probe"}
    listed = [check for (scanner, _), check in SHIPPED.checks.items() if scanner == "probe"]

    assert {check.id: check.criterion for check in PROBE} == place
    assert {(check.id, check.service, check.severity, check.title) for check in PROBE} == {
        (check.id, check.service, check.severity, check.title) for check in listed
    }


def test_prowler_security_hub_and_the_probe_see_every_practice_that_findings_decide() -> None:
    seen = {
        practice.id
        for practice, _, scanner, edge in SHIPPED.edges()
        if scanner in ("prowler", "securityhub", "probe")
        and not SHIPPED.checks[scanner, edge.check].until
    }
    wanted = {row["id"] for row in contract() if row["evidence"] in ("automated", "both")}

    assert len(wanted) == 61
    assert wanted - seen == {"DET-11"}  # decided by scans of infrastructure code


def test_the_matrix_shows_what_nobody_sees(tmp_path: Path) -> None:
    def unseen(catalogue: Catalogue) -> list[str]:
        _, *rows = matrix(catalogue)
        return [row[0] for row in rows if row[-1]]

    blind = load([directory(tmp_path, lambda c: criterion(c).update(checks={}))])
    marked = {row[0]: row[1] for row in matrix(SHIPPED)}

    assert unseen(SHIPPED) == []
    assert unseen(blind) == ["SUP-01"]
    assert (marked["DET-09"], marked["DET-11"]) == ("A+M events", "A+M code")


def test_a_derived_edge_stands_where_its_twin_stands() -> None:
    place = {(scanner, edge.check): c.id for _, c, scanner, edge in SHIPPED.edges()}

    assert place["config", "ROOT_ACCOUNT_MFA_ENABLED"] == place["securityhub", "IAM.9"]
    assert place["powerpipe", "iam_user_access_key_age_90"] == place["securityhub", "IAM.3"]
    assert SHIPPED.out_of_scope["config", "EC2_STOPPED_INSTANCE"].startswith(
        "As AWS Security Hub EC2.4: "
    )


def test_threats_and_scanned_code_have_one_criterion_each() -> None:
    taken = {kind: SHIPPED.taking(kind) for kind in ("events", "code")}

    assert {kind: found[1].id for kind, found in taken.items() if found} == {
        "events": "DET-09.threat-findings-closed",
        "code": "DET-11.code-scanned",
    }
    assert SHIPPED.of_kind("events") == ["accessanalyzer", "guardduty", "inspector", "macie"]
    assert {"checkov", "trivy", "kics", "tfsec", "terrascan", "cfn_nag", "sarif"} == set(
        SHIPPED.of_kind("code")
    )


def test_renamed_checks_resolve_to_listed_ones() -> None:
    assert SHIPPED.canonical("prowler", "ec2_elastic_ip_unassgined") == "ec2_elastic_ip_unassigned"
    assert SHIPPED.canonical("prowler", "iam_root_mfa_enabled") == "iam_root_mfa_enabled"
    for (scanner, alias), target in SHIPPED.aliases.items():
        assert (scanner, target) in SHIPPED.checks
        assert (scanner, alias) not in SHIPPED.checks


CIS = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule"
FSBP = "aws-foundational-security-best-practices/v/1.0.0"


@pytest.mark.parametrize(
    ("scanner", "written", "check"),
    [
        pytest.param("securityhub", f"{CIS}/1.13", "IAM.9", id="CIS rule"),
        pytest.param("securityhub", f"{CIS}/1.1", "CloudWatch.1", id="rule of two controls"),
        pytest.param("securityhub", f"{FSBP}/S3.1", "S3.1", id="foundational standard"),
        pytest.param(
            "securityhub",
            "service-managed-aws-control-tower/v/1.0.0/ELBv2.1",
            "ELB.1",
            id="former service",
        ),
        pytest.param("securityhub", "PCI.CW.1", "CloudWatch.1", id="PCI control"),
        pytest.param("securityhub", "PrivateCertificateAuthority.1", "PCA.1", id="renamed service"),
        pytest.param("config", "root-account-mfa-enabled", "ROOT_ACCOUNT_MFA_ENABLED", id="rule"),
        pytest.param("trivy", "AVD-AWS-0107", "AWS-0107", id="Trivy's older id"),
        pytest.param("trivy", "aws-iam-no-root-access-keys", "AWS-0141", id="tfsec's id"),
        pytest.param("powerpipe", "cis_v300_1_4", "iam_root_user_no_access_keys", id="control"),
        pytest.param(
            "scoutsuite",
            "ec2-instance-type-_STRIPDOTS_(t2.micro)",
            "ec2-instance-type-t2micro",
            id="template",
        ),
    ],
)
def test_other_names_of_a_check_resolve(scanner: str, written: str, check: str) -> None:
    assert SHIPPED.canonical(scanner, written) == check
    assert (scanner, check) in SHIPPED.checks


@pytest.mark.parametrize(
    ("scanner", "written", "check"),
    [
        ("securityhub", "OpenSearch.1", "Opensearch.1"),
        ("securityhub", "AutoScaling.5", "Autoscaling.5"),
        ("securityhub", f"{FSBP}/s3.1", "S3.1"),
        ("config", "Root-Account-MFA-Enabled", "ROOT_ACCOUNT_MFA_ENABLED"),
        ("trustedadvisor", "7dafemodos", "7DAFEmoDos"),
        ("cloudsploit", "ROOTMFAENABLED", "rootMfaEnabled"),
    ],
)
def test_the_letter_case_of_a_check_does_not_matter(scanner: str, written: str, check: str) -> None:
    assert SHIPPED.canonical(scanner, written) == check


def test_every_edge_and_every_exclusion_says_why() -> None:
    assert all(len(edge.why) > 20 for *_, edge in SHIPPED.edges())
    assert all(len(reason) > 20 for reason in SHIPPED.out_of_scope.values())


PASSES_FOR_NOTHING = re.compile(
    r"\b(always passe?s?|pass(es)? unread|any tag passes|one tag of any name passes|all pass"
    r"|name tag alone passes|without any tag of|weak pass|by default it passes every|so a pass"
    r"|cannot fail|not exported|never runs?)\b",
    re.I,
)


def test_a_check_that_says_it_passes_for_nothing_proves_only_its_fails() -> None:
    easy = [
        (scanner, edge.check)
        for _, _, scanner, edge in SHIPPED.edges()
        if SHIPPED.kind(scanner) == "account"
        if edge.proves == "both" and PASSES_FOR_NOTHING.search(edge.why)
    ]

    assert easy == []


def test_a_check_that_never_fails_warns_or_leaves_it_to_a_person() -> None:
    never = [
        edge.why
        for *_, edge in SHIPPED.edges()
        if re.search(r"never (fail|gives a fail)", edge.why, re.I)
    ]

    assert never
    assert all(re.search(r"\bwarns\b|\bmanual\b", why, re.I) for why in never)


def test_every_practice_that_findings_decide_can_pass() -> None:
    proven = {
        practice.id
        for practice, _, scanner, edge in SHIPPED.edges()
        if scanner in ("prowler", "securityhub", "probe") and edge.proves == "both"
    }
    wanted = {row["id"] for row in contract() if row["evidence"] in ("automated", "both")}

    assert wanted - proven == {"DET-11"}  # decided by scans of infrastructure code


def test_a_derived_edge_proves_what_its_twin_proves() -> None:
    proves = {(scanner, edge.check): edge.proves for _, _, scanner, edge in SHIPPED.edges()}

    assert proves["securityhub", "IAM.18"] == proves["config", "IAM_POLICY_IN_USE"] == "fail"
    assert proves["securityhub", "IAM.9"] == proves["config", "ROOT_ACCOUNT_MFA_ENABLED"] == "both"


def test_a_practice_that_a_person_decides_asks_a_question() -> None:
    for practice in SHIPPED.practices():
        assert bool(practice.attest) == (practice.evidence != "automated"), practice.id


@pytest.mark.parametrize("path", sorted(folder("mappings").glob("*.yaml")), ids=lambda p: p.name)
def test_a_mapping_file_has_no_placeholder(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\b(TODO|TBD|FIXME|XXX|lorem|placeholder text)\b", text, re.I)
    assert "..." not in re.sub(r"code: \|-.*?\n(?=\s*- |\s*criteria)", "", text, flags=re.S)


@pytest.mark.parametrize("practice", list(SHIPPED.practices()), ids=lambda p: p.id)
def test_a_practice_is_written_out(practice: Practice) -> None:
    assert len(practice.why) > 60
    assert len(practice.effect) > 20
    assert len(practice.title) < 100
    assert practice.recommendation
    for text in (practice.title, practice.why, practice.effect, practice.attest, practice.cause):
        assert text == text.strip()
    assert (practice.priority is None) or practice.priority_reason


def steps(how: str) -> list[Any]:
    return [
        pytest.param(step, id=f"{practice.id}-{place}")
        for practice in SHIPPED.practices()
        for place, step in enumerate(practice.recommendation)
        if step.how == how and step.code
    ]


class _Template(yaml.SafeLoader):
    """YAML with CloudFormation's short tags (!Ref, !GetAtt, !Sub)."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.ScalarNode)
    return loader.construct_scalar(node)


_Template.add_multi_constructor("!", _tagged)


@pytest.mark.parametrize("step", steps("cloudformation"))
def test_a_cloudformation_snippet_is_a_template_fragment(step: Step) -> None:
    fragment = yaml.load(step.code, _Template)  # noqa: S506 - a SafeLoader with tags

    assert isinstance(fragment, dict)
    for resource in fragment.get("Resources", fragment).values():
        if isinstance(resource, dict) and "Type" in resource:
            assert re.fullmatch(r"(AWS|Custom)(::[A-Za-z0-9]+)+", resource["Type"])


@pytest.mark.parametrize("step", steps("cli"))
def test_a_command_is_shell_and_its_json_is_json(step: Step) -> None:
    for line in step.code.replace("\\\n", " ").split("\naws "):
        words = shlex.split(line, comments=True)
        assert words
        for word in words:
            if word.startswith(('{"', '[{"', "[\n")):
                json.loads(word)


# --- versions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("3.2.0", True),
        ("3.1.9", False),
        ("3.11.0", True),
        ("5.46.0", True),
        pytest.param("3", True, id="only the major is known: it may be"),
        pytest.param("", True, id="nobody wrote the version down"),
    ],
)
def test_a_check_is_expected_from_its_first_version_on(version: str, known: bool) -> None:
    edge = next(e for *_, e in SHIPPED.edges() if e.check == "accessanalyzer_enabled")
    assert SHIPPED.checks["prowler", edge.check].since == "3.2.0"

    assert SHIPPED.known_to(edge, "prowler", [version]) is known


@pytest.mark.parametrize(("version", "known"), [("3.9.0", True), ("3.10.0", False), ("3", True)])
def test_a_removed_check_is_expected_up_to_its_last_version(version: str, known: bool) -> None:
    edge = next(e for *_, e in SHIPPED.edges() if e.check == "iam_disable_90_days_credentials")
    assert SHIPPED.checks["prowler", edge.check].until == "3.9.0"

    assert SHIPPED.known_to(edge, "prowler", [version]) is known


@pytest.mark.parametrize("scanner", ["prowler", "scoutsuite"])
def test_a_check_that_a_default_run_skips_is_not_expected(scanner: str) -> None:
    edge = next(
        edge
        for _, _, name, edge in SHIPPED.edges()
        if name == scanner and SHIPPED.checks[name, edge.check].opt_in
    )

    assert not SHIPPED.known_to(edge, scanner, ["5.46.0"])


def test_a_practice_is_found_whatever_its_case() -> None:
    found = SHIPPED.practice("cred-01")

    assert found is not None
    assert found.id == "CRED-01"
    assert SHIPPED.practice("CRED-99") is None


# --- mappings of one's own -------------------------------------------------------------------

CATEGORY: dict[str, Any] = {
    "id": "SUP",
    "title": "Suppliers",
    "intro": "Who else has a key.",
    "source": "House rules",
    "source_date": date(2026, 1, 1),
    "practices": [
        {
            "id": "SUP-01",
            "title": "Suppliers are named",
            "why": "An unknown supplier is an unknown risk.",
            "section": "Suppliers",
            "evidence": "automated",
            "basis": "said",
            "priority": "low",
            "nist_800_53": ["SR-3"],
            "effect": "Strangers keep access.",
            "recommendation": [{"do": "List them."}],
            "criteria": [
                {
                    "id": "SUP-01.listed",
                    "statement": "A list exists.",
                    "scope": "account",
                    "basis": "said",
                    "checks": {"housescan": [{"check": "suppliers_listed", "review": "reviewed"}]},
                }
            ],
        }
    ],
}
CHECKS = "id,service,severity,since,until,opt_in,title,alias_of\n"
Change = Callable[[dict[str, Any]], object]


def directory(
    tmp_path: Path, change: Change = lambda _: None, /, **files: str | dict[str, Any]
) -> Path:
    """Write a mapping directory with the category above, changed, and further files."""
    category = deepcopy(CATEGORY)
    change(category)
    (tmp_path / "suppliers.yaml").write_text(yaml.safe_dump(category, sort_keys=False))
    for name, content in files.items():
        path = tmp_path / (f"checks/{name}.csv" if isinstance(content, str) else f"{name}.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return tmp_path


def practice(category: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = category["practices"][0]
    return found


def criterion(category: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = practice(category)["criteria"][0]
    return found


def test_a_category_of_ones_own_joins_the_shipped_ones(tmp_path: Path) -> None:
    made = load([directory(tmp_path)])

    assert [c.id for c in made.categories][-1] == "SUP"
    assert set(made.scanners()) - set(SHIPPED.scanners()) == {"housescan"}
    assert made.files[f"1-{tmp_path.name}/suppliers.yaml"] == tmp_path / "suppliers.yaml"
    assert made.sources.keys() == made.files.keys()


def test_edges_of_ones_own_extend_shipped_criteria(tmp_path: Path) -> None:
    edges = {"CRED-01.root-mfa": {"housescan": [{"check": "root_mfa", "review": "reviewed"}]}}
    made = load([directory(tmp_path, edges=edges)])

    found = [(c.id, e.check) for _, c, scanner, e in made.edges() if scanner == "housescan"]
    assert ("CRED-01.root-mfa", "root_mfa") in found
    assert primary(made)["prowler", "iam_root_mfa_enabled"] == 1


def test_an_edge_for_a_pattern_speaks_of_every_listed_check_that_fits(tmp_path: Path) -> None:
    edges = {"CRED-01.root-mfa": {"housescan": [{"check": "root-*", "review": "reviewed"}]}}
    services = {"housescan": {"house": {"name": "House", "model": "abstracted"}}}
    listed = f"{CHECKS}root-a,house,low,,,no,A,\nroot-b,house,low,,,no,B,\n"
    listed += "suppliers_listed,house,low,,,no,C,\n"

    made = load([directory(tmp_path, edges=edges, services=services, housescan=listed)])
    edge = next(e for *_, e in made.edges() if e.check == "root-*")

    assert made.matching("housescan", edge, ["root-c", "boot-a"]) == ["root-a", "root-b", "root-c"]


def test_a_mapping_file_with_comments_only_is_empty(tmp_path: Path) -> None:
    (tmp_path / "edges.yaml").write_text("# later\n")

    assert primary(load([tmp_path])) == primary()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            lambda c: practice(c).update(weight=3),
            ["suppliers.yaml: SUP-01:", "unknown field `weight`"],
            id="unknown key",
        ),
        pytest.param(
            lambda c: practice(c).update(priority="urgent"),
            ["suppliers.yaml: SUP-01:", "'urgent'", "priority"],
            id="unknown value",
        ),
        pytest.param(
            lambda c: practice(c).pop("effect"),
            ["suppliers.yaml: SUP-01:", "`effect`"],
            id="missing key",
        ),
        pytest.param(
            lambda c: practice(c).update(nist_800_53=["AC6"]),
            ["suppliers.yaml: practice SUP-01: nist_800_53 'AC6'"],
            id="wrong NIST id",
        ),
        pytest.param(
            lambda c: c["practices"].append(practice(c)),
            ["practice SUP-01 is defined 2 times", "criterion SUP-01.listed is defined 2 times"],
            id="duplicate id",
        ),
        pytest.param(
            lambda c: practice(c).update(id="SUB-01"),
            ["suppliers.yaml: practice SUB-01: stands in category SUP"],
            id="id of another category",
        ),
        pytest.param(
            lambda c: practice(c).update(priority=None),
            ["suppliers.yaml: practice SUP-01: priority"],
            id="no priority",
        ),
        pytest.param(
            lambda c: practice(c).update(recommendation=[]),
            ["suppliers.yaml: practice SUP-01: recommendation is empty"],
            id="no recommendation",
        ),
        pytest.param(
            lambda c: practice(c).update(evidence="both"),
            ["suppliers.yaml: practice SUP-01: attest"],
            id="nothing to attest",
        ),
        pytest.param(
            lambda c: practice(c).update(evidence="manual", attest="It is so."),
            ["suppliers.yaml: practice SUP-01: evidence is manual"],
            id="manual with criteria",
        ),
        pytest.param(
            lambda c: criterion(c).update(id="SUP-02.listed"),
            ["suppliers.yaml: practice SUP-01: criterion SUP-02.listed must read SUP-01."],
            id="criterion of another practice",
        ),
        pytest.param(
            lambda c: criterion(c)["checks"]["housescan"].append(
                {"check": "suppliers_listed", "review": "reviewed"}
            ),
            ["suppliers.yaml: criterion SUP-01.listed: housescan check suppliers_listed", "twice"],
            id="duplicate edge",
        ),
        pytest.param(
            lambda c: criterion(c)["checks"].update(
                prowler=[{"check": "iam_root_mfa_enabled", "review": "reviewed"}]
            ),
            ["suppliers.yaml: criterion SUP-01.listed", "is primary in CRED-01.root-mfa too"],
            id="duplicate primary",
        ),
        pytest.param(
            lambda c: criterion(c)["checks"].update(
                prowler=[{"check": "no_such_check", "review": "reviewed"}]
            ),
            ["suppliers.yaml: criterion SUP-01.listed: prowler check no_such_check does not exist"],
            id="unknown check",
        ),
        pytest.param(
            lambda c: criterion(c)["checks"].update(
                prowler=[{"check": "apigateway_endpoint_public", "review": "reviewed"}]
            ),
            ["suppliers.yaml: criterion SUP-01.listed", "is now apigateway_restapi_public"],
            id="alias used as edge",
        ),
        pytest.param(
            lambda c: criterion(c)["checks"]["housescan"][0].update(since="five"),
            ["suppliers.yaml: criterion SUP-01.listed", "since 'five' is not a version"],
            id="no version",
        ),
        pytest.param(
            lambda c: practice(c).update(supporting={"housescan": ["suppliers_listed"]}),
            ["suppliers.yaml: practice SUP-01: supporting housescan check suppliers_listed"],
            id="primary and supporting",
        ),
        pytest.param(
            lambda c: practice(c).update(supporting={"prowler": ["no_such_check"]}),
            ["suppliers.yaml: practice SUP-01: prowler has no supporting check no_such_check"],
            id="unknown supporting check",
        ),
        pytest.param(
            lambda c: practice(c).update(supporting={"prowler": ["apigateway_endpoint_public"]}),
            ["suppliers.yaml: practice SUP-01", "is now apigateway_restapi_public"],
            id="alias used as supporting",
        ),
    ],
)
def test_a_fault_in_a_category_names_file_and_key(
    tmp_path: Path, change: Change, words: list[str]
) -> None:
    with pytest.raises(CatalogueError) as raised:
        load([directory(tmp_path, change)])

    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(
            {"edges": {"CRED-01.no-such": {"housescan": []}}},
            ["edges.yaml: there is no criterion CRED-01.no-such"],
            id="unknown criterion",
        ),
        pytest.param(
            {"edges": {"CRED-01.root-mfa": {"x": [{"check": "y", "review": "seen"}]}}},
            ["edges.yaml:", "'seen'"],
            id="unknown review",
        ),
        pytest.param(
            {
                "edges": {
                    "CRED-01.root-mfa": {
                        "housescan": [{"check": "suppliers_listed", "review": "reviewed"}]
                    }
                }
            },
            ["suppliers.yaml: criterion SUP-01.listed", "CRED-01.root-mfa (", "edges.yaml) too"],
            id="primary twice",
        ),
        pytest.param(
            {
                "edges": {
                    "CRED-01.root-mfa": {"housescan": [{"check": "*_listed", "review": "reviewed"}]}
                },
                "housescan": CHECKS + "suppliers_listed,house,low,,,no,Listed,\n",
            },
            ["suppliers_listed fits edges of CRED-01.root-mfa and of SUP-01.listed"],
            id="pattern over another edge",
        ),
        pytest.param(
            {
                "edges": {
                    "CRED-01.root-mfa": {"housescan": [{"check": "root-*", "review": "reviewed"}]},
                    "CRED-09.console-users-mfa": {
                        "housescan": [{"check": "*-mfa", "review": "reviewed"}]
                    },
                },
                "housescan": CHECKS + "root-mfa,house,low,,,no,A,\n",
            },
            ["root-mfa fits edges of CRED-01.root-mfa and of CRED-09.console-users-mfa"],
            id="patterns that overlap",
        ),
        pytest.param(
            {
                "edges": {
                    "CRED-01.root-mfa": {"prowler": [{"check": "iam_*", "review": "reviewed"}]}
                }
            },
            ["prowler check iam_root_hardware_mfa_enabled fits edges of CRED-01.root-"],
            id="pattern over shipped edges",
        ),
        pytest.param(
            {"out_of_scope": {"prowler": {"no_such_check": "We never had it."}}},
            ["out_of_scope.yaml: prowler check no_such_check does not exist"],
            id="unknown check out of scope",
        ),
        pytest.param(
            {"out_of_scope": {"prowler": {"iam_root_mfa_enabled": "We do not care."}}},
            ["out_of_scope.yaml: prowler check iam_root_mfa_enabled", "CRED-01.root-mfa"],
            id="out of scope and primary",
        ),
        pytest.param(
            {"out_of_scope": {"prowler": {"apigateway_endpoint_public": "Renamed."}}},
            ["out_of_scope.yaml", "is now apigateway_restapi_public"],
            id="alias out of scope",
        ),
        pytest.param(
            {
                "housescan": CHECKS
                + "suppliers_listed,house,low,,,no,Listed,\nb,house,low,,,no,B,\n"
            },
            ["housescan.csv: housescan check b is neither primary", "services.yaml"],
            id="check in neither place",
        ),
        pytest.param(
            {"housescan": CHECKS + "a,house,low,,,no,A,\na,house,low,,,no,A,\n"},
            ["housescan.csv line 3: a is listed twice"],
            id="check listed twice",
        ),
        pytest.param(
            {"prowler": CHECKS + "iam_root_mfa_enabled,iam,low,,,no,Root,\n"},
            ["prowler.csv line 2: iam_root_mfa_enabled is listed twice"],
            id="check listed by us",
        ),
        pytest.param(
            {"housescan": CHECKS + "old,house,low,,,no,A,gone\n"},
            ["housescan.csv: old is an alias of gone, which is not listed"],
            id="alias of nothing",
        ),
        pytest.param(
            {"housescan": CHECKS + "a,house,severe,,,no,A,\n"},
            ["housescan.csv line 2:", "'severe'"],
            id="unknown severity",
        ),
        pytest.param(
            {"housescan": CHECKS + "a,house,low,,,maybe,A,\n"},
            ["housescan.csv line 2:", "opt_in"],
            id="neither yes nor no",
        ),
        pytest.param(
            {"housescan": CHECKS + "a,house,low,new,,no,A,\n"},
            ["housescan.csv: a: since 'new' is not a version"],
            id="no version",
        ),
        pytest.param(
            {"housescan": "id,title\na,A\n"},
            ["housescan.csv: columns missing or unknown", "severity"],
            id="columns missing",
        ),
        pytest.param(
            {"housescan": CHECKS + "a,house,low\n"}, ["housescan.csv line 2:"], id="short row"
        ),
        pytest.param(
            {"housescan": CHECKS + "a,house,low,,,no,A,,more\n"},
            ["housescan.csv line 2:"],
            id="long row",
        ),
    ],
)
def test_a_fault_beside_the_category_names_file_and_key(
    tmp_path: Path, files: dict[str, str | dict[str, Any]], words: list[str]
) -> None:
    with pytest.raises(CatalogueError) as raised:
        load([directory(tmp_path, **files)])

    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"CRED-01.root-mfa: {a: []}\nCRED-01.root-mfa: {b: []}\n", "line 2", id="key"),
        pytest.param(b"a: b: c\n", "line 1", id="syntax"),
        pytest.param(b"a: \xff\n", "UTF-8", id="encoding"),
        pytest.param(b"- a\n", "Expected `object`", id="list"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_on_one_line(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "edges.yaml").write_bytes(content)

    with pytest.raises(CatalogueError) as raised:
        load([tmp_path])

    assert str(raised.value).startswith(f"{tmp_path / 'edges.yaml'}: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_list_of_checks_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "x.csv").write_bytes(CHECKS.encode() + b"\xff\n")

    with pytest.raises(CatalogueError, match=r"x\.csv: not a CSV file in UTF-8"):
        load([tmp_path])


def test_a_list_can_say_which_checks_pass_over_the_unused(tmp_path: Path) -> None:
    edges = {
        "CRED-01.root-mfa": {
            "housescan": [{"check": name, "review": "reviewed"} for name in ("a", "b")]
        }
    }
    services = {"housescan": {"house": {"name": "House", "model": "abstracted"}}}
    header = CHECKS.replace("alias_of", "alias_of,skips_unused")
    rows = "a,house,low,,,no,A,,yes\nb,house,low,,,no,B,,no\nsuppliers_listed,house,low,,,no,C,,\n"

    made = load([directory(tmp_path, edges=edges, services=services, housescan=header + rows)])
    flags = {key[1]: c.skips_unused for key, c in made.checks.items() if key[0] == "housescan"}

    assert flags == {"a": True, "b": False, "suppliers_listed": False}


def test_a_mark_that_is_neither_yes_nor_no_is_an_error(tmp_path: Path) -> None:
    header = CHECKS.replace("alias_of", "alias_of,skips_unused")

    with pytest.raises(CatalogueError, match=r"housescan\.csv line 2:.*skips_unused"):
        load([directory(tmp_path, housescan=header + "a,house,low,,,no,A,,maybe\n")])


def test_a_directory_without_mapping_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no mapping files"):
        load([tmp_path])


def test_a_category_defined_twice_is_an_error(tmp_path: Path) -> None:
    directory(tmp_path, other=CATEGORY)

    with pytest.raises(CatalogueError, match=r"suppliers\.yaml: category SUP is defined twice"):
        load([tmp_path])


def test_what_only_the_organisation_tells_is_never_nothing_to_assess() -> None:
    """In a member account AWS denies these calls, and Prowler does not log every denial."""
    for practice in SHIPPED.practices():
        for criterion in practice.criteria:
            names = [edge.check for edge in criterion.checks.get("prowler", [])]
            if names and all(name.startswith("organizations_") for name in names):
                assert criterion.scope == "account", criterion.id
