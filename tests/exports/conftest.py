"""An assessment with its findings table, for the exporters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from gapfolio.assess.engine import DuckDBEngine
from gapfolio.assess.pipeline import Request, assess, prepare
from gapfolio.assess.score import AssuredPolicy
from gapfolio.engagement import Account, Engagement, Folder, Notes
from gapfolio.model import Assessment, Finding, InputResult
from gapfolio.testing import ACCOUNT, make_catalogue, put_findings

Assessed: TypeAlias = Callable[[Iterable[Finding]], tuple[Assessment, DuckDBEngine]]


@pytest.fixture
def assessed(tmp_path: Path) -> Iterator[Assessed]:
    """Assess findings of one account; the table lives as long as the test."""
    with ExitStack() as stack:
        count = iter(range(100))

        def make(findings: Iterable[Finding]) -> tuple[Assessment, DuckDBEngine]:
            scratch = tmp_path / f"engine{next(count)}"
            scratch.mkdir()
            engine = stack.enter_context(DuckDBEngine(scratch))
            request = Request(
                folder=Folder(
                    Engagement(client="=Acme", accounts=[Account(id=ACCOUNT, name="prod")]), Notes()
                ),
                catalogue=make_catalogue(
                    CRED_01={"priority": "critical", "criteria": {"root": ("account", ["a"])}},
                    NET_01={"criteria": {"open": ("resource", ["b", "c"])}},
                    IR_01={"evidence": "manual", "attest": "It is so."},
                ),
                policy=AssuredPolicy(),
                inputs=[
                    InputResult(
                        name="scan.json",
                        sha256="ab" * 32,
                        bytes=1,
                        source="test",
                        elements=1,
                        findings=1,
                        skipped={},
                    )
                ],
                period="2026-Q3",
            )
            put_findings(engine, findings)
            prepare(engine, request)
            return assess(engine, request), engine

        yield make
