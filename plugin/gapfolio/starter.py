"""The files that `gapfolio init` writes, commented so that they explain themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from gapfolio import engagement, resources
from gapfolio.engagement.folder import FILES
from gapfolio.errors import EngagementError
from gapfolio.report.starter import write_starter

_CLIENT = 'client = ""'
_PERIOD = '#period = "2026-Q3"'
_ACCOUNT = """\
#[[accounts]]
#id = "123456789012"
#name = "production"
#owner = "Platform team"
#environment = "production"
"""


@dataclass(frozen=True)
class Answers:
    """What is known when an engagement begins; what is left out stays an example."""

    client: str = ""
    period: str = ""
    accounts: dict[str, str] = field(default_factory=dict)
    """Id to name."""


def write(directory: Path, answers: Answers = Answers()) -> list[Path]:
    """Write the starter files that are not there yet, and a theme to change.

    Raises:
        EngagementError: the directory cannot be written, nothing would be new in it, or answers
            are given for a `gapfolio.toml` that is there; nothing was written then.
    """
    if answers != Answers() and (directory / engagement.FILE).exists():
        raise EngagementError(
            f"{directory / engagement.FILE}: is there already; client, period and accounts are "
            "written into a new one only; nothing was written"
        )
    contents = {
        name: resources.text("report_templates.starter", name)
        for name in FILES
        if not (directory / name).exists()
    }
    if engagement.FILE in contents:
        contents[engagement.FILE] = _answered(contents[engagement.FILE], answers)
    try:
        written = _written(directory, contents)
    except OSError as error:
        raise EngagementError(
            f"{directory}: cannot be written ({error.strerror}); name another directory"
        ) from error
    if not written:
        raise EngagementError(f"{directory}: is an engagement already; nothing was written")
    return written


def _written(directory: Path, contents: dict[str, str]) -> list[Path]:
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        draft = directory / f".{name}.draft"
        draft.write_text(content, encoding="utf-8")
        draft.replace(directory / name)
    if (directory / "theme").exists():
        return [directory / name for name in contents]
    write_starter(directory / "theme")
    return [*(directory / name for name in contents), *sorted((directory / "theme").iterdir())]


def _answered(settings: str, answers: Answers) -> str:
    """Put the answers into gapfolio.toml.

    Raises:
        EngagementError: the period makes no sense.
    """
    if answers.client:
        settings = settings.replace(_CLIENT, f"client = {_quoted(answers.client)}", 1)
    if answers.period:
        engagement.period_of(answers.period, engagement.Engagement())
        settings = settings.replace(_PERIOD, f"period = {_quoted(answers.period)}", 1)
    if answers.accounts:
        listed = "\n".join(_account(*item) for item in sorted(answers.accounts.items()))
        settings = settings.replace(_ACCOUNT, listed, 1)
    return settings


def _account(identity: str, name: str) -> str:
    return (
        f"[[accounts]]\nid = {_quoted(identity)}\nname = {_quoted(name)}\n"
        '#owner = "Platform team"\n#environment = "production"\n'
    )


def _quoted(text: str) -> str:
    """Write a TOML string: JSON's, but for DEL. What is no text is shown as escapes."""
    readable = text.encode(errors="backslashreplace").decode()
    return json.dumps(readable, ensure_ascii=False).replace("\x7f", "\\u007f")
