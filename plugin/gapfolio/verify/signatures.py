"""Who signed a pack, when, and whether that goes back to a certificate that the reader trusts.

Needs pyHanko (extra `sign`). Nothing is fetched: neither revocation lists nor certificates. A
signature is judged at the time of its time stamp if that can be trusted, else now.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms, x509  # type: ignore[import-untyped]
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    SignatureCoverageLevel,
    StandardCMSSignatureStatus,
    async_validate_detached_cms,
    validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from gapfolio.errors import SigningError
from gapfolio.manifest import MANIFEST, REPORT, SIGNATURE

for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # we say it in our own words

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    PdfError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
)
"""What reading a signature that is damaged, or made to be, ends with."""
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_Judge = Callable[[ValidationContext, ValidationContext], StandardCMSSignatureStatus]


@dataclass(frozen=True)
class Told:
    """What is to be said of signatures."""

    problems: list[str]
    facts: list[str]
    who: str = ""
    """Of a sound signature: whose it is, and of when."""


def roots(paths: Sequence[Path]) -> list[x509.Certificate]:
    """Read the certificates that signatures must go back to.

    Raises:
        SigningError: a file cannot be read, or has no certificate.
    """
    found: list[x509.Certificate] = []
    for path in paths:
        try:
            made = list(load_certs_from_pemder_data(path.read_bytes()))
            for certificate in made:
                _ = certificate.subject.native, certificate.not_valid_after
        except OSError as error:
            raise SigningError(f"{path}: cannot be read ({error.strerror or error})") from error
        except FAULTS as error:
            raise SigningError(f"{path}: is no certificate in PEM or DER") from error
        if not made:
            raise SigningError(f"{path}: has no certificate in it")
        found += made
    return found


def check_manifest(manifest: bytes, signature: bytes, trust: Sequence[x509.Certificate]) -> Told:
    """Check the detached signature of `manifest.json`."""
    try:
        content = cms.ContentInfo.load(signature, strict=True)
        if content["content_type"].native != "signed_data":
            return Told([f"{SIGNATURE}: is no signature"], [])
        signed = content["content"]

        def judge(signer: ValidationContext, stamps: ValidationContext) -> Any:
            return asyncio.run(
                async_validate_detached_cms(manifest, signed, signer, stamps, None, USAGE)
            )

        return _judged(MANIFEST, judge, trust)
    except FAULTS:
        return Told([f"{SIGNATURE}: is damaged, or no signature"], [])


def check_pdf(pdf: bytes, trust: Sequence[x509.Certificate]) -> Told:
    """Check every signature in the PDF; the last one must cover the whole of it."""
    told: list[Told] = []
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        for place, embedded in enumerate(found, 1):

            def judge(
                signer: ValidationContext, stamps: ValidationContext, embedded: Any = embedded
            ) -> Any:
                return validate_pdf_signature(embedded, signer, stamps, key_usage_settings=USAGE)

            told.append(_judged(REPORT, judge, trust, last=place == len(found)))
    except FAULTS:
        told.clear()
    if not told:
        return Told([f"{REPORT}: its signature is damaged"], [])
    return Told(
        [problem for one in told for problem in one.problems],
        [fact for one in told for fact in one.facts],
        "; ".join(one.who for one in told if one.who),
    )


def _judged(
    what: str, judge: _Judge, trust: Sequence[x509.Certificate], *, last: bool = True
) -> Told:
    """Judge a signature: now, and if its time stamp can be trusted, at that time."""
    now = datetime.now(UTC)
    status = judge(_context(trust), _context(trust))
    stamp = status.timestamp_validity
    if not (status.intact and status.valid):
        return Told([f"{what}: is not what was signed by {_name(status.signing_cert)}"], [])
    if stamp is not None and not (stamp.intact and stamp.valid):
        return Told([f"{what}: its time stamp is of something else"], [])
    if not _untouched(status, last):
        return Told([f"{what}: was changed after {_name(status.signing_cert)} signed it"], [])
    moment = now
    if stamp is not None and stamp.trusted:
        moment = stamp.timestamp
        status = judge(_context(trust, moment), _context(trust))
    return _told(what, status, moment, bool(trust))


def _context(
    trust: Sequence[x509.Certificate], moment: datetime | None = None
) -> ValidationContext:
    return ValidationContext(trust_roots=list(trust), moment=moment, allow_fetching=False)


def _untouched(status: StandardCMSSignatureStatus, last: bool) -> bool:
    coverage = getattr(status, "coverage", None)  # a PDF's signature has one
    if coverage is None or coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    return not last and bool(getattr(status, "docmdp_ok", False))


def _told(what: str, status: StandardCMSSignatureStatus, moment: datetime, checked: bool) -> Told:
    """Put a sound signature into words."""
    certificate = status.signing_cert
    who = f"{_name(certificate)} {_when(status, checked)}"
    by = f"{what}: signed by {who}"
    print_ = f"certificate {certificate.sha256.hex()}"
    if not checked:
        text = f"{by}, not checked against any root ({print_}; name one with --trust)"
        return Told([], [text], who)
    if why := _unfit(status, moment):
        return Told([f"{by}, whose {print_} {why}"], [])
    return Told([], [f"{by}; goes back to {_anchor(status)}; not changed since"], who)


def _unfit(status: StandardCMSSignatureStatus, moment: datetime) -> str:
    """Say why a certificate is not trusted; `""` if it is."""
    first, last = status.signing_cert.not_valid_before, status.signing_cert.not_valid_after
    if moment > last:
        return f"expired on {_day(last)}, and no trusted time stamp shows that it was valid then"
    if moment < first:
        return f"is valid only from {_day(first)}"
    if status.revoked:
        return "was revoked"
    return "" if status.trusted else "does not go back to a certificate of --trust"


def _anchor(status: StandardCMSSignatureStatus) -> str:
    path = status.validation_path
    certificate = getattr(path.trust_anchor, "certificate", None) if path else None
    return _name(certificate) if certificate else "a certificate of --trust"


def _when(status: StandardCMSSignatureStatus, checked: bool) -> str:
    stamp = status.timestamp_validity
    if stamp is None:
        said = status.signer_reported_dt
        return f"on {_minute(said)} by the signer's own clock" if said else "at an unknown time"
    words = f"on {_minute(stamp.timestamp)} by the time stamp of {_name(stamp.signing_cert)}"
    if checked and not stamp.trusted:
        words += " (which does not go back to a certificate of --trust)"
    return words


def _minute(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{_day(utc)}, {utc:%H:%M} UTC"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _name(certificate: x509.Certificate) -> str:
    """Name the holder of a certificate: person or server, and organisation."""
    native = certificate.subject.native
    parts = [native.get(key) for key in ("common_name", "organization_name")]
    texts = ["/".join(part) if isinstance(part, list) else part for part in parts if part]
    return ", ".join(texts) or certificate.subject.human_friendly
