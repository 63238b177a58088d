"""Every hook does what docs/hooks.md says, and the worked plugin there runs as it stands."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import pytest

from gapfolio import audit, hookimpl, plugins, publish
from gapfolio.errors import EngagementError, GapfolioError
from gapfolio.exports.base import Exported
from gapfolio.model import Assessment, Counts, Finding, Score
from gapfolio.resources import folder
from gapfolio.testing import make_finding

DOC = Path(__file__).parents[1] / "docs" / "hooks.md"
FILES = dict(re.findall(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", DOC.read_text(), re.M | re.S))
Plug = Callable[..., pluggy.PluginManager]


# --- each hook, in this process --------------------------------------------------------------


class Words:
    """A record source for the tests: `{"words": check, "verdict": status}`."""

    name = "words"
    title = "Words"
    recognised = "objects with the key words"
    kind = "json"

    def claims(self, element: Any) -> bool:
        return "words" in element

    def findings(self, element: Any) -> Iterable[Finding]:
        yield make_finding(scanner="words", check=element["words"], status=element["verdict"])


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Plug:
    """Have an audit in a scratch directory use the built-ins and one more plugin."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.json").write_text(json.dumps([{"words": "mfa", "verdict": "fail"}]))

    def make(**functions: Callable[..., object]) -> pluggy.PluginManager:
        pm = plugins.manager(load=())
        module = ModuleType("extra")
        functions.setdefault("register_sources", lambda register: register(Words()))
        for name, function in functions.items():
            function.__name__ = name
            setattr(module, name, hookimpl(function))
        pm.register(module, name="extra")
        pm.check_pending()
        monkeypatch.setattr(plugins, "manager", lambda: pm)
        return pm

    return make


def assess(engagement: str = "") -> Assessment:
    Path("gapfolio.toml").write_text(engagement)
    with audit.opened(audit.Options(locations=["scan.json"])) as opened:
        return opened.assessment


def publish_to(target: Path, *formats: str, engagement: str = "", theme: str = "") -> Path:
    Path("gapfolio.toml").write_text(engagement)
    with audit.opened(audit.Options(locations=["scan.json"])) as opened:
        return publish.publish(opened, target, formats=formats, theme_name=theme).directory


def test_hook_register_sources(plug: Plug) -> None:
    plug()
    made = assess()

    assert made.inputs[0].source == "words"
    assert made.counts["findings"] == 1
    assert [(item.scanner, item.check) for item in made.unmapped] == [("words", "mfa")]


