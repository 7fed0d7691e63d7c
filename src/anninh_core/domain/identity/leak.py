"""Detection of personal data of residents in a text that is about to be sent to a group."""

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from anninh_core.domain.identity.model import Identity
from anninh_core.kernel.text import contains_phrase, fold, nfc, words

_DIGIT_SEPARATORS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_COUNTRY_PREFIX = re.compile(r"^(?:84|0)")
_MIN_LENGTH = 6


@frozen
class Leak:
    """A sealed field that stands in a text.

    Attributes:
        conversation: whose field.
        field: `name`, `number` or `address`; the value itself is never repeated.
    """

    conversation: str
    field: str


def find_leaks(text: str, identities: Iterable[Identity]) -> list[Leak]:
    """Return the sealed fields that a text gives away: a hit stops it and asks a person.

    A name of several words is found without diacritics too; one of a single word, which may be any word, only as it is
    written. Numbers are found with any spacing and with or without the country code.
    """
    normalized, folded_words = nfc(text), " ".join(words(text))
    digits = _DIGIT_SEPARATORS.sub("", normalized)
    return [
        Leak(identity.conversation, field)
        for identity in identities
        for field in _leaked_fields(identity, normalized, folded_words, digits)
    ]


def _leaked_fields(identity: Identity, written: str, spoken: str, digits: str) -> Iterator[str]:
    if _contains_name(identity.name, written, spoken):
        yield "name"
    if any(_contains_number(number, digits) for number in identity.numbers):
        yield "number"
    platform_id = identity.address.id
    if len(platform_id) >= _MIN_LENGTH and (
        fold(platform_id) in fold(written) or _contains_number(platform_id, digits)
    ):
        yield "address"


def _contains_name(name: str, written: str, spoken: str) -> bool:
    match words(name):
        case []:
            return False
        case [_]:
            return re.search(rf"(?<!\w){re.escape(nfc(name).strip())}(?!\w)", written) is not None
        case parts:
            return contains_phrase(spoken, " ".join(parts))


def _contains_number(number: str, digits: str) -> bool:
    national = _COUNTRY_PREFIX.sub("", re.sub(r"\D", "", number))
    return len(national) >= _MIN_LENGTH and national in digits
