"""Errors that speak of a Region as a whole, and the services that they stand for."""

from __future__ import annotations

import msgspec

from gapfolio.assess.tables import Run
from gapfolio.catalogue import Catalogue
from gapfolio.model import RunError

EVERY_SERVICE = "*"
"""As the service of a run's error: nothing in that Region was seen."""


def spread(run: Run, catalogue: Catalogue) -> Run:
    """Give a run whose errors of a whole Region name every service that its checks examine.

    The services are those of the catalogue at hand, so a record stays right when that changes.
    """
    errors = run.record.errors
    if run.record.checks == "all" or not any(e.service == EVERY_SERVICE for e in errors or ()):
        return run
    names = {catalogue.canonical(run.record.scanner, check) for check in run.record.checks}
    found = {catalogue.checks.get((run.record.scanner, name)) for name in names}
    services = sorted({check.service for check in found if check})
    all_of_them: list[RunError] = []
    for error in errors or ():
        if error.service == EVERY_SERVICE:
            all_of_them += [msgspec.structs.replace(error, service=name) for name in services]
        else:
            all_of_them.append(error)
    record = msgspec.structs.replace(run.record, errors=all_of_them)
    return Run(record, run.origin, run.void, run.supposed)