def test_hook_register_mappings(plug: Plug, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    edges = "CRED-01.root-mfa: {words: [{check: mfa, review: reviewed}]}"
    (own / "edges.yaml").write_text(edges)
    plug(register_mappings=lambda register: register(own))
    made = assess()

    assert next(p for p in made.practices if p.id == "CRED-01").state == "fail"
    assert made.unmapped == []


class Half:
    """A score policy that gives everybody fifty."""

    name = "half"
    version = 7

    def score(self, practices: Iterable[tuple[int, Counts]]) -> Score:
        cells = sum((counts for _, counts in practices), Counts())
        fifty = Fraction(50)
        return Score(assured=fifty, possible=fifty, coverage=fifty, weight=1, cells=cells)


def test_hook_register_score_policies(plug: Plug) -> None:
    plug(register_score_policies=lambda register: register(Half()))

    made = assess('policy = "half"')

    assert made.versions["score"] == "half v7"
    assert made.scores.all.assured == 50
    assert assess().versions["score"] == "assured v1"
    with pytest.raises(EngagementError, match=r"policy: there is no 'third'; .*assured, half"):
        assess('policy = "third"')


class Names:
    """An exporter that writes the names of practices."""

    name = "names"
    title = "names.txt"

    def export(self, assessment: Assessment, engine: Any, directory: Path) -> Exported:
        path = directory / "names.txt"
        path.write_text("\n".join(practice.id for practice in assessment.practices))
        return Exported([path])


def test_hook_register_exporters(plug: Plug, tmp_path: Path) -> None:
    plug(register_exporters=lambda register: register(Names()))
    by_format = publish_to(tmp_path / "a", "names", "json")
    by_profile = publish_to(tmp_path / "b", "json", engagement='[export]\nprofiles = ["names"]')

    for written in (by_format, by_profile):
        assert (written / "names.txt").read_text().startswith("FND-01\nCRED-01")
        listed = json.loads((written / "manifest.json").read_bytes())["files"]
        assert "names.txt" in [file["path"] for file in listed]
    with pytest.raises(GapfolioError, match=r"--format nomes: there is no such format.*names"):
        publish_to(tmp_path / "c", "nomes")
    with pytest.raises(GapfolioError, match=r"gapfolio\.toml: line 2: export\.profiles: nomes"):
        publish_to(tmp_path / "c", engagement='[export]\nprofiles = ["nomes"]')


def test_hook_register_themes(plug: Plug, tmp_path: Path) -> None:
    theme = tmp_path / "themes" / "acme"
    shutil.copytree(folder("report_templates.themes") / "neutral", theme)
    (theme / "theme.toml").write_text(
        'name = "Acme"\nlogo = "logo.png"\nlogo_alt = "Acme"\n'
        '[texts]\norganisation = "Acme Assurance"\n'
    )
    plug(register_themes=lambda register: register(theme))
    named = publish_to(tmp_path / "a", "html", theme="acme")
    chosen = publish_to(tmp_path / "b", "html", engagement='[report]\ntheme = "acme"')

    for written in (named, chosen):
        assert "Acme Assurance" in (written / "report.html").read_text()


def test_hook_assessed(plug: Plug, tmp_path: Path) -> None:
    told: list[Assessment] = []

    def hear(assessment: Assessment) -> None:
        told.append(assessment)
        assert not (tmp_path / "pack").exists()

    plug(assessed=hear)
    publish_to(tmp_path / "pack", "json")

    assert [item.counts["findings"] for item in told] == [1]


def test_hook_pack_written(plug: Plug, tmp_path: Path) -> None:
    told: list[tuple[Path, str]] = []

    def hear(directory: Path, assessment: Assessment) -> None:
        assert (directory / "manifest.json").is_file()
        assert (directory / "assessment.json").is_file()
        told.append((directory, assessment.period.name))

    plug(pack_written=hear)
    publish_to(tmp_path / "pack", "json")

    assert told == [(tmp_path / "pack", "2026-Q3")]


def test_a_hook_may_take_fewer_arguments(plug: Plug, tmp_path: Path) -> None:
    told: list[str] = []
    plug(pack_written=lambda: told.append("done"))
    publish_to(tmp_path / "pack", "json")

    assert told == ["done"]


# --- the worked plugin, installed ------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the plugin of docs/hooks.md, offline, and give a directory to work in."""
    work = tmp_path_factory.mktemp("worked")
    for name, content in FILES.items():
        path = work / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    command = (sys.executable, "-m", "pip", "install", "--quiet", *options)
    subprocess.run(
        [*command, "--target", work / "site", work / "project"],
        check=True,
        capture_output=True,
    )
    return work


def run(work: Path, *arguments: str, module: str = "gapfolio") -> str:
    """Run a command with the plugin on the path; errors show what it said."""
    environment = {**os.environ, "PYTHONPATH": str(work / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("GAPFOLIO_LOAD_PLUGINS", None)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=work / "project",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_has_every_file_of_the_plugin() -> None:
    assert sorted(FILES) == [
        "gapfolio_example/__init__.py",
        "gapfolio_example/mappings/edges.yaml",
        "gapfolio_example/source.py",
        "gapfolio_example/tickets.py",
        "housewatch.json",
        "pyproject.toml",
        "tests/test_example.py",
    ]


def test_the_worked_plugin_is_listed_with_what_it_offers(installed: Path) -> None:
    rows = json.loads(run(installed, "plugins", "--json"))
    example = next(row for row in rows if row["name"] == "example")

    assert example["version"] == "1.0"
    assert example["offers"][0].startswith("exporter: tickets")
    assert example["offers"][-1] == "source: housewatch-json"


def test_the_worked_plugin_is_explained(installed: Path) -> None:
    text = run(installed, "explain", "root-mfa")

    assert "evidence for CRED-01.root-mfa" in text
    assert "Reads AccountMFAEnabled" in text


def test_the_worked_plugin_is_scored(installed: Path) -> None:
    made = json.loads(run(installed, "score", "housewatch.json", "--json"))

    assert made["practices"]["CRED-01"]["state"] == "fail"
    criterion = made["practices"]["NET-03"]["criteria"]["NET-03.admin-ports-closed"]
    assert criterion["findings"] == {"pass": 1}


def test_the_worked_plugin_writes_its_tickets(installed: Path) -> None:
    run(installed, "report", "housewatch.json", "--format", "tickets,json", "-o", "pack")

    with (installed / "project" / "pack" / "tickets.csv").open(newline="") as file:
        tickets = list(csv.DictReader(file))
    assert [ticket["summary"] for ticket in tickets] == ["CRED-01 Root user is protected by MFA"]
    assert (installed / "project" / "pack" / "catalogue" / "1-mappings" / "edges.yaml").is_file()


def test_the_worked_plugin_passes_its_own_tests(installed: Path) -> None:
    text = run(installed, "-q", "-p", "no:cacheprovider", "tests", module="pytest")

    assert "2 passed" in text
