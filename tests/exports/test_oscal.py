"""OSCAL: every cell is told, what nobody saw is not satisfied, and a gap keeps its UUID."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
import quarters
import sqlglot
from oscal_documents import Json, by, defined, objects, plan, props, referred, results
from test_quarters import BEFORE, NOW, PUBLIC
from told import DEV, FINDINGS, PROD, audited, exported

from gapfolio.engagement import Account, Engagement
from gapfolio.exports.formats.oscal.exporter import PLAN, RESULTS, OscalExporter
from gapfolio.model import Finding
from gapfolio.plugins import manager
from gapfolio.resources import folder
from gapfolio.testing import ACCOUNT, assessed, make_catalogue, make_finding, make_run

OSCAL = OscalExporter()
STATUS = {
    "open": "open",
    "accepted": "deviation-approved",
    "closed": "closed",
    "unproven": "open",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("oscal") / "told"
    exported(OSCAL, directory)
    return directory


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the directories of two quarters."""
    home = tmp_path_factory.mktemp("year")
    for period in ("2026-Q3", "2026-Q4"):
        (home / period).mkdir()
        quarters.export(OSCAL, period, home / period)
    return {period: home / period for period in ("2026-Q3", "2026-Q4")}


def alone(directory: Path, findings: list[Finding], **practices: dict[str, object]) -> Path:
    """Export findings of one account, with the record of a full run."""
    engagement = Engagement(client="Acme", accounts=[Account(id=ACCOUNT)])
    with assessed(
        findings,
        catalogue=make_catalogue(**practices),
        engagement=engagement,
        runs=[make_run()],
    ) as (assessment, engine):
        OSCAL.export(assessment, engine, directory)
    return directory


def result(directory: Path) -> Json:
    [found] = results(directory)["results"]
    return found  # type: ignore[no-any-return]


def statuses(directory: Path) -> dict[str, tuple[str, str]]:
    """Give state and reason of each target."""
    found = result(directory).get("findings", [])
    targets = [finding["target"] for finding in found]
    return {t["target-id"]: (t["status"]["state"], t["status"]["reason"]) for t in targets}


def items(directory: Path) -> dict[str, Json]:
    return by(plan(directory)["poam-items"], "key")


def test_it_is_offered() -> None:
    offers: list[str] = []
    manager().hook.register_exporters(register=lambda exporter: offers.append(exporter.name))

    assert "oscal" in offers


# --- the documents ---------------------------------------------------------------------------


def test_whatever_is_referred_to_is_in_the_document(written: Path, year: dict[str, Path]) -> None:
    for directory in (written, *year.values()):
        for document in (results(directory), plan(directory)):
            assert referred(document) <= set(defined(document))


def test_no_two_things_of_a_document_have_one_uuid(written: Path, year: dict[str, Path]) -> None:
    for directory in (written, *year.values()):
        for document in (results(directory), plan(directory)):
            uuids = defined(document)
            assert len(uuids) == len(set(uuids)) > 20


def test_the_same_thing_is_the_same_in_both_documents(written: Path) -> None:
    told = {thing["uuid"]: thing for thing in result(written)["observations"]}
    risks = {thing["uuid"]: thing for thing in result(written)["risks"]}

    for seen in plan(written)["observations"]:
        assert told[seen["uuid"]] == seen
    for risk in plan(written)["risks"]:
        assert risks.get(risk["uuid"], risk) == risk


def test_the_same_audit_gives_the_same_bytes_whatever_the_order(
    written: Path, tmp_path: Path
) -> None:
    shuffled = FINDINGS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311
    exported(OSCAL, tmp_path / "again")
    exported(OSCAL, tmp_path / "shuffled", findings=shuffled)

    for name in (RESULTS, PLAN):
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes()
        assert (tmp_path / "shuffled" / name).read_bytes() == (written / name).read_bytes()


def test_times_come_from_the_evidence(year: dict[str, Path]) -> None:
    document = results(year["2026-Q3"])

    assert document["metadata"]["last-modified"] == "2026-08-15T12:00:00+00:00"
    assert document["results"][0]["start"] == "2026-08-15T12:00:00+00:00"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for name in (RESULTS, PLAN):
        assert today not in (year["2026-Q3"] / name).read_text(encoding="utf-8")


def test_what_stands_for_a_plan_says_that_there_is_none(written: Path) -> None:
    document = results(written)
    resources = {r["uuid"]: r for r in document["back-matter"]["resources"]}
    stands = resources[document["import-ap"]["href"].removeprefix("#")]

    assert "no assessment plan" in stands["description"]
    assert "rlinks" not in stands


def test_people_are_those_that_the_engagement_names(written: Path) -> None:
    parties = results(written)["metadata"]["parties"]

    assert [(p["type"], p["name"]) for p in parties] == [
        ("organization", "Acme"),
        ("person", "Ann"),
    ]


