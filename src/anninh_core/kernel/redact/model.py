"""Kinds and matches of personal data."""

from typing import Literal, get_args

from attrs import field, frozen

PersonalKind = Literal["email", "link", "bank_account", "cccd", "phone", "cmnd", "passport", "plate"]
PERSONAL_KINDS: tuple[PersonalKind, ...] = get_args(PersonalKind)


@frozen
class PersonalDataMatch:
    """A piece of text that is likely to be personal data.

    Attributes:
        kind: kind of data; `cccd` and `cmnd` are the current and the previous identity card, `bank_account` includes
            the number on a bank card.
        start, end: position in the text (NFC), `end` exclusive.
        text: the piece itself, as written; never for a log.
    """

    kind: PersonalKind
    start: int
    end: int
    text: str = field(repr=False)


@frozen
class MaskedText:
    """A text after its personal data was masked.

    Attributes:
        text: the masked text.
        masked: distinct kinds of the masked data.
        left: distinct kinds of likely personal data that was left; a person checks it before the text is sent.
    """

    text: str = field(repr=False)
    masked: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
