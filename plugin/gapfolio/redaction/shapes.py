"""What looks like a name of the client's, though nobody said that it is one."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)|(?<![\d-])\d{4}-\d{4}-\d{4}(?![\d-])")
"""An account id, also as the console writes it."""
ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail
    r"|(?<![\w.])(?!0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{0,4}(?![\w:])"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)+\.amazonaws\.com(?:\.cn)?"
    r"|(?<![\w.-])[\w-]+\.(?:cloudfront\.net|awsapps\.com|elb\.amazonaws\.com)"
)
"""Mail, network and host; a service's own name (`ec2.amazonaws.com`) is none."""
ARN = re.compile(r"arn:aws[a-z-]*:[^\s\"'<>,;()\[\]{}|`]+")
_ID = re.compile(
    r"(?<![\w-])[a-z]{1,12}-[0-9a-f]{8}(?:[0-9a-f]{9})?(?![\w-])"  # sg-…, vpc-…, i-…
    r"|(?<!\w)A(?:KIA|SIA|IDA|ROA|GPA|NPA|IPA|NVA|PKA|BIA|CCA|SCA)[A-Z0-9]{12,20}(?!\w)"
    r"|(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])"
)
REGION = re.compile(
    r"(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-gov|-iso[a-z]?|-de)?"
    r"-(?:central|(?:north|south)?(?:east|west)|north|south)-\d"
)
"""A Region of AWS; others call their things `db-main-1`, too."""
_WORD = re.compile(r"(?<![\w.-])\w[\w.-]*")
_CAMEL = re.compile(r"[a-z][A-Z]")
_HARMLESS = re.compile(
    rf"{REGION.pattern}[a-z]?"  # or a zone in it
    r"|[\d.,:-]+"  # a number, a version, a date
    r"|\d{4}-\d\d-\d\dT\d\d"
    r"|\d+(?:\.\d+)*-?[A-Za-z]{1,5}"  # 90d, 2048-bit
    r"|[a-z0-9-]+\.amazonaws\.com"  # a service
)


def resources(text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of ARNs, ids, access keys and addresses in a text."""
    for found in ARN.finditer(text) if "arn:" in text else ():
        yield found.start(), found.start() + len(found[0].rstrip(".:"))
    for pattern in (_ID, ADDRESS):
        for found in pattern.finditer(text):
            yield found.span()


def words(text: str, known: Container[str]) -> Iterator[tuple[int, int]]:
    """Give start and end of words that are built like names: `prod-db`, `key_7`, `AppRole`.

    `known` has the words, in lower case, that are none.
    """
    for found in _WORD.finditer(text):
        word = found[0].rstrip(".-")
        if (
            (not word.isalpha() or _CAMEL.search(word))
            and word.lower() not in known
            and not _HARMLESS.fullmatch(word)
        ):
            yield found.start(), found.start() + len(word)


def accounts(text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of account ids in a text."""
    for found in ACCOUNT.finditer(text):
        yield found.span()