def test_files_that_were_read_are_named_with_their_hashes(year: dict[str, Path]) -> None:
    resources = results(year["2026-Q3"])["back-matter"]["resources"]
    [scan] = [r for r in resources if props(r).get("type") == "tool-output"]

    assert scan["title"].endswith("202608.json")
    assert len(scan["rlinks"][0]["hashes"][0]["value"]) == 64


@pytest.mark.parametrize("dialect", ["spark", "athena", "trino", "snowflake"])
@pytest.mark.parametrize(
    "path", sorted(folder("exports.formats.oscal").glob("*.sql")), ids=lambda p: p.stem
)
def test_a_query_translates_and_parses_back(path: Path, dialect: str) -> None:
    text = path.read_text(encoding="utf-8")
    (translated,) = sqlglot.transpile(
        text, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
    )

    assert text.startswith("-- ")
    assert sqlglot.parse_one(translated, read=dialect) is not None


# --- what was seen ---------------------------------------------------------------------------


def test_every_cell_has_an_observation(written: Path) -> None:
    with audited() as (_, engine):
        cells = {
            (row["practice"], row["criterion"], row["account"], row["state"])
            for row in engine.rows("SELECT * FROM cells")
        }
    seen = [props(observation) for observation in result(written)["observations"]]

    assert {
        (p["practice"], p.get("criterion", ""), p.get("account-id", ""), p["state"]) for p in seen
    } == cells
    assert len(seen) == len(cells)


def test_what_was_not_assessed_is_not_satisfied(written: Path) -> None:
    assert statuses(written) == {
        "CRED-01.mfa": ("not-satisfied", "other"),  # not looked at in one account
        "DET-01.trail": ("not-satisfied", "other"),  # nothing there, and not looked at
        "DET-11.code": ("not-satisfied", "fail"),
        "IR-01_attestation": ("not-satisfied", "fail"),
        "NET-01.open": ("not-satisfied", "fail"),
        "NET-02.ports": ("not-satisfied", "fail"),  # accepted, and open all the same
    }


def test_the_status_says_where_and_why(written: Path) -> None:
    finding = by(result(written)["findings"], "practice")["CRED-01"]

    assert finding["target"]["status"]["remarks"] == (
        "Not assessed in 1 of 2 accounts (nothing says that anybody looked). "
        "Holds in 1 of 2 accounts (evaluated, nothing fails)."
    )
    assert len(finding["related-observations"]) == 2
    assert "related-risks" not in finding


def test_what_holds_everywhere_is_satisfied_and_nothing_to_assess_has_no_finding(
    tmp_path: Path,
) -> None:
    alone(
        tmp_path,
        [make_finding(check="root")],
        CRED_01={"criteria": {"mfa": ("account", ["root"])}},
        DET_01={"criteria": {"trail": ("resource", ["trail"])}},
    )

    assert statuses(tmp_path) == {"CRED-01.mfa": ("satisfied", "pass")}
    seen = by(result(tmp_path)["observations"], "criterion")
    assert props(seen["DET-01.trail"])["state"] == "absent"


def test_a_practice_at_which_no_scanner_looks_is_not_satisfied(tmp_path: Path) -> None:
    alone(
        tmp_path,
        [make_finding(check="root")],
        CRED_01={"criteria": {"mfa": ("account", ["root"])}},
        NET_01={"criteria": {"open": ("resource", ["another:open"])}},
    )

    assert statuses(tmp_path)["NET-01"] == ("not-satisfied", "other")
    assert "NET-01.open" in result(tmp_path)["remarks"]


def test_findings_are_tests_and_the_rest_is_examined(written: Path) -> None:
    for observation in result(written)["observations"]:
        said = props(observation)
        assert observation["methods"] == ["TEST" if "findings" in said else "EXAMINE"]


def test_observations_name_account_resources_files_and_who_says_so(written: Path) -> None:
    seen = by(result(written)["observations"], "practice", "account-id")
    network, stated = seen[f"NET-01:{PROD}"], seen[f"IR-01:{PROD}"]
    local = result(written)["local-definitions"]
    names = {c["uuid"]: c["title"] for c in local["components"]}
    tools = {c["uuid"]: c["title"] for c in local["assessment-assets"]["components"]}
    inventory = {i["uuid"]: props(i)["asset-id"] for i in local["inventory-items"]}
    account, *failing = network["subjects"]

    assert names[account["subject-uuid"]] == "prod"
    assert [inventory[s["subject-uuid"]] for s in failing] == ["sg-1", "sg-2"]
    assert "2 of 2 findings open" in network["relevant-evidence"][0]["description"]
    assert tools[network["origins"][0]["actors"][0]["actor-uuid"]] == "prowler"
    assert stated["origins"][0]["actors"][0]["type"] == "party"
    assert (stated["collected"], stated["expires"]) == (
        "2026-07-02T00:00:00+00:00",
        "2026-12-31T23:59:59+00:00",
    )


