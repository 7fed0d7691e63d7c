"""Table of single characters, with the digit, letter or sign that each of them is read as."""

import re
import unicodedata
from functools import cache
from string import ascii_uppercase

FOUND = "…"
"""Placeholder for a piece of text already found to be personal data: it keeps all positions, and matches no pattern."""

STAYS = "\ue000"
"""Placeholder for a piece of text recognised as impersonal (money, a date), during the search for personal data."""

SYMBOL = "~"
"""Placeholder for an emoji or another sign; some people write them between the digits of a number."""

_DROPPED = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
# Letters and marks that are invisible, though Unicode doesn't classify them so.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SIGNS = {
    "\u2212": "-",
    "\u2043": "-",
    "\u30fc": "-",
    "\u2044": "/",
    "\u2215": "/",
    "\u00b7": ".",
    "\u2022": ".",
    "\u2219": ".",
    "\u22c5": ".",
    "\u3002": ".",
    "\u30fb": ".",
    "\u2024": ".",
    "\u00a6": "|",
    "\u3001": ",",
    "\u00d0": "Đ",
    "\u00f0": "đ",
}
# Letters of other scripts that resemble Latin ones -> the Latin letter.
_ALIKE = dict(
    zip(
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445"
        "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03bf",
        "ABEKMHOPCTXaeopcyxABEHIKMNOPTXo",
        strict=True,
    )
)
# Characters that need conversion: all but printable ASCII, line breaks, Latin letters and our own placeholders.
ODD = re.compile("[^ -~\n\u00c0-\u00cf\u00d1-\u00d6\u00d8-\u00ef\u00f1-\u00f6\u00f8-\u01b0\u1ea0-\u1eff…\ue000]")


def _build_plain_table() -> dict[int, str]:
    letters = [*map(ord, ascii_uppercase), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1F00)]
    bases = {code: unicodedata.normalize("NFD", chr(code))[0].lower() for code in letters}
    return {code: base for code, base in bases.items() if base.isascii()} | {ord(c): "d" for c in "Đđ"}


PLAIN = _build_plain_table()
"""Letter -> its lower case without diacritics; for `str.translate`, which keeps all positions."""


@cache
def read_character(c: str) -> str:
    """Return the character that `c` is read as, or "" if `c` is invisible.

    Digits of all scripts, full-width and styled letters become plain ones, all kinds of spaces and dashes a blank and a
    hyphen, emoji a `~`.
    """
    if c in _SIGNS or c in _ALIKE:
        return _SIGNS.get(c) or _ALIKE[c]
    category = unicodedata.category(c)
    if c in "\t\r" or category == "Zs" or c in _BLANK:
        return " "
    if category in _DROPPED:
        return "\n" if c in "\x0b\x0c\x85" else ""
    if (digit := unicodedata.digit(c, None)) is not None:
        return str(digit)
    if category == "Pd":
        return "-"
    if category in {"Zl", "Zp"}:
        return "\n"
    same = unicodedata.normalize("NFKC", c)
    if len(same) == 1 and same.isascii():
        return same
    return SYMBOL if category in {"So", "Sk", "Co", "Cn"} else c
