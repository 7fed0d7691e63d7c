"""What a found piece of personal data is."""

from typing import Literal, get_args

from attrs import field, frozen

PersonalKind = Literal["email", "link", "bank_account", "cccd", "phone", "cmnd", "passport", "plate"]
PERSONAL_KINDS: tuple[PersonalKind, ...] = get_args(PersonalKind)


@frozen
class PersonalDataMatch:
    """A piece of text that looks like personal data.

    Attributes:
        kind: what it looks like; `cccd` and `cmnd` are the identity card of today and the one before, `bank_account`
            is also the number on a bank card.
        start, end: where it stands in the text (NFC), `end` exclusive.
        text: the piece itself, as written; never for a log.
    """

    kind: PersonalKind
    start: int
    end: int
    text: str = field(repr=False)


@frozen
class MaskedText:
    """A text in which something is masked.

    Attributes:
        text: what is left of it.
        masked: the kinds of what was masked, each once.
        left: the kinds of what has the shape of personal data and was left, each once: a person looks at it before the
            text leaves.
    """

    text: str = field(repr=False)
    masked: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
