"""A certificate authority, certificates and a time-stamp server of our own: no network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PASSWORD = "correct horse"  # noqa: S105  # of keys that live as long as a test


@dataclass(frozen=True)
class Holder:
    """Somebody with a private key and a certificate."""

    key: Key
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate as people pass it on."""
        return self.certificate.public_bytes(Encoding.PEM)

    def p12(self, path: Path, password: str = PASSWORD, *chain: Holder) -> Path:
        """Write key and certificate as PKCS#12."""
        encryption: KeySerializationEncryption = NoEncryption()
        if password:
            encryption = BestAvailableEncryption(password.encode())
        others = [holder.certificate for holder in chain]
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"key", self.key, self.certificate, others, encryption
            )
        )
        return path


def certificates_only(path: Path, *holders: Holder) -> Path:
    """Write certificates without a key as PKCS#12."""
    others = [holder.certificate for holder in holders]
    encryption = BestAvailableEncryption(PASSWORD.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, None, None, others, encryption))
    return path


def day(number: float) -> datetime:
    """Give the moment so many days from now."""
    return datetime.now(UTC) + timedelta(days=number)


def holder(  # noqa: PLR0913 - keywords with defaults
    name: str,
    *,
    issuer: Holder | None = None,
    authority: bool = False,
    days: tuple[float, float] = (-1, 30),
    signs: bool = True,
    stamps: bool = False,
    rsa_key: bool = False,
) -> Holder:
    """Make a key and a certificate for it; without an issuer it signs itself."""
    key: Key = ec.generate_private_key(ec.SECP256R1())
    if stamps or rsa_key:
        key = rsa.generate_private_key(65537, 2048)
    subject = _name(name)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day(days[0]))
        .not_valid_after(day(days[1]))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(_usage(signs and not authority, authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if stamps:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return Holder(key, builder.sign(signer, hashes.SHA256()))


def _name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme Audit"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _usage(signs: bool, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def root() -> Holder:
    """The authority that the tests trust."""
    return holder("Acme Root", authority=True)


@cache
def auditor() -> Holder:
    """Whoever signs the reports."""
    return holder("Jane Doe", issuer=root())


@cache
def stamping() -> Holder:
    """The time-stamp server's certificate."""
    return holder("Acme Clock", issuer=root(), stamps=True)


@contextmanager
def time_stamp_server(
    by: Holder | None = None,
    *,
    answer: bytes | None = None,
    status: int = 200,
    of_other: bool = False,
) -> Iterator[str]:
    """Run a time-stamp server on loopback and give its address.

    Args:
        by: who stamps.
        answer: what it says instead of a time stamp.
        status: the status that it answers with.
        of_other: it stamps another document than the one it was sent.
    """
    who = by or stamping()
    certificate = asn1.Certificate.load(who.certificate.public_bytes(Encoding.DER))
    key = who.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(certificate, keys.PrivateKeyInfo.load(key))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = tsp.TimeStampReq.load(body)
            if of_other:
                request["message_imprint"]["hashed_message"] = bytes(32)
            said = stamper.request_tsa_response(request).dump() if answer is None else answer
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
