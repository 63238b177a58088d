"""Progress on stderr for whatever takes more than a second; silent when nobody watches."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gapfolio.audit import Progress

_PATIENCE = 1.0


@contextmanager
def shown() -> Iterator[Progress]:
    """Give a `Progress` that draws a bar once the work has taken a second."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=None)
    # by the clock, not by the next step: the last step may be the long one
    starts = threading.Timer(_PATIENCE, bar.start)
    starts.daemon = True
    starts.start()
    try:
        yield lambda what, done, of: bar.update(
            task, description=what, completed=done, total=of or None
        )
    finally:
        starts.cancel()
        starts.join()
        bar.stop()
