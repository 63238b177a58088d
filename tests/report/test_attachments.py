"""The files that a report carries, read without a PDF library."""

from __future__ import annotations

import random
from pathlib import Path

import pypdf
import pytest

import packs
from gapfolio.report.attachments import UnreadableError, attachments
from gapfolio.report.pdf import Attachment, render

DATA = Path(__file__).parent / "data"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Give a pack as it was made."""
    return packs.whole(tmp_path / "pack")


def test_attachments_are_those_that_a_pdf_library_finds(whole: Path) -> None:
    found = attachments((whole / "report.pdf").read_bytes())
    reader = pypdf.PdfReader(whole / "report.pdf")

    assert found == {name: reader.attachments[name][0] for name in reader.attachments}
    assert found["evidence.json"] == (whole / "evidence.json").read_bytes()


def test_attachments_may_have_any_name_and_content() -> None:
    content = {"a (1).txt": b"", "b\\c": bytes(range(256)) * 99, "ü ☃.csv": b"x"}
    carried = [Attachment(name, data, "x") for name, data in content.items()]
    made = render(packs.PAGE, roots=[], created=packs.NOON, attachments=carried)

    assert attachments(made.pdf) == content


def test_an_attachment_that_unpacks_to_too_much_is_refused(whole: Path) -> None:
    pdf = (whole / "report.pdf").read_bytes()

    with pytest.raises(UnreadableError, match="carries more than it can"):
        attachments(pdf, 1000)


def test_no_damage_ends_in_anything_but_a_sentence(whole: Path) -> None:
    """Bytes changed at random, above all in the tables at the end."""
    pdf = (whole / "report.pdf").read_bytes()
    chance = random.Random(7)  # noqa: S311  # not for secrets
    for _ in range(400):
        data = bytearray(pdf)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(pdf) - 3000, len(pdf))] = chance.randrange(256)
        try:
            attachments(bytes(data[: chance.choice([len(pdf), chance.randrange(len(pdf))])]))
        except UnreadableError as error:
            assert str(error)  # noqa: PT017


def test_a_pdf_of_another_program_is_told(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "other.pdf")

    with pytest.raises(UnreadableError, match=r"another program|structure is damaged"):
        attachments((tmp_path / "other.pdf").read_bytes())
