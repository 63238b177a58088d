"""Signs a pack for the file: the PDF (PAdES B-B, or B-T with a time stamp), then its manifest.

The PDF's signature is invisible and appended, so the document stays PDF/A-3a and PDF/UA-1. The
manifest lists the signed PDF and gets a detached signature (CMS). Everything is made and checked
before the first file is put in place. Needs pyHanko (extra `sign`).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from io import BytesIO
from pathlib import Path
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import msgspec
from asn1crypto import cms, core, tsp  # type: ignore[import-untyped]
from asn1crypto import pkcs12 as structure
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from gapfolio import archive, decoding
from gapfolio.assess import document
from gapfolio.errors import PackError, SigningError
from gapfolio.manifest import ASSESSMENT, MANIFEST, REPORT, SIGNATURE, Manifest
from gapfolio.verify import signatures, verify
from gapfolio.verify.check import Progress

FIELD = "Signature"
_DIGEST = "sha256"
_LARGEST_KEY = 10 << 20
_LARGEST_ANSWER = 1 << 20
_SECONDS = 20.0
_FAILURES = (*signatures.FAULTS, UnsupportedAlgorithm)


@dataclass(frozen=True)
class Identity:
    """A private key with its certificate, as a PKCS#12 file holds them."""

    path: Path
    signer: signers.SimpleSigner


@dataclass(frozen=True)
class Signed:
    """What was signed."""

    facts: list[str]
    """What was signed, by whom and when."""
    notes: list[str]
    """What the signer should know: the report is a draft, or has blanks."""
    archive: Path | None = None
    """The signed pack as a zip archive; None if none was asked for."""


class _Unfinished(msgspec.Struct, frozen=True):
    """Of `assessment.json`, what tells that somebody still has to work on it."""

    status: str
    blanks: list[str]


