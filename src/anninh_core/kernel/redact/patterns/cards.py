"""Patterns of current identity cards (12 digits), earlier ones (9 digits), and passports."""

import re

from anninh_core.kernel.redact.letters import FOUND
from anninh_core.kernel.redact.patterns.rule import (
    CARD_WORDS,
    PASSPORT_WORDS,
    PHONE_WORDS,
    Rule,
    View,
    digits_pattern,
    gap_pattern,
    is_part_of_number,
    is_rising_list,
    keep_digits,
    word_pattern,
)

_SEPARATOR = r"[ .\-/_,:()~]{0,3}"
_CLOSE = r"[ .\-/_]{0,3}"
_END = r"(?!\d)"
_ID_WORDS = rf"(?:{CARD_WORDS}|cc|giay to|the|the so|so the)"
_OTHER = rf"(?:{PASSPORT_WORDS}|sdt|dien thoai|zalo|so dt|bks|bien so|stk|so tai khoan|so tk)"

# Other figures may come between the word for the card and its number, as in "CMND 9 số cấp năm 2010 ngày 03/05/2010:
# …".
_TO_NUMBER = (
    rf"(?:(?!(?<![a-z]){_OTHER}(?![a-z]))(?:[^\d\n{FOUND}]|(?<!\d)(?:9|12|(?:19|20)\d\d)(?! ?\d)(?=[ ,):]))){{0,40}}?"
)
_CCCD_NAMED = rf"{word_pattern(_ID_WORDS)}{_TO_NUMBER}(?P<hit>0{digits_pattern(11, _SEPARATOR)}){_END}"
_CCCD = rf"(?<!\d)0\d{{2}}(?:[ .\-/_]?\d{{3}}){{3}}{_END}"
_CCCD_ODD = rf"(?<!\d)0{digits_pattern(11, _CLOSE)}{_END}"
# The first digits of a card number: code of the province of birth (Circular 59/2021/TT-BCA), then a digit for century
# and sex.
_PROVINCE = re.compile(
    r"0(?:0[12468]|1[0-24579]|2[024-7]|3[013-8]|4[024-689]|5[12468]|6[02467-8]|7[024579]|8[02-4679]|9[1-6])[0-3]"
)
_CENTURIES = "0123"
# Prefixes of mobile numbers, and common groupings of their ten digits.
_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)")
_PHONE_GROUPS = {(10,), (4, 3, 3), (3, 3, 4), (3, 4, 3), (4, 6), (4, 2, 2, 2), (2, 4, 4), (2, 2, 2, 2, 2), (5, 5)}

_BEHIND_CAPITAL = re.compile(r"(?<=[A-Z])")
_NAMES_CARD = re.compile(word_pattern(CARD_WORDS))
_CMND_WORDS = rf"(?:{CARD_WORDS}|cm|giay to(?: cu)?|so cu)"
_CMND_NAMED = rf"{word_pattern(_CMND_WORDS)}{_TO_NUMBER}(?P<hit>\d{digits_pattern(8, _SEPARATOR)}){_END}"
_CMND_BEFORE = (
    rf"(?<!\d)(?P<hit>\d{digits_pattern(8, _CLOSE)}){_END}"
    rf"[ ,(\-]{{0,3}}{gap_pattern(16, barred=_OTHER)}{word_pattern(CARD_WORDS)}"
)
_CMND = rf"(?<![\d.])\d{{3}}(?:[ \-_]?\d{{3}}){{2}}{_END}"
# The first figures of an earlier card number also name the province; no number begins with 400 or more.
_OLD_PROVINCE = re.compile(r"(?:0[1-9]|[12]\d|3[0-8])\d")
_ROUND = re.compile(r"(?:000|500)$")