def test_resources_are_cut_and_counted(tmp_path: Path) -> None:
    alone(
        tmp_path,
        [make_finding(check="open", status="fail", resource=f"sg-{n:03}") for n in range(60)],
        NET_01={"criteria": {"open": ("resource", ["open"])}},
    )
    [observation] = result(tmp_path)["observations"]

    assert len(observation["subjects"]) == 1 + 25
    assert props(observation)["resources-failing"] == "60"
    assert observation["remarks"].startswith("25 of 60 failing resources are listed")
    assert len(result(tmp_path)["local-definitions"]["inventory-items"]) == 25
    assert props(items(tmp_path)[f"NET-01.open:{ACCOUNT}"])["resources"] == "60"


def test_attestations_are_told_with_their_state_and_evidence(written: Path) -> None:
    [attestation] = result(written)["attestations"]
    [part] = attestation["parts"]
    evidence = {r["uuid"]: r for r in results(written)["back-matter"]["resources"]}

    assert part["prose"] == "There is no plan."
    assert (props(part)["result"], props(part)["state"]) == ("fail", "valid")
    [link] = part["links"]
    rlinks = evidence[link["href"].removeprefix("#")]["rlinks"]
    assert rlinks == [{"href": "https://example.com/plan"}]


def test_controls_are_selected_as_their_catalogue_writes_them(written: Path) -> None:
    [selection] = result(written)["reviewed-controls"]["control-selections"]

    assert [c["control-id"] for c in selection["include-controls"]] == ["ac-6", "ia-2.1", "sc-7"]


def test_a_catalogue_without_controls_selects_none(tmp_path: Path) -> None:
    alone(
        tmp_path, [make_finding(check="root")], CRED_01={"criteria": {"m": ("account", ["root"])}}
    )

    [selection] = result(tmp_path)["reviewed-controls"]["control-selections"]
    assert set(selection) == {"description"}


# --- what is to be done ----------------------------------------------------------------------


def test_every_failing_cell_is_a_risk_and_an_item(written: Path) -> None:
    failing = {
        f"{said.get('criterion', said['practice'])}:{said.get('account-id', '')}"
        for said in map(props, result(written)["observations"])
        if said["state"] == "fail"
    }

    assert set(by(result(written)["risks"], "key")) == failing
    assert failing == {
        key for key, item in items(written).items() if props(item)["state"] in ("open", "accepted")
    }
    assert failing == {
        "DET-11.code:",
        f"IR-01:{PROD}",
        f"NET-01.open:{PROD}",
        f"NET-02.ports:{PROD}",
    }


def test_an_accepted_risk_says_who_accepted_it_and_until_when(written: Path) -> None:
    risk = by(plan(written)["risks"], "key")[f"NET-02.ports:{PROD}"]
    [accepted] = [r for r in risk["remediations"] if props(r).get("type") == "accept"]

    assert (risk["status"], risk["deadline"]) == (
        "deviation-approved",
        "2026-12-31T23:59:59+00:00",
    )
    assert accepted["description"] == "Behind a firewall"
    assert (props(accepted)["approver"], props(accepted)["waiver"]) == ("Bob", "W-2")
    assert [entry["status-change"] for entry in risk["risk-log"]["entries"]] == [
        "open",
        "deviation-approved",
    ]


def test_what_is_accepted_in_part_is_open(written: Path) -> None:
    risk = by(plan(written)["risks"], "key")[f"NET-01.open:{PROD}"]
    [accepted] = [r for r in risk["remediations"] if props(r).get("type") == "accept"]

    assert risk["status"] == "open"
    assert props(accepted)["waiver"] == "W-1"


def test_an_open_gap_has_a_deadline_and_a_milestone(year: dict[str, Path]) -> None:
    risk = by(plan(year["2026-Q4"])["risks"], "key")[PUBLIC]
    [planned] = [r for r in risk["remediations"] if r["title"] == "Close the gap"]
    due = f"{props(items(year['2026-Q4'])[PUBLIC])['due']}T23:59:59+00:00"

    assert risk["deadline"] == due
    assert planned["tasks"][0]["timing"] == {"on-date": {"date": due}}
    assert planned["tasks"][0]["type"] == "milestone"
    assert props(planned)["owner"] == "Platform team"
    facets = [f for c in risk["characterizations"] for f in c["facets"]]
    assert {f["name"]: f["value"] for f in facets} == {"priority": "critical", "severity": "high"}


def test_without_gaps_there_is_no_plan_and_a_note_says_so(tmp_path: Path) -> None:
    catalogue = make_catalogue(CRED_01={"criteria": {"mfa": ("account", ["root"])}})
    with assessed([make_finding(check="root")], catalogue=catalogue) as opened:
        made = OSCAL.export(*opened, tmp_path)

    assert [path.name for path in made.files] == [RESULTS]
    assert made.notes == [f"there is no gap, so {PLAN} is not written"]
    assert "risks" not in result(tmp_path)