def identity(path: Path, password: Callable[[], str]) -> Identity:
    """Read a PKCS#12 file (.p12, .pfx); `password` is asked only if the file has one.

    Raises:
        SigningError: it cannot be read, the password is wrong, or its certificate may not sign now.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_KEY)
    except OSError as error:
        raise SigningError(f"{path}: cannot be read ({error.strerror or error})") from error
    if not _is_pkcs12(data):
        raise SigningError(f"{path}: is no PKCS#12 file (.p12, .pfx)")
    for given in _passwords(password):  # a person is asked last
        try:
            key, certificate, _ = pkcs12.load_key_and_certificates(data, given)
        except UnsupportedAlgorithm as error:
            raise SigningError(f"{path}: is encrypted in a way that is not supported") from error
        except (ValueError, TypeError):
            continue
        if key is None or certificate is None:
            missing = "private key" if key is None else "certificate of its private key"
            raise SigningError(f"{path}: has no {missing} in it")
        _refuse_unfit(path, certificate)
        return _identity(path, data, given)
    raise SigningError(f"{path}: the password is wrong")


def refuse_signed(pack: Path) -> None:
    """Refuse a pack that has a signature; before anybody is asked for a password.

    Raises:
        PackError: saying so.
    """
    if (pack / SIGNATURE).exists():
        raise PackError(f"{pack}: is signed already, and stays as it is")


def sign(
    pack: Path,
    by: Identity,
    *,
    tsa: str = "",
    zipped: bool = False,
    progress: Progress = lambda *_: None,
) -> Signed:
    """Sign a pack that is whole and not signed yet.

    Args:
        pack: its directory.
        by: whose signature.
        tsa: address of a time-stamp server (RFC 3161); "" = the time is the signer's own word.
        zipped: also write the archive beside it anew.
        progress: told what is being done.

    Raises:
        PackError: there is no such pack, it is not whole, or it is signed already.
        SigningError: the time-stamp server cannot be reached, or refuses. Nothing was changed.
    """
    stamper = _Stamper(tsa) if tsa else None
    if pack.is_file():
        raise PackError(f"{pack}: is an archive; sign the directory, with --zip for a new archive")
    verdict = verify(pack, progress=progress)
    if verdict.signed:
        raise PackError(f"{pack}: is signed already, and stays as it is")
    if not verdict.whole:
        raise PackError(f"{pack}: is not whole, and was not signed: {'; '.join(verdict.problems)}")
    if zipped:
        archive.guard(pack, verdict.manifest.period, verdict.manifest.edition)
    progress("signing", 0, 0)
    made: dict[str, bytes] = {}
    facts: list[str] = []
    with _explained(by, tsa):
        if (pack / REPORT).is_file():
            made[REPORT] = _signed_pdf((pack / REPORT).read_bytes(), by.signer, stamper)
            facts.append(f"{REPORT}: {_sound(signatures.check_pdf(made[REPORT], []))}")
        made[MANIFEST] = document.encode(_manifest(verdict.manifest, made))
        made[SIGNATURE] = _detached(made[MANIFEST], by.signer, stamper)
        told = signatures.check_manifest(made[MANIFEST], made[SIGNATURE], [])
        facts.append(f"{MANIFEST}: {_sound(told)}")
    _put(pack, made)
    return Signed(facts, _unfinished(pack), archive.write(pack) if zipped else None)


def _unfinished(pack: Path) -> list[str]:
    try:
        found = decoding.decode((pack / ASSESSMENT).read_bytes(), _Unfinished, "json")
    except (OSError, decoding.MalformedError):
        return []
    notes = []
    if found.status == "draft":
        notes.append("the report calls itself a draft (status in gapfolio.toml)")
    if found.blanks:
        notes.append(f"{len(found.blanks)} blanks of the report are still empty")
    return notes


# --- the key ---------------------------------------------------------------------------------


def _passwords(password: Callable[[], str]) -> Iterator[bytes | None]:
    """Give what may open the file; a person is asked last."""
    yield from (None, b"")
    yield password().encode()


def _is_pkcs12(data: bytes) -> bool:
    try:
        return bool(structure.Pfx.load(data)["auth_safe"]["content_type"].native)
    except (ValueError, TypeError, LookupError):
        return False


def _refuse_unfit(path: Path, certificate: x509.Certificate) -> None:
    """Refuse to sign with what nobody could accept."""
    now = datetime.now(UTC)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    whose = f"{path}: the certificate of {certificate.subject.rfc4514_string()}"
    if now > last:
        raise SigningError(f"{whose} expired on {last.day} {last:%B %Y}")
    if now < first:
        raise SigningError(f"{whose} is valid only from {first.day} {first:%B %Y}")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except ValueError as error:
        raise SigningError(f"{whose} is damaged") from error
    if not (usage.digital_signature or usage.content_commitment):
        raise SigningError(f"{whose} is not made for signing (its key usage)")


def _identity(path: Path, data: bytes, password: bytes | None) -> Identity:
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(data, [], password)
    except _FAILURES as error:
        raise SigningError(f"{path}: has a key of a kind that cannot be used here") from error
    return Identity(path, signer)


# --- signatures ------------------------------------------------------------------------------


def _signed_pdf(
    pdf: bytes, signer: signers.SimpleSigner, stamper: timestamps.TimeStamper | None
) -> bytes:
    """Append an invisible signature after which nothing may be changed."""
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_DIGEST,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signed = BytesIO()
    signers.PdfSigner(about, signer, timestamper=stamper).sign_pdf(
        _Writer(BytesIO(pdf)), output=signed
    )
    return signed.getvalue()


class _Writer(IncrementalPdfFileWriter):
    """Leaves the metadata alone: some versions of pyHanko lose the marks of PDF/A and PDF/UA."""

    def _update_meta(self) -> None:
        pass


def _detached(
    content: bytes, signer: signers.SimpleSigner, stamper: timestamps.TimeStamper | None
) -> bytes:
    about = PdfCMSSignedAttributes(signing_time=datetime.now(UTC).replace(microsecond=0))
    made: bytes = asyncio.run(
        signer.async_sign_general_data(
            content, _DIGEST, detached=True, timestamper=stamper, signed_attr_settings=about
        )
    ).dump()
    return made


def _manifest(manifest: Manifest, made: Mapping[str, bytes]) -> Manifest:
    """Give the manifest with hash and size of the signed PDF."""
    files = [
        msgspec.structs.replace(
            entry,
            sha256=hashlib.sha256(made[entry.path]).hexdigest(),
            bytes=len(made[entry.path]),
        )
        if entry.path in made
        else entry
        for entry in manifest.files
    ]
    return msgspec.structs.replace(manifest, files=files)


def _sound(told: signatures.Told) -> str:
    """Refuse our own signature if it does not hold: a time stamp may be of something else."""
    if told.problems:
        raise SigningError(f"nothing was signed: {'; '.join(told.problems)}")
    return f"signed by {told.who}"


class _Answer(core.Sequence):  # type: ignore[misc]
    """The answer of a time-stamp server; one that refuses has no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class _Stamper(timestamps.TimeStamper):
    """Asks a time-stamp server over HTTP."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SigningError(f"--tsa {url}: is no address of a time-stamp server (http…)")
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send a request; the answer is looked at by the caller."""
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        }
        request = Request(self._url, req.dump(), headers)  # noqa: S310  # http(s), see above
        try:
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                data = answer.read(_LARGEST_ANSWER)
        except HTTPError as error:
            error.close()
            raise self._unreachable(f"it answers {error.code} {error.reason}") from error
        except URLError as error:
            raise self._unreachable(
                getattr(error.reason, "strerror", "") or str(error.reason)
            ) from error
        except (OSError, HTTPException) as error:
            raise self._unreachable(str(error) or type(error).__name__) from error
        return tsp.TimeStampResp.load(self._granted(data))

    def _granted(self, data: bytes) -> bytes:
        """Refuse what is no time stamp, with the server's own words if it has any."""
        try:
            answer = _Answer.load(data, strict=True)
            status = answer["status"]
            granted = status["status"].native == "granted"
            words = "; ".join(status["status_string"].native or ()) or status["status"].native
            token = answer["time_stamp_token"].native
        except (ValueError, TypeError) as error:
            raise SigningError(
                f"{self._url}: does not answer like a time-stamp server; nothing was signed"
            ) from error
        if not granted or not token:
            raise SigningError(f"{self._url}: gives no time stamp ({words}); nothing was signed")
        return data

    def _unreachable(self, why: str) -> SigningError:
        return SigningError(
            f"{self._url}: the time-stamp server cannot be reached ({why}); nothing was signed"
        )


