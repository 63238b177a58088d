"""Signing a pack, and checking who signed it: our own authority and clock, no network."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from asn1crypto import tsp  # type: ignore[import-untyped]
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

import packs
import pki
from gapfolio import archive, pack, signing
from gapfolio.errors import PackError, SigningError
from gapfolio.manifest import MANIFEST, REPORT, SIGNATURE
from gapfolio.verify import signatures, verify
from verapdf import validate

CHANGED = (REPORT, MANIFEST, SIGNATURE)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Give a pack as it was made."""
    return packs.whole(tmp_path / "pack")


@cache
def _signed(stamped: bool) -> TemporaryDirectory[str]:
    made = TemporaryDirectory(prefix="signed-")
    place = packs.whole(Path(made.name) / "pack")
    by = identity(Path(made.name))
    if stamped:
        with pki.time_stamp_server() as url:
            signing.sign(place, by, tsa=url)
    else:
        signing.sign(place, by)
    return made


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """Give a pack that Jane Doe signed by her own clock."""
    return shutil.copytree(Path(_signed(stamped=False).name) / "pack", tmp_path / "signed")


@pytest.fixture
def stamped(tmp_path: Path) -> Path:
    """Give a pack that Jane Doe signed with a time stamp."""
    return shutil.copytree(Path(_signed(stamped=True).name) / "pack", tmp_path / "stamped")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the certificate to trust, as a file."""
    return trusted(tmp_path / "root.pem", pki.root())


def trusted(path: Path, *holders: pki.Holder) -> Path:
    path.write_bytes(b"".join(holder.pem for holder in holders))
    return path


def identity(place: Path, holder: pki.Holder | None = None) -> signing.Identity:
    path = (holder or pki.auditor()).p12(place / "key.p12")
    return signing.identity(path, lambda: pki.PASSWORD)


def content(target: Path) -> dict[str, bytes]:
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in target.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def untouched(whole: Path) -> Iterator[Path]:
    """Give a pack, and see that it is as it was afterwards."""
    before = content(whole)
    yield whole
    assert content(whole) == before
    assert sorted(path.name for path in whole.iterdir() if path.name.startswith(".")) == []


# --- signed ----------------------------------------------------------------------------------


def test_a_signed_pack_is_whole_and_says_who_and_when(signed: Path, root: Path) -> None:
    verdict = verify(signed, trust=[root])

    assert verdict.problems == []
    assert verdict.signed
    for name in (REPORT, MANIFEST):
        (fact,) = [text for text in verdict.facts if text.startswith(f"{name}: signed by")]
        assert fact.startswith(f"{name}: signed by Jane Doe, Acme Audit on ")
        assert "UTC by the signer's own clock" in fact
        assert fact.endswith("; goes back to Acme Root, Acme Audit; not changed since")


def test_a_time_stamp_says_when(stamped: Path, root: Path) -> None:
    verdict = verify(stamped, trust=[root])

    assert verdict.problems == []
    assert "by the time stamp of Acme Clock, Acme Audit; goes back to" in verdict.facts[-1]


def test_without_a_root_the_signature_is_sound_and_said_to_be_unchecked(signed: Path) -> None:
    verdict = verify(signed)
    certificate = signatures.roots([trusted(signed.parent / "jane.pem", pki.auditor())])[0]

    assert verdict.problems == []
    assert "signed by Jane Doe, Acme Audit on " in verdict.facts[-1]
    assert (
        f"not checked against any root (certificate {certificate.sha256.hex()};"
        in (verdict.facts[-1])
    )


def test_the_pdf_is_extended_and_nothing_else_changes(whole: Path) -> None:
    before = content(whole)
    signing.sign(whole, identity(whole.parent))
    after = content(whole)

    assert after[REPORT].startswith(before[REPORT])
    assert {name for name in after if after[name] != before.get(name)} == set(CHANGED)
    old = verify_manifest(before[MANIFEST])
    new = verify_manifest(after[MANIFEST])
    assert {path for path in new if new[path] != old[path]} == {REPORT}
    assert new[REPORT] == hashlib.sha256(after[REPORT]).hexdigest()
    for name in CHANGED:
        assert (whole / name).stat().st_mode & 0o777 == 0o600


def verify_manifest(data: bytes) -> dict[str, str]:
    entries = json.loads(data)["files"]
    return {entry["path"]: entry["sha256"] for entry in entries}


@pytest.mark.parametrize("kind", ["signed", "stamped"])
def test_a_signed_pdf_stays_archival_and_accessible(
    kind: str, request: pytest.FixtureRequest
) -> None:
    assert validate(request.getfixturevalue(kind) / REPORT) == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
def test_openssl_checks_the_manifest_by_hand(signed: Path, root: Path) -> None:
    command = (
        f"openssl cms -verify -binary -inform DER -in {SIGNATURE} -content {MANIFEST} "
        f"-CAfile {root} -purpose any -out /dev/null"
    )
    right = subprocess.run(command.split(), cwd=signed, capture_output=True, check=False)
    (signed / MANIFEST).write_bytes((signed / MANIFEST).read_bytes() + b" ")
    wrong = subprocess.run(command.split(), cwd=signed, capture_output=True, check=False)

    assert right.returncode == 0, right.stderr
    assert wrong.returncode != 0


def test_a_pack_without_a_pdf_gets_a_signed_manifest(whole: Path, root: Path) -> None:
    (whole / REPORT).unlink()
    packs.list_again(whole)
    made = signing.sign(whole, identity(whole.parent))

    assert [fact.partition(":")[0] for fact in made.facts] == [MANIFEST]
    assert verify(whole, trust=[root]).problems == []


def test_the_signer_hears_of_drafts_and_blanks(whole: Path) -> None:
    blanks = len(json.loads((whole / "assessment.json").read_bytes())["blanks"])
    made = signing.sign(whole, identity(whole.parent))

    assert made.notes == [
        "the report calls itself a draft (status in gapfolio.toml)",
        f"{blanks} blanks of the report are still empty",
    ]


def test_a_signed_archive_is_written_anew_and_checked(whole: Path, root: Path) -> None:
    unsigned = archive.write(whole).read_bytes()
    made = signing.sign(whole, identity(whole.parent), zipped=True)

    assert made.archive == archive.place(whole)
    assert made.archive.read_bytes() != unsigned
    assert verify(made.archive, trust=[root]).problems == []


def test_a_signed_pack_is_never_replaced_by_a_report(tmp_path: Path, whole: Path) -> None:
    signing.sign(whole, identity(tmp_path))
    before = content(whole)

    with pytest.raises(PackError, match="is signed and stays as it is; name another -o"):
        packs.report(packs.engagement(tmp_path / "home"), whole)
    with pytest.raises(PackError, match="is signed and stays as it is; name another -o"):
        pack.guard(whole, "2026-Q4")
    assert content(whole) == before


# --- trust -----------------------------------------------------------------------------------


def test_another_root_is_a_problem(signed: Path) -> None:
    other = trusted(signed.parent / "other.pem", pki.holder("Other Root", authority=True))
    found = verify(signed, trust=[other]).problems

    assert len(found) == 2
    assert all("does not go back to a certificate of --trust" in text for text in found)


def test_a_root_with_the_same_name_is_another_root(signed: Path) -> None:
    twin = trusted(signed.parent / "twin.pem", pki.holder("Acme Root", authority=True))

    assert len(verify(signed, trust=[twin]).problems) == 2


def test_one_of_several_roots_in_one_file_is_enough(signed: Path) -> None:
    other = pki.holder("Other Root", authority=True)
    both = trusted(signed.parent / "both.pem", other, pki.root())

    assert verify(signed, trust=[both]).problems == []


def test_a_root_may_be_in_der(signed: Path, root: Path) -> None:
    der = signed.parent / "root.der"
    der.write_bytes(signatures.roots([root])[0].dump())

    assert verify(signed, trust=[der]).problems == []


def test_intermediate_certificates_travel_with_the_signature(whole: Path, root: Path) -> None:
    between = pki.holder("Acme Desk", issuer=pki.root(), authority=True)
    john = pki.holder("John Doe", issuer=between)
    path = john.p12(whole.parent / "john.p12", pki.PASSWORD, between)
    signing.sign(whole, signing.identity(path, lambda: pki.PASSWORD))

    assert verify(whole, trust=[root]).problems == []


def test_a_self_signed_certificate_can_be_trusted_itself(whole: Path) -> None:
    alone = pki.holder("Sole Auditor")
    signing.sign(whole, identity(whole.parent, alone))
    itself = trusted(whole.parent / "alone.pem", alone)
    other = trusted(whole.parent / "other.pem", pki.holder("Sole Auditor"))

    assert verify(whole, trust=[itself]).problems == []
    assert len(verify(whole, trust=[other]).problems) == 2


def test_keys_may_be_rsa(whole: Path, root: Path) -> None:
    signing.sign(whole, identity(whole.parent, pki.holder("R", issuer=pki.root(), rsa_key=True)))

    assert verify(whole, trust=[root]).problems == []


def test_a_clock_that_is_not_trusted_is_said(whole: Path, root: Path) -> None:
    with pki.time_stamp_server(pki.holder("Stray Clock", stamps=True)) as url:
        signing.sign(whole, identity(whole.parent), tsa=url)
    verdict = verify(whole, trust=[root])

    assert verdict.problems == []
    assert (
        "by the time stamp of Stray Clock, Acme Audit (which does not go back to a certificate of "
        "--trust)" in verdict.facts[-1]
    )


def expiring(place: Path, stamped: bool) -> Path:
    """Give a pack that was signed with a certificate that has expired since."""
    whole = packs.whole(place)
    short = pki.holder("Short Lived", issuer=pki.root(), days=(-1, 4 / 86400))
    by = identity(place.parent, short)
    with pki.time_stamp_server() as url:
        signing.sign(whole, by, tsa=url if stamped else "")
    rest = short.certificate.not_valid_after_utc.timestamp() - time.time()
    time.sleep(max(0, rest) + 1.5)
    return whole


def test_a_certificate_that_expired_since_counts_only_with_a_time_stamp(
    tmp_path: Path, root: Path
) -> None:
    stamped = expiring(tmp_path / "stamped", stamped=True)
    bare = expiring(tmp_path / "bare", stamped=False)

    assert verify(stamped, trust=[root]).problems == []
    found = verify(bare, trust=[root]).problems
    assert len(found) == 2
    assert all("and no trusted time stamp shows that it was valid then" in text for text in found)
    assert verify(bare).problems == []  # nobody asked


def test_trust_in_a_pack_that_nobody_signed_is_a_problem(whole: Path, root: Path) -> None:
    assert verify(whole, trust=[root]).problems == [
        "manifest.json: is not signed, so there is nobody to trust"
    ]


@pytest.mark.parametrize("data", [b"", b"-----BEGIN CERTIFICATE-----\n", b"hello", b"\x30\x03"])
def test_a_root_that_is_no_certificate_is_told(signed: Path, data: bytes) -> None:
    path = signed.parent / "bad.pem"
    path.write_bytes(data)

    with pytest.raises(SigningError, match=r"bad\.pem: (is no certificate|has no certificate)"):
        verify(signed, trust=[path])


def test_a_root_that_is_not_there_is_told(signed: Path) -> None:
    with pytest.raises(SigningError, match=r"none\.pem: cannot be read \(No such file"):
        verify(signed, trust=[signed.parent / "none.pem"])


# --- changed after signing -------------------------------------------------------------------


def test_a_changed_file_of_a_signed_pack_is_named(signed: Path) -> None:
    with (signed / "findings.csv").open("ab") as file:
        file.write(b"x")

    (problem,) = verify(signed).problems
    assert problem.startswith("findings.csv: was changed")


def test_a_manifest_that_was_changed_to_fit_is_not_what_was_signed(signed: Path) -> None:
    (signed / "findings.csv").write_bytes(b"x")
    packs.list_again(signed)

    assert "manifest.json: is not what was signed by Jane Doe, Acme Audit" in (
        verify(signed).problems
    )


def test_another_report_in_a_signed_pack_is_not_what_was_signed(signed: Path) -> None:
    pdf = bytearray((signed / REPORT).read_bytes())
    pdf[pdf.find(b"stream") + 20] ^= 1
    (signed / REPORT).write_bytes(pdf)

    found = verify(signed).problems
    assert found[0].startswith("report.pdf: was changed: its SHA-256 is ")
    assert "report.pdf: is not what was signed by Jane Doe, Acme Audit" in found


def test_whatever_is_appended_to_a_signed_report_is_noticed(signed: Path) -> None:
    with (signed / REPORT).open("rb+") as file:
        writer = IncrementalPdfFileWriter(file)
        writer.root["/Lang"] = TextStringObject("de")
        writer.update_root()  # type: ignore[no-untyped-call]
        writer.write_in_place()  # type: ignore[no-untyped-call]

    assert "report.pdf: was changed after Jane Doe, Acme Audit signed it" in (
        verify(signed).problems
    )


def test_a_signature_that_was_taken_away_is_missed(signed: Path) -> None:
    (signed / SIGNATURE).unlink()

    assert verify(signed).problems == [
        "manifest.json.p7s: is missing: report.pdf is signed, manifest.json is not"
    ]


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x80", b"\x30\x03\x02\x01\x01"])
def test_a_signature_that_is_none_is_told(signed: Path, data: bytes) -> None:
    (signed / SIGNATURE).write_bytes(data)

    (problem,) = verify(signed).problems
    assert problem.startswith("manifest.json.p7s: is ")


def test_damage_anywhere_in_a_signature_is_noticed_without_a_traceback(
    signed: Path, root: Path
) -> None:
    data = (signed / SIGNATURE).read_bytes()
    manifest = (signed / MANIFEST).read_bytes()
    trust = signatures.roots([root])
    assert signatures.check_manifest(manifest, data, trust).problems == []

    for place in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[place] ^= 0x11
        told = signatures.check_manifest(manifest, bytes(damaged), trust)
        assert told.problems or told.who.startswith("Jane Doe"), place


def test_damage_in_a_signed_pdf_is_noticed_without_a_traceback(signed: Path) -> None:
    pdf = (signed / REPORT).read_bytes()
    start = len((packs.whole(signed.parent / "before") / REPORT).read_bytes())

    for place in range(start, len(pdf), 997):
        damaged = bytearray(pdf)
        damaged[place] ^= 0x11
        assert signatures.check_pdf(bytes(damaged), []).problems, place


def test_the_signature_of_another_pack_does_not_fit(signed: Path, stamped: Path) -> None:
    shutil.copyfile(stamped / SIGNATURE, signed / SIGNATURE)

    assert "manifest.json: is not what was signed by Jane Doe, Acme Audit" in (
        verify(signed).problems
    )


def test_a_link_instead_of_the_signature_is_not_followed(signed: Path) -> None:
    (signed / SIGNATURE).rename(signed.parent / "p7s")
    (signed / SIGNATURE).symlink_to(signed.parent / "p7s")

    assert "manifest.json.p7s: is a symbolic link, which is not followed" in (
        verify(signed).problems
    )


# --- what cannot be signed -------------------------------------------------------------------


def test_a_signed_pack_is_not_signed_again(signed: Path) -> None:
    before = content(signed)

    with pytest.raises(PackError, match="is signed already, and stays as it is"):
        signing.sign(signed, identity(signed.parent))
    with pytest.raises(PackError, match="is signed already"):
        signing.refuse_signed(signed)
    assert content(signed) == before


def test_a_pack_that_is_not_whole_is_not_signed(whole: Path) -> None:
    (whole / "findings.csv").unlink()
    before = content(whole)

    with pytest.raises(PackError, match=r"is not whole, and was not signed: findings\.csv: is mi"):
        signing.sign(whole, identity(whole.parent))
    assert content(whole) == before


def test_an_archive_is_not_signed(untouched: Path) -> None:
    with pytest.raises(PackError, match="is an archive; sign the directory, with --zip"):
        signing.sign(archive.write(untouched), identity(untouched.parent))


def test_an_archive_in_the_way_is_told_before_anything_is_signed(untouched: Path) -> None:
    archive.place(untouched).write_text("thesis")

    with pytest.raises(PackError, match="is no archive of ours"):
        signing.sign(untouched, identity(untouched.parent), zipped=True)


def keyed(place: Path, holder: pki.Holder) -> str:
    with pytest.raises(SigningError) as raised:
        identity(place, holder)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_certificate_out_of_its_time_does_not_sign(tmp_path: Path) -> None:
    old = pki.holder("Old", days=(-20, -10))
    day = old.certificate.not_valid_after_utc
    told = keyed(tmp_path, old)

    assert told.startswith(f"{tmp_path / 'key.p12'}: the certificate of ")
    assert told.endswith(f"expired on {day.day} {day:%B %Y}")
    assert " is valid only from " in keyed(tmp_path, pki.holder("Early", days=(10, 20)))


def test_a_certificate_for_something_else_does_not_sign(tmp_path: Path) -> None:
    assert keyed(tmp_path, pki.holder("Server", signs=False)).endswith(
        "is not made for signing (its key usage)"
    )


def test_a_wrong_password_is_told_and_asked_for_once(tmp_path: Path) -> None:
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return "wrong"

    path = pki.auditor().p12(tmp_path / "key.p12")
    with pytest.raises(SigningError, match=r"key\.p12: the password is wrong$"):
        signing.identity(path, ask)
    assert asked == [1]


def test_a_file_without_a_password_asks_for_none(tmp_path: Path) -> None:
    def ask() -> str:
        pytest.fail("asked")

    signing.identity(pki.auditor().p12(tmp_path / "key.p12", ""), ask)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x82\x01", b"-----BEGIN PRIVATE KEY-----"])
def test_a_file_that_is_no_p12_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(data)

    with pytest.raises(SigningError, match=r"key\.p12: is no PKCS#12 file"):
        signing.identity(path, lambda: "x")


def test_a_p12_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match=r"none\.p12: cannot be read \(No such file"):
        signing.identity(tmp_path / "none.p12", lambda: "x")


def test_a_p12_without_a_key_is_told(tmp_path: Path) -> None:
    path = pki.certificates_only(tmp_path / "key.p12", pki.auditor())

    with pytest.raises(SigningError, match=r"key\.p12: has no private key in it"):
        signing.identity(path, lambda: pki.PASSWORD)


# --- time-stamp servers that fail ------------------------------------------------------------


def unstamped(target: Path, url: str) -> str:
    by = identity(target.parent)
    with pytest.raises(SigningError) as raised:
        signing.sign(target, by, tsa=url)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_time_stamp_server_that_is_not_there_leaves_the_pack(untouched: Path) -> None:
    with pki.time_stamp_server() as url:
        pass

    assert unstamped(untouched, url).startswith(
        f"{url}: the time-stamp server cannot be reached (Connection refused"
    )


@pytest.mark.parametrize("url", ["tsa.example", "ftp://tsa.example/", "file:///x", "http:"])
def test_an_address_that_is_none_is_told(untouched: Path, url: str) -> None:
    assert "is no address of a time-stamp server" in unstamped(untouched, url)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x00"])
def test_an_answer_that_is_no_time_stamp_leaves_the_pack(untouched: Path, answer: bytes) -> None:
    with pki.time_stamp_server(answer=answer) as url:
        told = unstamped(untouched, url)

    assert "does not answer like a time-stamp server; nothing was signed" in told


def test_a_server_that_refuses_leaves_the_pack(untouched: Path) -> None:
    status = {"status": "rejection", "status_string": ["No money left"]}
    answer = signing._Answer({"status": tsp.PKIStatusInfo(status)}).dump()
    with pki.time_stamp_server(answer=answer) as url:
        told = unstamped(untouched, url)

    assert told == f"{url}: gives no time stamp (No money left); nothing was signed"


def test_a_server_with_an_error_page_is_told(untouched: Path) -> None:
    with pki.time_stamp_server(status=503) as url:
        told = unstamped(untouched, url)

    assert "cannot be reached (it answers 503 Service Unavailable); nothing was signed" in told


def test_a_time_stamp_of_something_else_is_not_taken(untouched: Path) -> None:
    with pki.time_stamp_server(of_other=True) as url:
        told = unstamped(untouched, url)

    assert "its time stamp is of something else" in told


# --- in place --------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", CHANGED)
def test_a_move_that_fails_puts_everything_back(
    untouched: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, at: str
) -> None:
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target == untouched / at and self.parent.name != "old":
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PackError if isinstance(error, OSError) else KeyboardInterrupt):
        signing.sign(untouched, identity(untouched.parent))


def test_a_full_disk_leaves_the_pack(untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PackError, match=r"No space left on device\); it is as it was"):
        signing.sign(untouched, identity(untouched.parent))


# --- without pyHanko -------------------------------------------------------------------------


def without(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter in which pyHanko is not installed."""
    hidden = "import sys; sys.modules['pyhanko'] = sys.modules['asn1crypto'] = None\n"
    return subprocess.run(
        [sys.executable, "-c", hidden + code], capture_output=True, text=True, check=False
    )


def test_without_the_library_a_signature_is_a_problem_and_the_rest_is_checked(
    signed: Path,
) -> None:
    code = "from pathlib import Path; from gapfolio.verify import verify\n"
    done = without(f"{code}print(verify(Path({str(signed)!r})).problems)")

    assert done.stdout.strip() == (
        "['manifest.json.p7s: signatures could not be checked: pip install gapfolio[sign]']"
    )


@pytest.mark.parametrize("command", [["sign", "{}", "--p12", "x.p12"], ["verify", "{}"]])
def test_without_the_library_the_command_names_the_extra(signed: Path, command: list[str]) -> None:
    arguments = [part.format(signed) for part in command]
    done = without(f"sys.argv[1:] = {arguments!r}\nfrom gapfolio.cli import main\nmain()")

    assert done.returncode == 1
    assert "gapfolio[sign]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_extra_that_the_messages_name_exists() -> None:
    parser = ConfigParser()
    parser.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")

    assert "pyHanko" in parser["options.extras_require"]["sign"]
