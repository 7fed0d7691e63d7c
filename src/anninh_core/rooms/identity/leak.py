"""Detection of personal data of residents in a text that is about to be sent to a group."""

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from anninh_core.kernel.text import contains_phrase, fold, nfc, words
from anninh_core.rooms.identity.model import Identity

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_COUNTRY = re.compile(r"^(?:84|0)")
_ENOUGH = 6


@frozen
class Leak:
    """A sealed field that stands in a text.

    Attributes:
        conversation: whose field.
        field: `name`, `number` or `address`; the value itself is never repeated.
    """

    conversation: str
    field: str


def leaks(text: str, identities: Iterable[Identity]) -> list[Leak]:
    """Return the sealed fields that a text gives away: a hit stops it and asks a person.

    A name of several words is found without diacritics too; one of a single word, which may be any word, only as it is
    written. Numbers are found with any spacing and with or without the country code.
    """
    written, spoken = nfc(text), " ".join(words(text))
    digits = _BETWEEN_DIGITS.sub("", written)
    return [
        Leak(identity.conversation, field)
        for identity in identities
        for field in _fields_in(identity, written, spoken, digits)
    ]


def _fields_in(identity: Identity, written: str, spoken: str, digits: str) -> Iterator[str]:
    if _named(identity.name, written, spoken):
        yield "name"
    if any(_numbered(number, digits) for number in identity.numbers):
        yield "number"
    own = identity.address.id
    if len(own) >= _ENOUGH and (fold(own) in fold(written) or _numbered(own, digits)):
        yield "address"


def _named(name: str, written: str, spoken: str) -> bool:
    parts = words(name)
    if len(parts) > 1:
        return contains_phrase(spoken, " ".join(parts))
    return bool(parts) and re.search(rf"(?<!\w){re.escape(nfc(name).strip())}(?!\w)", written) is not None


def _numbered(number: str, digits: str) -> bool:
    bare = _COUNTRY.sub("", re.sub(r"\D", "", number))
    return len(bare) >= _ENOUGH and bare in digits