_COUNTED = {"123456789", "012345678", "111111111", "222222222", "333333333"}
_SUM_BEFORE = re.compile(
    r"(?<![a-z])(?:tong|so tien|gia|luong|so luong|doanh thu|thu|chi|dat|khoang|no|vay|tien)[ :a-z]{0,6}$"
)
_LETTER_GAP = r"[ .\-]{0,2}"
# Separators after a word for passports are free, as in "P - 0372 - 6184" or "C: 8 2 7, 1 9 3 4".
_NAMED_GAP = r"(?:[ .\-/_*:~]|, ?(?=\d(?!\d))){0,3}"
_PASSPORT_NAMED = (
    rf"{word_pattern(PASSPORT_WORDS)}{gap_pattern(40, barred=rf'(?:{CARD_WORDS}|sdt|dien thoai|zalo|stk)')}?"
    rf"(?<![a-z])(?P<hit>(?!(?:my|uc|so|la|cu|em|no|co|bo|me|ba|va|y|o) )"
    rf"[a-z]{{1,2}}{_NAMED_GAP}\d{digits_pattern('6,8', _NAMED_GAP)}"
    rf"|\d{digits_pattern('7,8', '[ .-]?')}){_END}"
)
_PASSPORT = rf"(?<![A-ZĐ\d.\-/#_])[BCEGKMNPQ]{_LETTER_GAP}\d{digits_pattern('6,7', '[ ]?')}(?![\w])(?![.\-/]\d)"
# A letter and digits count as a passport number in a sentence that mentions passports or journeys before or after them.
_PASSPORT_NEAR = (
    rf"(?<![a-z\d.\-/#_])[a-z](?:{_LETTER_GAP}|[:_/*])\d{digits_pattern('6,7', '[ .-]?')}(?![\w])(?![.\-/]\d)"
)
_SAYS_PASSPORT = re.compile(word_pattern(PASSPORT_WORDS))
_SAYS_JOURNEY = re.compile(
    word_pattern(
        r"(?:xuat canh|nhap canh|xuat nhap canh|visa|thi thuc|evisa|san bay|cuon|quyen|cua khau|hai quan"
        r"|quoc tich|ve may bay)"
    )
)
_GOODS = re.compile(
    r"(?<![a-z])(?:lo|se ?ri|serial|model|vo|dong co|khung|may|ma|hang|linh kien|phu tung|hoa don|bien lai|hop dong|don"
    r"|kien|thung|date|hsd|nsx|sku|phieu|ky hieu|binh|tem|part|pin|cong to|mau|van don|sach|ve so)"
    r"(?: (?:so|hang|san xuat|sx|hieu|vo|binh))?[ :.#\-]{1,3}$"
    r"|(?<![a-z])(?:lo|vo|dong co|khung|may(?! (?:bay|tinh))|linh kien|phu tung|chip|tau|toa|binh|bom|thung|kien|vat tu"
    r"|thiet bi|bo mach)(?: [a-z]{1,7}){0,2}[ :.#\-]{1,3}$"
)
_AROUND = 110
_BIRTH_BEFORE = re.compile(r"(?<![a-z])(?:sn|sinh(?: nam)?|ns)[^\d\n]{0,4}[^\n]{0,12}$")
_POLICE_AFTER = re.compile(r"[ ,;(\-]{0,4}(?:do )?(?:cong an|ca|cap|noi cap|ngay cap)(?![a-z])")
_CMND_DOTTED = rf"(?<![\d.,])\d{{3}}(?:[.\-/]\d{{3}}){{2}}(?![\d.,]*\d){_END}"


def _is_unusually_grouped_cccd(view: View, start: int, end: int) -> bool:
    """Return whether twelve digits in unusual groups must be the number of an identity card: they begin with a province
    and a century, and contain no telephone number.
    """
    piece = view.plain[start:end]
    if not _PROVINCE.match(keep_digits(piece)) or is_part_of_number(view, start, end) or _is_after_letters(view, start):
        return False
    return not is_rising_list(piece) and not _begins_with_phone(piece)


def _begins_with_phone(piece: str) -> bool:
    groups = tuple(map(len, re.findall(r"\d+", piece)))
    heads = {groups[:count] for count in range(1, len(groups))}
    return bool(_MOBILE.match(keep_digits(piece)) and heads & _PHONE_GROUPS)