def test_an_audit_of_nothing_has_results(tmp_path: Path) -> None:
    made = exported(OSCAL, tmp_path / "none", findings=[], past=False)

    assert RESULTS in {path.name for path in made.files}
    assert {state for state, _ in statuses(tmp_path / "none").values()} == {"not-satisfied"}


# --- two quarters ----------------------------------------------------------------------------


def test_items_of_two_quarters_are_open_accepted_closed_or_unproven(year: dict[str, Path]) -> None:
    for period, states in (("2026-Q3", BEFORE), ("2026-Q4", NOW)):
        found = {key: props(item)["state"] for key, item in items(year[period]).items()}
        assert found == states


def test_the_status_of_a_risk_follows_its_gap(year: dict[str, Path]) -> None:
    for period, states in (("2026-Q3", BEFORE), ("2026-Q4", NOW)):
        risks = by(plan(year[period])["risks"], "key")
        assert {key: risk["status"] for key, risk in risks.items()} == {
            key: STATUS[state] for key, state in states.items()
        }


def test_a_gap_keeps_the_uuids_of_its_item_risk_and_observation(year: dict[str, Path]) -> None:
    before, now = plan(year["2026-Q3"]), plan(year["2026-Q4"])
    assert before["uuid"] == now["uuid"]
    assert before["system-id"] == now["system-id"]

    for name, part in (("poam-items", "key"), ("risks", "key")):
        old, new = by(before[name], part), by(now[name], part)
        assert len(old.keys() & new.keys()) == len(BEFORE)
        for key in old.keys() & new.keys():
            assert old[key]["uuid"] == new[key]["uuid"]
    old, new = items(year["2026-Q3"]), items(year["2026-Q4"])
    for key in old:
        assert old[key]["related-observations"] == new[key]["related-observations"]


def test_a_finding_keeps_its_uuid_and_results_have_one_of_their_own(year: dict[str, Path]) -> None:
    before, now = results(year["2026-Q3"]), results(year["2026-Q4"])
    old, new = (
        {f["target"]["target-id"]: f["uuid"] for f in document["results"][0]["findings"]}
        for document in (before, now)
    )

    assert {name: old[name] for name in old.keys() & new.keys()}
    assert all(old[name] == new[name] for name in old.keys() & new.keys())
    assert before["uuid"] != now["uuid"]
    assert before["results"][0]["uuid"] != now["results"][0]["uuid"]


def test_what_was_closed_says_when_and_how(year: dict[str, Path]) -> None:
    closed = by(plan(year["2026-Q4"])["risks"], "key")["CRED-09.console-users-mfa:111111111111"]
    opened, gone = closed["risk-log"]["entries"]

    assert (opened["start"], opened["status-change"]) == ("2026-08-15T12:00:00+00:00", "open")
    assert (gone["title"], gone["status-change"]) == ("Closed: fixed", "closed")
    assert gone["start"] == "2026-11-15T12:00:00+00:00"
    assert gone["props"] == [{"name": "type", "value": "remediated"}]
    assert "deadline" not in closed


def test_what_nothing_shows_to_be_closed_is_open_and_names_its_resources(
    year: dict[str, Path],
) -> None:
    key = "CRED-01.root-mfa:222222222222"
    item, risk = items(year["2026-Q4"])[key], by(plan(year["2026-Q4"])["risks"], "key")[key]

    assert (props(item)["state"], risk["status"]) == ("unproven", "open")
    assert item["remarks"].endswith("Resources that failed, 1 of 1:\n\narn:aws:iam::2:root")
    assert risk["risk-log"]["entries"][-1]["title"].startswith("Not shown to be closed: ")


def test_what_a_scanner_found_that_is_no_longer_in_use_names_it(tmp_path: Path) -> None:
    with audited() as (assessment, engine):
        engine.derive("closed", "SELECT * REPLACE ('retired' AS scanner) FROM closed")
        OSCAL.export(assessment, engine, tmp_path)

    tools = plan(tmp_path)["local-definitions"]["assessment-assets"]["components"]
    assert "retired" in [tool["title"] for tool in tools]
    assert referred(plan(tmp_path)) <= set(defined(plan(tmp_path)))


def test_another_client_has_other_uuids(tmp_path: Path, written: Path) -> None:
    exported(OSCAL, tmp_path / "other", client="Other")

    def own(directory: Path) -> set[str]:
        return {t["uuid"] for t in objects(plan(directory)) if "uuid" in t}

    assert not own(tmp_path / "other") & own(written)
    assert DEV in (written / RESULTS).read_text(encoding="utf-8")
