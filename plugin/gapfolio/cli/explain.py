"""`gapfolio explain`: a practice, a criterion or a check in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gapfolio.catalogue import Catalogue
    from gapfolio.model import Practice

_BASIS = {"said": "the article says it", "reading": "our reading", "today": "AWS advice today"}
_KIND = {
    "automated": "by scanner findings",
    "manual": "by attestation only: no scanner can see it",
    "both": "by scanner findings, and by an attestation of what no scanner sees",
}
_PROVES = {"both": "", "fail": " (only a fail counts: a pass proves too little)"}


@click.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Explain a practice (CRED-01), a criterion (CRED-01.root-mfa) or a scanner's check.

    \b
    Examples:
      gapfolio explain CRED-01
      gapfolio explain iam_root_mfa_enabled
      gapfolio explain securityhub:IAM.9
    """
    from gapfolio import catalogue, plugins

    loaded = catalogue.load(plugins.mapping_directories(plugins.manager()))
    practice = loaded.practice(name.partition(".")[0])
    if practice and ("." not in name or _is_criterion(practice, name)):
        click.echo("\n".join(_practice(practice, loaded)))
        return
    prefix, _, rest = name.partition(":")
    scanners, check = _scanners(loaded), name
    if prefix in scanners and rest:  # as reports write it: securityhub:IAM.9
        scanners, check = [prefix], rest
    lines = [line for scanner in scanners for line in _check(loaded, scanner, check)]
    if not lines:
        raise click.UsageError(
            f"{name} is no practice, criterion or check.{_nearest(loaded, name)}"
        )
    click.echo("\n".join(lines))


def _is_criterion(practice: Practice, name: str) -> bool:
    return any(criterion.id.lower() == name.lower() for criterion in practice.criteria)


def _practice(practice: Practice, loaded: Catalogue) -> list[str]:
    lines = [
        f"{practice.id}  {practice.title}",
        "",
        practice.why,
        "",
        f"Source     {practice.section} ({_BASIS[practice.basis]})",
        f"Priority   {practice.priority or 'not scored'}"
        + (f": {practice.priority_reason}" if practice.priority_reason else ""),
        f"Assessed   {_KIND[practice.evidence]}",
        f"NIST       {', '.join(practice.nist_800_53) or '–'} (SP 800-53 Rev. 5)",
    ]
    for label, text in (
        ("Past it", practice.basis_note),
        ("Since then", practice.superseded),
        ("Attest", practice.attest),
        ("Effect", practice.effect),
    ):
        if text:
            lines.append(f"{label:<10} {text}")
    for criterion in practice.criteria:
        lines += ["", f"{criterion.id} ({criterion.scope}; {_BASIS[criterion.basis]})"]
        lines.append(f"  {criterion.statement}")
        for scanner, edges in criterion.checks.items():
            for edge in edges:
                check = loaded.checks.get((scanner, edge.check))
                since = edge.since or (check.since if check else "")
                until = edge.until or (check.until if check else "")
                span = f" [{since or '…'}–{until or 'now'}]"
                lines.append(f"  {scanner}: {edge.check}{span} {edge.why}{_PROVES[edge.proves]}")
    for scanner, names in practice.supporting.items():
        lines += ["", f"Supporting (shown, not scored): {scanner}: {', '.join(names)}"]
    lines += ["", "What to do"]
    for number, step in enumerate(practice.recommendation, 1):
        lines.append(f"  {number}. {step.do}" + (f" ({step.how})" if step.how else ""))
        lines += [f"       {line}" for line in step.code.splitlines()]
    return lines


def _check(loaded: Catalogue, scanner: str, name: str) -> list[str]:
    canonical = loaded.canonical(scanner, name)
    check = loaded.checks.get((scanner, canonical))
    lines = [f"{scanner}: {canonical}" + (f"  {check.title}" if check else "")]
    if canonical.lower() != name.lower():
        lines.append(f"  {name} is another name of it")
    known, kind = check is not None, loaded.kind(scanner)
    taken = loaded.taking(kind) if known else None
    if taken:
        lines.append(f"  evidence for {taken[1].id}, which takes all {kind}: {taken[1].statement}")
    for practice, criterion, of, edge in loaded.edges():
        if of == scanner and edge.check == canonical:
            known = True
            role = "found before deployment, beside" if kind == "code" else "evidence for"
            lines.append(f"  {role} {criterion.id}: {criterion.statement}")
            lines.append(f"    {practice.title}; {edge.review}: {edge.why}{_PROVES[edge.proves]}")
    lines += [
        f"  supporting {practice.id}: {practice.title} (shown, not scored)"
        for practice in loaded.practices()
        if canonical in practice.supporting.get(scanner, [])
    ]
    reason = loaded.out_of_scope.get((scanner, canonical))
    if reason:
        lines.append(f"  out of scope: {reason}")
    if check and check.opt_in:
        lines.append("  a default run does not execute it")
    return lines if known or reason else []


def _scanners(loaded: Catalogue) -> list[str]:
    return sorted({check.scanner for check in loaded.checks.values()} | set(loaded.scanners()))


def _nearest(loaded: Catalogue, name: str) -> str:
    from difflib import get_close_matches

    names = list(dict.fromkeys(check for _, check in loaded.checks))
    for practice in loaded.practices():
        names += [practice.id, *(criterion.id for criterion in practice.criteria)]
    near = get_close_matches(name, names, n=3)
    return f" Did you mean {', '.join(near)}?" if near else ""
