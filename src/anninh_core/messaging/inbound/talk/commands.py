"""Parsing of residents' commands at the opening of a message, and of receipts in a text."""

import re
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.text import contains_phrase, words
from anninh_core.vocabulary.district import District

_LETTERS = "0-9A-HJKMNP-TV-Z"
_RECEIPT = re.compile(rf"(?<![^\W_])[{_LETTERS}]{{5}}-?[{_LETTERS}]{{5}}(?![^\W_])")
_LOOSE = re.compile(r"(?<![^\W_])[0-9A-Z]{5}[- ]?[0-9A-Z]{5}(?![^\W_])")
# A receipt contains none of these letters: a person who types one has misread a digit.
_MISREAD = str.maketrans("OIL", "011")
_MISTYPED = re.compile(r"[0-9A-Z]{1,8}-?[0-9A-Z]{1,8}")

_MAX_COMMAND_WORDS = 8
_MAX_POLITE_WORDS = 2  # Maximum number of polite words, such as "cháu với", that may follow a call for help.
_OPENING_LENGTH = 80  # Number of characters of a message in which a command is searched for.


class ResidentCommand(StrEnum):
    """A command that a reporter can write in the chat."""

    STATE = "state"
    WITHDRAW = "withdraw"
    HELP = "help"
    COMPLAIN = "complain"
    DENOUNCE = "denounce"
    ADD = "add"
    OTHER = "other"
    CHOOSE = "choose"
    APPEAL = "appeal"
    RIGHTS = "rights"
    DENY = "deny"


_UNWORDED = (ResidentCommand.CHOOSE, ResidentCommand.APPEAL, ResidentCommand.RIGHTS, ResidentCommand.DENY)

WORDED = tuple(command for command in ResidentCommand if command not in _UNWORDED)
"""Commands that are words at the opening of a message; the other commands answer a question of the system, or are found
by `rights_words`.
"""

_WITH_WORDS = (ResidentCommand.ADD, ResidentCommand.COMPLAIN)
"""Commands whose receipt may be followed by further text, which belongs to the command."""


@frozen(kw_only=True)
class Command:
    """A command that was parsed from a resident's message.

    Attributes:
        receipt: receipt of the tip, "" if none is named.
        mistyped: whether the word in the receipt's place is no receipt.
        words: remaining text.
        is_bare: whether there is no remaining text.
    """

    what: ResidentCommand
    receipt: str = ""
    mistyped: bool = False
    words: str = ""
    is_bare: bool = False


def parse_command(text: str, district: District) -> Command | None:
    """Return the command that a message opens with, by the words of the profile, with or without diacritics, or
    None.
    """
    opening = words(text[:_OPENING_LENGTH])
    receipt = extract_receipt(text)
    for command in WORDED:
        phrase = _find_opening_phrase(opening, district.words.get(f"command_{command}", ()))
        if phrase and (order := _build_command(command, phrase, text, receipt)) is not None:
            return order
    return None


def _find_opening_phrase(opening: list[str], phrases: tuple[str, ...]) -> str:
    """Return the longest phrase that a text opens with, "" for none."""
    joined = " ".join(opening) + " "
    if not joined.startswith(phrases):  # Nearly all messages open with none of the phrases.
        return ""
    matches = (phrase for phrase in phrases if joined.startswith(f"{phrase} ") and contains_phrase(joined, phrase))
    return max(matches, key=len, default="")


def _build_command(command: ResidentCommand, phrase: str, text: str, receipt: str) -> Command | None:
    tokens = words(text)
    length = len(phrase.split())
    is_alone = len(tokens) == length
    if command in _WITH_WORDS and receipt:
        return Command(what=command, receipt=receipt, words=_strip_command(text, phrase, receipt))
    if len(tokens) > _MAX_COMMAND_WORDS:  # Nearly every report has more words than a command.
        return None
    is_polite = command is ResidentCommand.HELP and len(tokens) <= length + _MAX_POLITE_WORDS
    if is_alone or is_polite or receipt:
        return Command(what=command, receipt=receipt, is_bare=is_alone)
    if command is ResidentCommand.OTHER:
        return None  # The message itself reports the other matter.
    is_short = len(tokens) <= length + _MAX_POLITE_WORDS
    if is_short and _looks_like_receipt(text):
        return Command(what=command, mistyped=True)
    return Command(what=command) if is_short and command is ResidentCommand.STATE else None


def _looks_like_receipt(text: str) -> bool:
    """Return whether the last word of a text may be meant as a receipt, because it contains a digit or is all in
    capitals.
    """
    last = text.rsplit(maxsplit=1)[-1].strip(".,;:!?")
    return _MISTYPED.fullmatch(last.upper()) is not None and (
        any(character.isdigit() for character in last) or last.isupper()
    )


def _strip_command(text: str, phrase: str, receipt: str) -> str:
    """Return a text without the command and the receipt."""
    rest = text.split()[len(phrase.split()) :]
    letters = receipt.replace("-", "")
    remaining_words = [word for word in rest if _normalize_word(word) not in (letters, letters[:5], letters[5:])]
    return " ".join(remaining_words).lstrip(":,.-– ")


def _normalize_word(word: str) -> str:
    return word.upper().replace("-", "").strip(".,;:!?").translate(_MISREAD)


def extract_receipt(text: str) -> str:
    """Return the receipt in a text, in its stored form, or "".

    Letters that a receipt never has are replaced by the digits they resemble: O by 0, I and L by 1.
    """
    upper = text.upper()
    match = _RECEIPT.search(upper) or _match_misread_receipt(upper)
    if match is None:
        return ""
    letters = re.sub("[- ]", "", match.group()).translate(_MISREAD)
    return f"{letters[:5]}-{letters[5:]}"


def _match_misread_receipt(upper: str) -> re.Match[str] | None:
    """Return a receipt with misread letters, or None; a digit is required in either half."""
    for match in _LOOSE.finditer(upper):
        letters = re.sub("[- ]", "", match.group())
        fits = re.fullmatch(rf"[{_LETTERS}]{{10}}", letters.translate(_MISREAD)) is not None
        if (
            fits
            and any(character.isdigit() for character in letters[:5])
            and any(character.isdigit() for character in letters[5:])
        ):
            return match
    return None
