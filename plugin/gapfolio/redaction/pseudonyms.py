"""Values to pseudonyms: HMAC-SHA256 under a key, so the same value is the same next quarter.

Nothing here reads or writes files. First everything that is known is learned (`learn_…`), then
fields and texts are rewritten. A name is written the same wherever it stands: as a part of an ARN,
as the name of a resource, in a sentence.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from gapfolio.errors import PackError
from gapfolio.redaction import shapes
from gapfolio.redaction.arns import PUBLIC, split, tail
from gapfolio.redaction.names import SHORTEST, Names, folded

KINDS = ("accounts", "arns", "tags")
HIDDEN = "redacted"
"""Stands for a sentence that cannot be told without the name."""
MARKS = "\ue000\ue001"
"""Stand for names in a sentence: characters that no text should have."""
_PART_OF_MORE = re.compile(rf"[\w-][/:.@]*[{MARKS}]|[{MARKS}][/:.@]*[\w-]")
_GAP = re.compile(r"\W+", re.ASCII)
_DIGITS = 10
KEY_DIGITS = 32
_BLOCK = 64
"""Bytes of a block of SHA-256; no secret is longer."""
_PARTS = 3
"""So many parts of a name are written one by one; of more, all as one."""
_NUMBER = 6
"""A shorter number is not looked for in text."""


class Pseudonyms:
    """Writes values as pseudonyms.

    Args:
        secret: the key.
        kinds: what to write so, of `KINDS`; the rest stays as it is.
        words: everyday words of the trade, in lower case. A resource that is called by one is a
            pseudonym in fields, but is not looked for in sentences: there it would tell what the
            word was.
        titles: titles of checks, which stay as they are.
    """

    def __init__(
        self,
        secret: bytes,
        kinds: Collection[str],
        words: Collection[str] = (),
        titles: Collection[str] = (),
    ) -> None:
        self._secret = secret
        self.hides_accounts = "accounts" in kinds
        self.hides_resources = "arns" in kinds
        self.hides_tags = "tags" in kinds
        self.hides_places = self.hides_accounts or self.hides_resources
        self.ordinary: set[str] = set()
        """Names of resources, in lower case, that are not looked for in text."""
        self._words = words
        self._titles = titles
        self._public = set(PUBLIC)
        self._account_names: set[str] = set()
        self._names = Names()
        self._said = Names()  # accounts called by an everyday word: in what people write
        self._made: dict[tuple[str, str], str] = {}
        self._also: dict[tuple[str, str], str] = {}

    # --- what is known -----------------------------------------------------------------------

    def learn_accounts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Learn accounts as (id, name); in text the name of one account is written like its id."""
        if not self.hides_accounts:
            return
        named: dict[str, set[str]] = defaultdict(set)
        for account, name in pairs:
            if len(account) >= SHORTEST:
                self._names.add(account, self.account(account))
            if name.strip() and not shapes.ACCOUNT.fullmatch(name.strip()):
                named[name.strip()].add(account)
        for name, accounts in sorted(named.items()):
            instead = self._of("account", accounts.pop() if len(accounts) == 1 else name)
            self._also["account name", name] = instead
            self._account_names.add(folded(name))
            if len(name) >= SHORTEST:
                (self._said if folded(name) in self._words else self._names).add(name, instead)

    def learn_owner(self, name: str) -> None:
        """Learn who answers for an account."""
        if self.hides_accounts and len(name.strip()) >= SHORTEST:
            self._names.add(name.strip(), self._of("owner", name.strip()))

    def learn_file(self, name: str) -> None:
        """Learn the name of a file that was read."""
        if self.hides_places:
            for known in (name, name.rpartition("/")[2]):
                if len(known) >= SHORTEST and folded(known) not in self._words:
                    self._names.add(known, self.file(name))

    def learn_public(self, value: str) -> None:
        """Learn an ARN of AWS itself, such as that of a managed policy: it is no secret."""
        arn = split(value)
        if arn and arn.account == "aws":
            self._public |= {arn.name, tail(arn.name)}

    def learn_resource(self, value: str) -> None:
        """Learn an ARN, an id or a name."""
        if not self.hides_resources:
            return
        arn = split(value)
        if arn and arn.account == "aws":
            return
        name = arn.name if arn else value
        for known in (name, *re.split("[:/]", name)):
            if not self._everyday(known):
                self._learn(known, self._name(known))
        if self._everyday(last := tail(name)) and not self._is_public(last):
            self.ordinary.add(folded(last))
        if arn and not shapes.ARN.fullmatch(value):  # with a blank in it, for instance
            self._learn(value, self.resource(value))

    def learn_tags(self, tags: Sequence[str]) -> None:
        """Learn tags as the scanner wrote them."""
        if self.hides_tags:
            for tag in tags:
                value = tag.partition("=")[2] or tag
                if not self._everyday(value) and not self._is_public(value):
                    self._names.add(value, self._of("tag", value))

    def _learn(self, name: str, instead: str) -> None:
        if not (self._is_public(name) or shapes.ACCOUNT.fullmatch(name)):
            self._names.add(name, instead)

    def _everyday(self, name: str) -> bool:
        number = name.isdigit() and len(name) < _NUMBER
        return number or len(name.strip()) < SHORTEST or folded(name) in self._words

    def _is_public(self, name: str) -> bool:
        return name in self._public or shapes.REGION.fullmatch(name) is not None

    # --- fields ------------------------------------------------------------------------------

    def account(self, value: str) -> str:
        """Write an account id."""
        if not self.hides_accounts or value in ("", "*"):
            return value
        return self._of("account", value)

    def owner(self, value: str) -> str:
        """Write who answers for an account."""
        return self._of("owner", value.strip()) if self.hides_accounts and value.strip() else value

    def name(self, value: str) -> str:
        """Write the name of an account: not at all, for its pseudonym says as much."""
        return "" if self.hides_accounts else value

    def environment(self, value: str) -> str:
        """Write the environment of an account: not where some account is called so."""
        return "" if folded(value) in self._account_names else value

    def group(self, value: str) -> str:
        """Write a pattern of names or owners that accounts were chosen by."""
        return self._of("group", value) if self.hides_accounts else value

    def file(self, value: str) -> str:
        """Write the name of a file; they often hold account ids."""
        return self._of("file", value) if self.hides_places and value else value

    def key(self, value: str) -> str:
        """Write the key of a finding; it is a hash of what could be guessed."""
        return self._hash("key", value)[:KEY_DIGITS] if self.hides_places else value

    def key_pads(self) -> tuple[bytes, bytes]:
        """Give what HMAC-SHA256 hashes before a key, inside and outside, for `key` in SQL."""
        secret = self._secret.ljust(_BLOCK, b"\0")
        inner, outer = (bytes(byte ^ pad for byte in secret) for pad in (0x36, 0x5C))
        return inner + b"key\0", outer

    def tags(self, values: Sequence[str]) -> list[str]:
        """Write tags."""
        return [self.tag(value) for value in values]

    def tag(self, value: str) -> str:
        """Write a tag, key and value each for itself."""
        if not self.hides_tags:
            return self.said(value) if self.hides_places else value
        return "=".join(self._of("tag", part) if part else "" for part in value.split("=", 1))

    def resource(self, value: str) -> str:
        """Write an ARN, an id or a name.

        Of an ARN, partition, service, Region and type of the resource stay.
        """
        if not self.hides_resources:
            return self.said(value) if self.hides_accounts else value
        arn = split(value)
        if arn is None:
            return self._name(value)
        if arn.account == "aws":
            return value
        return f"{arn.head}:{self.account(arn.account)}:{arn.type}{self._name(arn.name)}"

    def matter(self, value: str) -> str:
        """Write the last part of an ARN or id, which came in lower case."""
        if not self.hides_resources:
            return self.said(value) if self.hides_accounts else value
        return self._names.get(value) or self._name(value)

    # --- sentences ---------------------------------------------------------------------------

    def said(self, value: str) -> str:
        """Write a sentence of a scanner, also without words that only look like names."""
        if value in self._titles:
            return value
        words = shapes.words(value, self._words) if self.hides_resources else ()
        return self._rewritten(value, [*self._spans(value), *words])

    def marked(self, value: str) -> str | None:
        """Write a sentence in which `MARKS` stand for names; they stay.

        None where one of them may be part of a longer name.
        """
        if _PART_OF_MORE.search(value):
            return None
        said = self.said(value)
        return said if all(said.count(mark) == value.count(mark) for mark in MARKS) else None

    def text(self, value: str) -> str:
        """Write what a person wrote, or what we say ourselves."""
        return self._rewritten(value, [*self._spans(value), *self._said.find(value)])

    def detail(self, value: str, own: Iterable[str]) -> str:
        """Write what a scanner says of one resource, whose names are `own`.

        Where one of these is an everyday word and stands in the sentence, nobody could tell the
        two apart, and nothing is said.
        """
        if self.hides_resources:
            words = spaced(value)
            everyday = self.ordinary.intersection(map(folded, own))
            if any(spaced(name) in words for name in everyday):
                return HIDDEN
        return self.said(value)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        yield from self._names.find(text)
        if self.hides_places:
            yield from shapes.accounts(text)
        if self.hides_resources:
            yield from shapes.resources(text)

    def _rewritten(self, text: str, spans: Iterable[tuple[int, int]]) -> str:
        parts, done = [], 0
        for start, end in _places(text, spans, whole_words=self.hides_resources):
            parts += [text[done:start], self._instead(text[start:end])]
            done = end
        return "".join([*parts, text[done:]]) if parts else text

    def _instead(self, word: str) -> str:
        known = self._names.get(word) or self._said.get(word)
        if known:
            return known
        if shapes.ACCOUNT.fullmatch(word):
            return self._id(word)
        if shapes.ADDRESS.fullmatch(word):
            return self._of("address", word)
        return self.resource(word) if self.hides_resources else self._of("name", word)

    # --- pseudonyms --------------------------------------------------------------------------

    def _name(self, value: str) -> str:
        """Write a name, which may have parts."""
        parts = re.split(r"([:/])", value)
        if sum(part not in ("", ":", "/") for part in parts) > _PARTS:
            return self._part(value)
        return "".join(part if part in ":/" else self._part(part) for part in parts)

    def _part(self, value: str) -> str:
        if self._is_public(value):
            return value
        if shapes.ACCOUNT.fullmatch(value):
            return self._id(value)
        return self._of("pattern" if set("*?") & set(value) else "resource", value)

    def _id(self, value: str) -> str:
        """Write an account id that stands in a text, maybe as the console writes it."""
        return self.account(value.replace("-", "")) if self.hides_accounts else value

    def _of(self, kind: str, value: str) -> str:
        made = self._made.get((kind, value))
        if made is None:
            digits = self._hash(kind, value)
            # two groups: no reader, and no search, can take one for an account id
            tail = f"{digits[:7]}-{digits[7:14]}" if kind == "resource" else digits[:_DIGITS]
            made = self._made[kind, value] = f"{kind}-{tail}"
        return made

    def _hash(self, kind: str, value: str) -> str:
        message = f"{kind}\0{value}".encode(errors="backslashreplace")
        return hmac.digest(self._secret, message, hashlib.sha256).hex()

    def listed(self) -> Iterator[tuple[str, str, str]]:
        """Give every pseudonym that was made, with its kind and what it stands for.

        Raises:
            PackError: two values have the same one.
        """
        values: dict[str, str] = {}
        for (kind, value), made in self._made.items():
            if values.setdefault(made, value) != value:
                raise PackError(
                    f"{made} would stand for two different things; name another key with "
                    "--redact-key"
                )
            yield made, kind, value
        for (kind, value), made in self._also.items():
            yield made, kind, value


def spaced(text: str) -> str:
    """Give the words of a text, in lower case and each between blanks."""
    return f" {_GAP.sub(' ', folded(text))} "


def _places(
    text: str, spans: Iterable[tuple[int, int]], *, whole_words: bool
) -> list[tuple[int, int]]:
    """Sort places in a text; of those that overlap make one, so that nothing is left over."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and end <= found[-1][1]:
            continue
        first, last = _whole_word(text, start, end) if whole_words else (start, end)
        if found and first < found[-1][1]:
            first, _ = found.pop()
        found.append((first, last))
    return found


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place in a text to the word it stands in: the rest of a name is a name, too."""
    while start and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return start, end
