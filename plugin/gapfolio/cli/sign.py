"""`gapfolio sign`: sign the report, and the pack that it stands in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from gapfolio.cli import progress, summary
from gapfolio.cli.summary import visible
from gapfolio.errors import SigningError


@click.command()
@click.argument("pack", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--p12",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="PKCS#12 file (.p12, .pfx) with your private key and certificate.",
)
@click.option("--tsa", default="", metavar="URL", help="Time-stamp server (RFC 3161).")
@click.option(
    "--password-env",
    default="",
    metavar="NAME",
    help="Environment variable with the file's password.  [default: you are asked]",
)
@click.option("--zip", "zipped", is_flag=True, help="Also write the archive PACK.zip anew.")
def sign(pack: Path, p12: Path, tsa: str, password_env: str, zipped: bool) -> None:
    """Sign report.pdf and manifest.json of a pack that is whole.

    The signature in the PDF is invisible (PAdES; with --tsa it carries a time stamp), the
    manifest's is the file manifest.json.p7s. A signed pack is never replaced by another report.

    \b
    Examples:
      gapfolio sign packs/2026-Q3 --p12 jane.p12 --tsa http://tsa.example.com
      gapfolio verify packs/2026-Q3 --trust our-root.pem
    """
    try:
        from gapfolio import signing
    except ImportError as error:
        raise SigningError(
            f"signing needs pyHanko ({error}): pip install 'gapfolio[sign]'"
        ) from error
    signing.refuse_signed(pack)
    by = signing.identity(p12, lambda: _password(p12, password_env))
    with progress.shown() as told:
        signed = signing.sign(pack, by, tsa=tsa, zipped=zipped, progress=told)
    for fact in signed.facts:
        click.echo(visible(fact))
    for note in signed.notes:
        click.echo(f"note: {note}", err=True)
    summary.print_archive(pack, signed.archive)


def _password(p12: Path, name: str) -> str:
    if name:
        if name not in os.environ:
            raise SigningError(f"--password-env {name}: there is no such environment variable")
        return os.environ[name]
    if not sys.stdin.isatty():
        raise SigningError(f"{p12}: has a password; name its environment variable: --password-env")
    word: str = click.prompt(f"Password of {p12}", hide_input=True, err=True)
    return word
