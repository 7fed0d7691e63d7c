"""A pattern with what must hold where it matches, and the words around a number that tell what it is.

All patterns read plain text (small letters, no diacritics) unless they say so.
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
    """A text as it is meant, and what of it is still to be looked at; both of the same length.

    Attributes:
        text, plain: see `Normalized`; what was found or stays is filled with `FOUND` or `STAYS`.
    """

    text: str
    plain: str

    def fill(self, start: int, end: int, filler: str) -> "View":
        """Return the view with a piece of it filled."""
        run = filler * (end - start)
        return View(*(f"{whole[:start]}{run}{whole[end:]}" for whole in (self.text, self.plain)))

    def before(self, start: int, length: int = _BEFORE) -> str:
        """Return the plain text of the line before a place."""
        return self.plain[max(0, start - length) : start].rpartition("\n")[2]

    def after(self, end: int, length: int = _AFTER) -> str:
        """Return the plain text of the line behind a place."""
        return self.plain[end : end + length].partition("\n")[0]


Check = Callable[[View, int, int], bool]


def _always(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    return True


@frozen
class Rule:
    """How a kind is found.

    Attributes:
        kind: what is found; None for what is nobody's and hides from the rules that follow.
        pattern: its group `hit`, or the whole match.
        holds: what must be true of a place where it matches.
        cased: whether it reads the text with capitals and diacritics.
        sign: what plain text must hold for the rule to apply at all; much cheaper to look for than the pattern.
    """

    kind: PersonalKind | None
    pattern: re.Pattern[str]
    holds: Check = _always
    cased: bool = False
    sign: re.Pattern[str] | None = None

    def spans(self, view: View) -> list[tuple[int, int]]:
        """Return the places where the rule applies, in their order."""
        found = self.pattern.finditer(view.text if self.cased else view.plain)
        places = (match.span("hit" if "hit" in self.pattern.groupindex else 0) for match in found)
        return [place for place in places if self.holds(view, *place)]


def digits(number: int | str, separator: str) -> str:
    """Return the pattern of so many more digits, each behind perhaps a separator."""
    return rf"(?:{separator}\d){{{number}}}"


def gap(length: int, *, barred: str = _OTHERS) -> str:
    """Return the pattern of a few words without digits in one line, none of which names another kind of number."""
    return rf"(?:(?!(?<![a-z]){barred}(?![a-z]))[^\d\n{FOUND}{STAYS}]){{0,{length}}}"


def is_rising_list(piece: str) -> bool:
    """Tell whether a piece is a list of small numbers in their order, such as a draw of lots: "03 12 25 33 41"."""
    numbers = re.findall(r"\d+", piece)
    values = [int(number) for number in numbers]
    return (
        len(set(map(len, numbers))) == 1
        and len(numbers[0]) <= _LOT_DIGITS
        and all(one < other for one, other in pairwise(values))
        and values[-1] <= _HIGHEST_LOT
    )


def word(alternatives: str) -> str:
    """Return the pattern of a whole word, perhaps glued to the number that follows."""
    return rf"(?<![a-z0-9]){alternatives}(?![a-z])"


def only_digits(piece: str) -> str:
    """Return the digits of a piece."""
    return re.sub(r"\D", "", piece)


def continues(view: View, start: int, end: int) -> bool:
    """Tell whether digits stand so close to a number that it is a part of something longer."""
    return bool(re.search(r"\d[ .\-/_]{0,2}\Z", view.before(start)) or re.match(r"[ .\-/_]{0,2}\d", view.after(end)))
