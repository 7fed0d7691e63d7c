"""Patterns of telephone numbers: Vietnamese mobiles and landlines, old ones of eleven digits, and foreign ones after a
"+".
"""

import re

from anninh_core.kernel.redact.patterns.rule import (
    PHONE_WORDS,
    Rule,
    View,
    digits_pattern,
    gap_pattern,
    is_rising_list,
    word_pattern,
)

_SEPARATOR = r"[ .\-()\[\]/_*,~':;+=]{0,5}"
_MOBILE = rf"0{_SEPARATOR}[35789]{digits_pattern(8, _SEPARATOR)}"
_LANDLINE = rf"0{_SEPARATOR}2(?:{digits_pattern(9, _SEPARATOR)}(?!\d)|{digits_pattern(8, _SEPARATOR)})"
_OLD = rf"0{_SEPARATOR}1{_SEPARATOR}[2689]{digits_pattern(8, _SEPARATOR)}"
_OPEN = r"(?:[(\[] ?(?=[\d +]{1,8}[)\]]))?"
_ABROAD = (
    rf"{_OPEN}(?:\+|00?)?{_OPEN}8 ?4{_SEPARATOR}(?:0{_SEPARATOR})?"
    rf"(?:[35789]{digits_pattern(8, _SEPARATOR)}"
    rf"|2{digits_pattern(9, _SEPARATOR)}(?!\d)|2{digits_pattern(8, _SEPARATOR)})"
)
_PHONE = rf"(?<![\d+])(?=[+(\[08])(?:{_ABROAD}|{_OPEN}(?:{_MOBILE}|{_OLD}|{_LANDLINE}))(?!\d)"
_FOREIGN = r"(?<![\w+])\+ ?[1-9](?:[ .\-()]{0,3}\d){8,13}(?!\d)"
_SHORT = rf"{word_pattern(PHONE_WORDS)}{gap_pattern(15)}(?P<hit>[35789]{digits_pattern(8, r'[ .-]?')})(?![ .\-]?\d)"

_KNOWN = re.compile(rf"(?<![a-z])(?:{PHONE_WORDS}|so|la|nhe|nha|ngay|day|a|e|hl|tk|dd|tong dai)$")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3}){2,}")
_DECIMAL = re.compile(r"0[.,]\d{4,}$")
_HIGHEST_MARK = 10
_LIST_GAPS = ({", "}, {"; "}, {" - "}, {","})
_COMMA_GAP = re.compile(r"(?<=\d)[^\d]+(?=\d)")


def is_phone(view: View, start: int, end: int) -> bool:
    """Return whether digits with the form of a telephone number are one, and not part of a code, a sum or a list."""
    piece = view.text[start:end]
    if (
        _THOUSANDS.fullmatch(piece)
        or _is_number_list(piece)
        or _DECIMAL.match(piece)
        or _is_mark_list(view, start, end)
    ):
        return False
    if re.match(r"\.\d{1,3}(?!\d)", view.after(end)):
        return False
    return not _is_in_code(view, start)


def _is_in_code(view: View, start: int) -> bool:
    """Return whether capitals other than a word for telephones are attached to the number, as in "VN0264819370"."""
    glued = re.search(r"[^\W\d_]+\Z", view.text[max(0, start - 12) : start])
    if glued is None:
        return view.text.endswith(("#", "_"), 0, start)
    if _KNOWN.search(view.before(start)):
        return False
    return glued[0].isupper() or len(glued[0]) == 1


def _is_number_list(piece: str) -> bool:
    if is_rising_list(piece):
        return True
    return set(_COMMA_GAP.findall(piece)) in _LIST_GAPS and bool(re.fullmatch(r"\d{1,2}(\D+\d{1,2})+", piece))


def _is_mark_list(view: View, start: int, end: int) -> bool:
    """Return whether a piece of text is part of a longer list of school marks, none above ten: "08 09 10 07 08 09"."""
    numbers = re.findall(r"\d+", view.text[start:end])
    if set(map(len, numbers)) != {2} or any(int(number) > _HIGHEST_MARK for number in numbers):
        return False
    return bool(re.match(r"[ ,;\-]{1,3}\d{1,2}(?!\d)", view.after(end)))


def _is_short_phone(view: View, start: int, end: int) -> bool:
    return not _THOUSANDS.fullmatch(view.plain[start:end])


PHONE = re.compile(_PHONE)
RULES = (
    Rule("phone", PHONE, is_phone),
    Rule("phone", re.compile(_FOREIGN)),
    Rule("phone", re.compile(_SHORT), _is_short_phone, sign=re.compile(PHONE_WORDS)),
)
