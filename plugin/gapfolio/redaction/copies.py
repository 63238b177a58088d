"""A redacted copy of an audit: the same type, so that a pack is written of it as of any other.

What is not in the copy cannot get into its pack: its engine holds the rewritten tables and nothing
else, its folder has no waivers or organization, and there are no run records and inputs.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from gapfolio.assess.pipeline import sort_findings
from gapfolio.audit import Audit, Progress
from gapfolio.catalogue import Catalogue
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.redaction import document, keys, tables
from gapfolio.redaction.keys import Key
from gapfolio.redaction.pseudonyms import Pseudonyms

_MORE = frozenset(("e.g", "i.e", "in-use", "not-in-use", "wide-open"))
"""Words that scanners write, and that are built like names."""
_WORD = re.compile(r"\w(?:[\w.-]*\w)?")


@dataclass(frozen=True)
class Copy:
    """A redacted copy."""

    audit: Audit
    key: Key


@contextmanager
def copied(
    audit: Audit, kinds: Collection[str], path: Path, progress: Progress = lambda *_: None
) -> Iterator[Copy]:
    """Give a copy of an audit with pseudonyms; it lives as long as the context.

    Args:
        audit: open, and of no further use for its queries afterwards.
        kinds: what to redact, of `KINDS`.
        path: file of the key, made if there is none; the list of names is kept beside it.
        progress: told what is being done.

    Raises:
        PackError: the key or the list cannot be read or written.
    """
    key = keys.opened(path)
    progress("sorting findings", 0, 0)
    sort_findings(audit.engine)
    progress("redacting", 0, 0)
    titles = {check.title for check in audit.catalogue.checks.values()}
    names = Pseudonyms(key.secret, kinds, _words(audit.catalogue, titles), titles)
    known = document.accounts(audit.assessment, audit.folder)
    names.learn_accounts([*known, *tables.accounts(audit.engine)])
    document.learn(audit.assessment, audit.folder, names)
    tables.learn(audit.engine, names)
    rewriter = document.Rewriter(names, tables.own_names(audit.engine, audit.assessment))
    assessment = msgspec.structs.replace(
        rewriter.record(audit.assessment), redacted=sorted(set(kinds))
    )
    folder = rewriter.folder(audit.folder)
    with tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch:
        files = tables.write(audit.engine, names, Path(scratch))
        keys.add_names(key, names.listed())
        audit.engine.rest()
        with DuckDBEngine(Path(scratch)) as engine:
            for table, file in files.items():
                engine.attach(table, file)
            yield Copy(
                replace(
                    audit,
                    assessment=assessment,
                    engine=engine,
                    folder=folder,
                    run_files=[],
                    pulled=None,
                ),
                key,
            )


def _words(catalogue: Catalogue, titles: Collection[str]) -> set[str]:
    """Give the everyday words of the trade: those of the catalogue's own texts, and check ids."""
    texts = [*titles, *(check.id for check in catalogue.checks.values())]
    for practice in catalogue.practices():
        texts += [practice.title, practice.why, practice.effect, practice.cause]
        texts += [criterion.statement for criterion in practice.criteria]
        texts += [step.do for step in practice.recommendation]
    return {word for text in texts for word in _WORD.findall(text.lower())} | _MORE