@contextmanager
def _explained(by: Identity, tsa: str) -> Iterator[None]:
    """Say in a sentence what pyHanko says in a traceback."""
    try:
        yield
    except timestamps.TimestampRequestError as error:
        reason = " ".join(str(error).split())
        raise SigningError(f"{tsa}: gives no time stamp: {reason}; nothing was signed") from error
    except _FAILURES as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SigningError(f"{by.path}: could not sign with it: {reason}") from error


# --- in place --------------------------------------------------------------------------------


def _put(pack: Path, made: Mapping[str, bytes]) -> None:
    """Put the files in place, all of them or none.

    Raises:
        PackError: the disk is full, or the pack may not be written to; it is as it was.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".sign-", dir=pack) as scratch:
            for name, content in made.items():
                with (Path(scratch) / name).open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                (Path(scratch) / name).chmod(0o600)
            _exchange(pack, Path(scratch), list(made))
    except OSError as error:
        raise PackError(
            f"{pack}: could not be written to ({error.strerror or error}); it is as it was"
        ) from error


def _exchange(pack: Path, scratch: Path, names: list[str]) -> None:
    """Move new files over the old; if one cannot be moved, or the user stops it, put all back."""
    old = scratch / "old"
    old.mkdir()
    for name in names:
        if (pack / name).exists():
            shutil.copy2(pack / name, old / name)
    try:
        for name in names:
            (scratch / name).replace(pack / name)
    except BaseException:
        for name in names:
            if (old / name).exists():
                (old / name).replace(pack / name)
            else:
                (pack / name).unlink(missing_ok=True)
        raise
