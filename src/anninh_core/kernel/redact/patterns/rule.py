"""Rules that find one kind of number by a pattern, a check, and the words around the number.

All patterns match plain text (lower case, no diacritics) unless stated otherwise.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from attrs import frozen

from anninh_core.kernel.redact.letters import FOUND, STAYS
from anninh_core.kernel.redact.model import PersonalKind

_BEFORE, _AFTER = 60, 40
_LOT_DIGITS = 2
_HIGHEST_LOT = 55

CARD_WORDS = r"(?:cccd|can ?cuoc|cmnd|cmtnd|cmt|cmdn|chung minh(?: thu| nhan dan)?|dinh danh)"
PASSPORT_WORDS = r"(?:ho chieu|pass? ?port|pp|hc|so thong hanh)"
PHONE_WORDS = (
    r"(?:sdt|dt|so dt|dien thoai|zalo|zl|goi|lien he|lien lac|lh|alo|hotline|phone|tel|mobile|di dong|sim|may|so may"
    r"|nhan tin|ib|fax)"
)
PLATE_WORDS = r"(?:bien so|bien kiem soat|bks|bsx)"
_OTHERS = rf"(?:{CARD_WORDS}|{PASSPORT_WORDS}|sdt|dien thoai|zalo|{PLATE_WORDS})"


@frozen
class View:
    """A normalised text and its plain form of the same length, in which placeholders replace the pieces that were
    already recognised.

    Attributes:
        text, plain: see `Normalized`; pieces that were found or stay are filled with `FOUND` or `STAYS`.
    """

    text: str
    plain: str

    def replace_piece(self, start: int, end: int, filler: str) -> "View":
        """Return the texts with the piece from `start` to `end` replaced by the placeholder `filler`."""
        run = filler * (end - start)
        return View(*(f"{whole[:start]}{run}{whole[end:]}" for whole in (self.text, self.plain)))

    def before(self, start: int, length: int = _BEFORE) -> str:
        """Return the plain text before a position, in the same line and at most `length` characters."""
        return self.plain[max(0, start - length) : start].rpartition("\n")[2]

    def after(self, end: int, length: int = _AFTER) -> str:
        """Return the plain text after a position, in the same line and at most `length` characters."""
        return self.plain[end : end + length].partition("\n")[0]


Check = Callable[[View, int, int], bool]


def _accept_match(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    return True


@frozen
class Rule:
    """A rule that finds one kind of number.

    Attributes:
        kind: kind of data; None for impersonal data, which is hidden from the following rules.
        pattern: the match is its group `hit`, or else the whole match.
        holds: check that a match must pass.
        cased: whether the pattern matches the text with capitals and diacritics.
        sign: pattern that plain text must contain for the rule to apply; much cheaper to search for than `pattern`.
    """

    kind: PersonalKind | None
    pattern: re.Pattern[str]
    holds: Check = _accept_match
    cased: bool = False
    sign: re.Pattern[str] | None = None

    def find_matches(self, view: View) -> list[tuple[int, int]]:
        """Return the positions of the rule's matches, in the order of the text."""
        matches = self.pattern.finditer(view.text if self.cased else view.plain)
        places = (match.span("hit" if "hit" in self.pattern.groupindex else 0) for match in matches)
        return [place for place in places if self.holds(view, *place)]


def digits_pattern(number: int | str, separator: str) -> str:
    """Return a regular expression for `number` more digits, each after an optional separator."""
    return rf"(?:{separator}\d){{{number}}}"


def gap_pattern(length: int, *, barred: str = _OTHERS) -> str:
    """Return a regular expression for a few words without digits in one line, excluding names of other kinds of
    numbers.
    """
    return rf"(?:(?!(?<![a-z]){barred}(?![a-z]))[^\d\n{FOUND}{STAYS}]){{0,{length}}}"


def is_rising_list(piece: str) -> bool:
    """Return whether a piece is a list of small ascending numbers, such as a draw of lots: "03 12 25 33 41"."""
    numbers = re.findall(r"\d+", piece)
    values = [int(number) for number in numbers]
    return (
        len(set(map(len, numbers))) == 1
        and len(numbers[0]) <= _LOT_DIGITS
        and all(first < second for first, second in pairwise(values))
        and values[-1] <= _HIGHEST_LOT
    )


def word_pattern(alternatives: str) -> str:
    """Return a regular expression for a whole word, to which a number may be attached."""
    return rf"(?<![a-z0-9]){alternatives}(?![a-z])"


def keep_digits(piece: str) -> str:
    """Return the digits of a piece of text, without anything between them."""
    return re.sub(r"\D", "", piece)


def is_part_of_number(view: View, start: int, end: int) -> bool:
    """Return whether a number is part of a longer one, because other digits are directly adjacent."""
    return bool(re.search(r"\d[ .\-/_]{0,2}\Z", view.before(start)) or re.match(r"[ .\-/_]{0,2}\d", view.after(end)))