def _is_cccd(view: View, start: int, end: int) -> bool:
    number = keep_digits(view.plain[start:end])
    if number[3] not in _CENTURIES or _is_after_letters(view, start):
        return False
    return not re.match(r"[.,]\d{3}(?!\d)", view.after(end))


def _is_after_letters(view: View, start: int) -> bool:
    """Return whether a code in capitals is attached to the number."""
    return bool(_BEHIND_CAPITAL.match(view.text, start)) and not re.search(rf"{_ID_WORDS}$", view.before(start, 12))


def _is_named_cccd(view: View, start: int, end: int) -> bool:
    """Return whether digits near a word for cards are a card's number, and not a telephone number as in "thẻ của chị
    Hoa 0912 345 678 12".
    """
    return not _begins_with_phone(view.plain[start:end]) or bool(_NAMES_CARD.search(view.before(start)))


def _is_named_cmnd(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    return not re.match(r"[.\-/ ]?\d", view.after(end))


def _is_cmnd(view: View, start: int, end: int) -> bool:
    """Return whether nine digits without a preceding word must be the number of an earlier identity card."""
    piece = view.plain[start:end]
    number = keep_digits(piece)
    first, second, third = map(int, re.findall(r"\d{3}", number))
    if not _OLD_PROVINCE.match(number) or re.search(r"[a-z]\Z", view.before(start)):
        return False
    if re.match(r"[ .,\-/]?\d", view.after(end)) and not re.match(r"[ .,\-/]0\d{2}", view.after(end)):
        return False
    if second - first == third - second and abs(second - first) <= 100:
        return False  # "101 102 103" are numbers of rooms, "100 200 300" is a scale.
    if number in _COUNTED or _SUM_BEFORE.search(view.before(start)):
        return False
    return not _ROUND.search(number) and not re.search(word_pattern(PHONE_WORDS) + r"[^\d]{0,12}$", view.before(start))


def _is_passport(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    before = view.before(start)
    return not _GOODS.search(before) and not re.search(r"\d[ .\-/]?\Z", before)


def _is_passport_in_context(view: View, start: int, end: int) -> bool:
    """Return whether a letter and digits are a passport number: the sentence mentions passports, or mentions journeys
    and no blank separates them.
    """
    if not _is_passport(view, start, end):
        return False
    around = f"{view.before(start, _AROUND)} {view.after(end, _AROUND)}"
    if _SAYS_PASSPORT.search(around):
        return True
    return view.plain[start + 1 : end].strip(" ").isdigit() and bool(_SAYS_JOURNEY.search(around))


def _is_dotted_cmnd(view: View, start: int, end: int) -> bool:
    """Return whether nine digits with dots are the number of an earlier identity card: the issuing police or a year of
    birth is adjacent.
    """
    if not _OLD_PROVINCE.match(view.plain[start:end]) or _SUM_BEFORE.search(view.before(start)):
        return False
    return bool(_POLICE_AFTER.match(view.after(end)) or _BIRTH_BEFORE.search(view.before(start)))


BEFORE_PHONES = (
    Rule("cccd", re.compile(_CCCD_NAMED), _is_named_cccd, sign=re.compile(_ID_WORDS)),
    Rule("cccd", re.compile(_CCCD), _is_cccd),
    Rule("cccd", re.compile(_CCCD_ODD), _is_unusually_grouped_cccd),
)
AFTER_PHONES = (
    Rule("passport", re.compile(_PASSPORT_NAMED), sign=re.compile(PASSPORT_WORDS)),
    Rule("cmnd", re.compile(_CMND_NAMED), _is_named_cmnd, sign=re.compile(_CMND_WORDS)),
    Rule("cmnd", re.compile(_CMND_BEFORE), _is_named_cmnd, sign=re.compile(CARD_WORDS)),
    Rule("passport", re.compile(_PASSPORT), _is_passport, cased=True),
    Rule("passport", re.compile(_PASSPORT_NEAR), _is_passport_in_context),
    Rule("cmnd", re.compile(_CMND), _is_cmnd),
    Rule("cmnd", re.compile(_CMND_DOTTED), _is_dotted_cmnd),
)
