"""Find and mask personal data by its shape.

The patterns overlook numbers written in words, irregular grouping and names: they help a person look, they don't
replace one. Shapes follow Vietnamese practice: identity cards have 12 digits and start with 0, older ones have 9 and no
check digit, phone numbers start with 0 or 84.
"""

import re
from collections.abc import Collection

from anninh_core.kernel.redact.model import PersonalDataMatch, PersonalKind
from anninh_core.kernel.text import nfc

# Stands for what was already found, keeps all positions, and is part of no pattern.
_FILLER = "…"

_EMAIL = r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"
_LINK_TAIL = rf"(?:[^\s{_FILLER}]*[^\s{_FILLER}.,;:!?)\]}}\"'»”])"
_LINK = (
    rf"(?<![\w@.\-])(?:(?:https?://|www\.){_LINK_TAIL}"
    rf"|(?:[a-z0-9\-]+\.)+(?:[a-z]{{2,}}/{_LINK_TAIL}|(?:com|net|org|vn|info|xyz|top|online|site|shop|club)\b))"
)
# "05-03-2021 08:30" is a time; the date alone is left to the pattern, as phones are grouped in that way too.
_NO_TIME = r"(?!\d{1,2}[.\-]\d{1,2}[.\-](?:19|20)\d\d\s+\d{1,2}\s*[:hg])"
_NO_DATE = r"(?!\d{1,2}[.\-]\d{1,2}[.\-](?:19|20)\d\d(?!\d))"
_NO_MONEY = r"(?!\s*(?:đồng|đ\b|vn[dđ]))"
_PHONE = rf"(?<![\d+]){_NO_TIME}(?:\+?84|0)(?:[ .\-()]*\d){{9,10}}(?!\d)"
_BANK_WORDS = r"(?<!\w)(?:stk|tk|(?:s[ốo] )?t[àa]i kho[ảa]n)\b"
_BANK = (
    rf"{_BANK_WORDS}[^\d\n{_FILLER}]{{0,30}}(?!{_PHONE}){_NO_DATE}"
    rf"(?P<hit>\d(?:[ .\-]?\d){{5,18}})(?![ .\-]?\d){_NO_MONEY}"
)
_CCCD = r"(?<!\d)0\d{2}(?:[ .\-]?\d{3}){3}(?!\d)"
# "113 114 115" are service numbers, and the first of "113 164 123 456" is one.
_NO_SERVICE = r"(?!11[1-5][ \-](?:11[1-5][ \-]11[1-5]|\d{3}(?:[ \-]\d{3}){2})(?!\d))"
_CMND = rf"(?<![\d.]){_NO_SERVICE}\d{{3}}(?:[ \-]?\d{{3}}){{2}}(?![\d.]*\d){_NO_MONEY}"
_PLATE = r"(?<![A-Za-z0-9])\d{2}[ .\-]?(?:[A-ZĐ]{1,2}|[A-Z]\d)[ .\-]?\d{3}[.]?\d{1,2}(?!\d)"

# Cheap prechecks: a pattern can match only where its precheck does, and most texts pass none.
_SIGNS = _AT, _DOT, _SIX_DIGITS = re.compile("@"), re.compile(r"://|\.\S"), re.compile(r"\d(?:\D*\d){5}")
# Order matters: what an earlier pattern has matched is hidden from later ones. A pattern with a group means that alone.
_PATTERNS: tuple[tuple[PersonalKind, re.Pattern[str], re.Pattern[str]], ...] = (
    ("email", _AT, re.compile(_EMAIL)),
    ("link", _DOT, re.compile(_LINK, re.IGNORECASE)),
    ("bank_account", _SIX_DIGITS, re.compile(_BANK, re.IGNORECASE)),
    ("cccd", _SIX_DIGITS, re.compile(_CCCD)),
    ("phone", _SIX_DIGITS, re.compile(_PHONE)),
    ("cmnd", _SIX_DIGITS, re.compile(_CMND, re.IGNORECASE)),
    ("plate", _SIX_DIGITS, re.compile(_PLATE, re.IGNORECASE)),
)


def find_personal_data(s: str) -> list[PersonalDataMatch]:
    """Find what looks like personal data, in the order of the text and without overlaps.

    Positions count in the NFC form of the text. Three-digit service numbers (113, 114, 115, 111, 112), dates and
    amounts of money are not personal. A bank account is known by the words before it ("stk", "số tài khoản").
    """
    text = nfc(s)
    matches: list[PersonalDataMatch] = []
    signs = {sign for sign in _SIGNS if sign.search(text)}
    likely = [(kind, pattern) for kind, sign, pattern in _PATTERNS if sign in signs]
    remaining, previous = text, "" if likely else text
    # Once more after each change: what is masked may have hidden its neighbour.
    while remaining != previous:
        previous = remaining
        for kind, pattern in likely:
            spans = [match.span(match.lastgroup or 0) for match in pattern.finditer(remaining)]
            matches += [PersonalDataMatch(kind, start, end, text[start:end]) for start, end in spans]
            remaining = _fill_spans(remaining, spans)
    return sorted(matches, key=lambda hit: hit.start)


def redact(s: str, mask: str = _FILLER, *, keep: Collection[PersonalKind] = ()) -> str:
    """Return the text (NFC) with everything `find_personal_data` finds, but for kinds to keep, replaced by a mask."""
    text = nfc(s)
    for hit in reversed([hit for hit in find_personal_data(text) if hit.kind not in keep]):
        text = text[: hit.start] + mask + text[hit.end :]
    return text


def _fill_spans(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + _FILLER * (end - start) + text[end:]
    return text
