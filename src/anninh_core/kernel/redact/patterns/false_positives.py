"""Patterns of impersonal figures: money, dates and times, numbers of documents and goods, service numbers."""

import re

from anninh_core.kernel.redact.patterns.rule import (
    CARD_WORDS,
    PASSPORT_WORDS,
    Rule,
    View,
    gap_pattern,
    keep_digits,
    word_pattern,
)

# In "0912345678 đồng ý" or "… đồng chí" the word "đồng" is no currency.
_CURRENCY = r"(?:d(?:ong)?(?! ?(?:y|chi|doi|bao|thoi|hanh|chu|nghiep|loa|/))|vnd|vn d|usd|do la|euro|te|won)(?![a-z/])"
_SCALE = r"(?:k| ?(?:tr|trieu|ty|ti|nghin|ngan|cu|chai|lit))"
_UNIT = (
    r"(?:nguoi|ho dan|nhan khau|khau|luot|tan|ta|kg|km|m|m2|m3|ha|cay|phieu|san pham|cp|co phieu|lit|kwh|viec lam"
    r"|lao dong|cu tri|dan|diem)"
)
_THOUSANDS = r"[1-9]\d{0,2}(?:[., ]\d{3})+(?:[.,]\d{1,2})?"
_START, _END = r"(?<![\d.,])", r"(?!\d)"
# "30K 617.92" and "35 K1 290.37" are number plates, not sums of thousands.
_NO_PLATE = (
    r"(?!\d?[ .\-/_*:+]{0,3}\d(?:[ .]{0,3}\d){2}[ .]{0,3}\d ?\d(?!\d)|\d?[\-/_*]\d{4}(?!\d)|(?: \d,?){4,6}(?!\d))"
)
_MONEY = rf"{_START}(?:{_THOUSANDS}|[1-9]\d*(?:[.,]\d+)?) ?{_CURRENCY}{_NO_PLATE}"
_SHORT_MONEY = rf"{_START}(?<!\d )[1-9]\d{{0,3}}(?:[.,]\d{{1,3}})?{_SCALE}(?![a-z]){_NO_PLATE}(?:\d{{1,3}}{_END})?"
_AMOUNT = rf"{_START}(?:{_THOUSANDS}|[1-9]\d{{4,}}) ?{_UNIT}(?![a-z])"

_CLOCK = rf"(?<!\d)(?:[01]?\d|2[0-4]) ?(?:[:h]|gio) ?[0-5]\d(?:[:.][0-5]\d)?{_END}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?<!\d)(?<!\d[./\-]){_DAY}(?:/{_MONTH}/(?:{_YEAR}|\d\d)|\.{_MONTH}\.{_YEAR}|-{_MONTH}-{_YEAR})"
    rf"{_END}(?![./\-]\d)(?! \d{{3}} \d{{2,3}}{_END})"
)
_MONTH_OF_YEAR = rf"(?<![\d/.\-]){_MONTH}[/\-.]{_YEAR}{_END}(?![./\-]\d)"
_ISO_DATE = rf"(?<!\d){_YEAR}[\-/.]{_MONTH}[\-/.]{_DAY}{_END}(?![./\-]\d)"
_YEARS = rf"(?<!\d){_YEAR}(?:(?:, ?| |-| - ){_YEAR})+{_END}(?![.\-]\d)"
_PLACE = rf"(?<!\d)\d{{1,3}}\.\d{{4,}} ?[,; ] ?\d{{1,3}}\.\d{{4,}}{_END}"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_NET = rf"(?<![\d.]){_OCTET}(?:\.{_OCTET}){{3}}{_END}(?!\.\d)"

# Numbers of documents, such as "30/2020/NĐ-CP" or "05/KH-BCĐ138"; the pattern matches text with capitals.
_DOCUMENT = r"(?<![\w/])\d{1,7}(?:/(?:19|20)\d\d)?/[A-ZĐ]{2,}[A-ZĐ0-9\-]*"

_HOTLINE = r"(?<!\d)1[89]00(?:[ .\-]?\d){4}(?:(?:[ .\-]?\d){2})?(?!\d)(?![ .\-]?\d{3})"
# "113 114 115" are service numbers, and the first of "113 164 123 456" is one.
_SERVICE = r"(?<![\d.+])11[1-5](?:[ \-]11[1-5])*(?=[ \-](?:11[1-5]|\d{3}(?:[ \-]\d{3}){2}|0\d)(?!\d))"

_TAX_WORDS = r"(?:mst|ma so thue|ma so dn|ma so doanh nghiep)"
_TAX = rf"{word_pattern(_TAX_WORDS)}[^\d\n]{{0,20}}(?P<hit>\d(?:[ .]?\d){{9}}(?:-\d{{3}})?)(?!\d)"
_CODE_WORDS = (
    r"(?:ma vach|upc|ean|isbn|issn|imei|seri|serie|series|serial|s/n|so khung|so hieu|ma (?:hang|linh kien|don|van don"
    r"|khach hang|kh|sp|san pham|bien nhan|tra cuu|giao dich|gd|hoa don|cong to|tham chieu|vach|vat tu|thiet bi|so lo"
    r"|ho so|phieu|ve|voucher|giam gia|du thuong|otp|xac nhan|xac thuc|the cao|nap|quan ly|lo)"
    r"|don hang|van don|(?:don|don van|bill|kien)(?: hang)? (?:ghn|ghtk|spx|vtp|jt|j&t|ems|vnpost"
    r"|shopee|lazada|tiki)|linh kien|bien lai|bien nhan"
    r"|phieu (?:thu|chi|nhap|xuat)|hoa don(?: so)?|hd so|quyen so|lo (?:hang|sx|so|vac ?xin)|chi so|build|model|version"
    r"|phien ban|cong to|dong ho nuoc|so (?:quyet dinh|cong van|van ban|hop dong|giao dich|tham chieu|lenh|don|phieu"
    r"|hoa don|bien lai|lo|se ?ri|serial)|so vao so|ky hieu"
    r"|game id|id game|mssv|msnv|so bao danh|sbd|ve so|giai|otp|se-?ri|se ri)"
)
_BARRED = (
    rf"(?:{CARD_WORDS}|{PASSPORT_WORDS}|sdt|dt|dien thoai|zalo|goi|lien he|lh|alo|hotline|tel|stk|tk|so tai khoan"
    r"|tai khoan|ngan hang|cua|cho|thi|boi|bks|bien so|xe|ong|ba|anh|chi|chu)"
)
_PREFIX = r"(?<![a-z])(?!(?:sdt|dt|tel|lh|zl|stk|tk|cccd|cmnd|cmt|cc|pp|hc)(?![a-z]))[a-z]{1,4}[ \-.]?"
_CODE = (
    rf"{word_pattern(_CODE_WORDS)}{gap_pattern(16, barred=_BARRED)}"
    rf"(?P<hit>(?:{_PREFIX})?\d(?:[ .\-/]?\d){{4,24}})(?!\d)"
)
# "mã" with its tone introduces a code of any kind, except those of people and places; the pattern matches text with
# capitals.
_ANY_CODE = (
    r"(?i:mã (?:số )?(?!(?:số )?(?:định danh|cá nhân|công dân|cccd|căn cước|vùng|bưu))[^\W\d]{1,10}(?: [^\W\d]{1,10})?"
    r"[ :#.\-(]{1,3}(?:(?:là|số|của)[ :]{1,2})?)(?P<hit>(?:[A-Z]{1,4}[ \-.]?)?\d(?:[ .\-/]?\d){4,24})(?!\d)"
)
# "lô" introduces a number of goods; without its tone it could be a worry or a name, so that the pattern matches text
# with diacritics.
_LOT = (
    r"(?i:(?<![^\W_])(?:lô|date|hsd|nsx)(?: (?:sx|sản xuất|thuốc|số|hàng|vắc xin|vaccine))?(?: là)?[ :#]{1,3})"
    r"(?P<hit>(?:[A-Z]{1,3}[ \-.]?)?\d(?:[ .\-/]?\d){4,14})(?!\d)"
)
# Lists of marks, lengths or lottery draws consist of figures with at most two digits each.
_FEW = (
    r"(?<![a-z0-9])(?:diem(?! (?:hen|ban|den|do|dung))|lo de|xo so|vietlott|boc tham|quay so|ti le|ty le|day so|cac so"
    r"|chieu (?:dai|cao|rong))(?![a-z])"
    r"[^\d\n]{0,25}(?P<hit>\d{1,2}(?:[ ,\-]{1,3}\d{1,2}){4,})(?!\d)"
)
# Order numbers, such as "#240912-3748".
_ORDER = r"(?<!\w)#[a-z]{0,4}\d[\d\-]{4,}"
_NAMED = re.compile(rf"{word_pattern(CARD_WORDS)}[^\d]{{0,30}}$")
_PASSPORT_BEFORE = re.compile(rf"{word_pattern(PASSPORT_WORDS)}[^\d]{{0,12}}so hieu[^\d]{{0,6}}$")
_PERSONAL_BEFORE = re.compile(
    rf"{word_pattern(rf'(?:{PASSPORT_WORDS}|{CARD_WORDS}|stk|so tk|so tai khoan|sdt)')}[^\d]{{0,12}}$"
)
_PHONES = re.compile(r"(?:0|84)[35789]\d{8}")


def _is_code(view: View, start: int, end: int) -> bool:
    """Return whether a number after a word for codes is no telephone number: a mobile number's usual grouping outweighs
    the word.
    """
    if _PASSPORT_BEFORE.search(view.before(start)):
        return False
    piece = view.plain[start:end]
    grouped = re.fullmatch(r"0\d{2,3}[ .\-]\d{3}[ .\-]\d{3,4}", piece)
    return not (grouped and _PHONES.fullmatch(keep_digits(piece)))


def _is_order_number(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    return not _PERSONAL_BEFORE.search(view.before(start))


def _is_impersonal_amount(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    return not _NAMED.search(view.before(start))


_DATE_SIGN = re.compile(r"\d[/.\-]\d")
_DOT_SIGN = re.compile(r"\d\.\d")
RULES = (
    Rule(None, re.compile(_CLOCK), sign=re.compile(r"\d ?[hg:]")),
    Rule(None, re.compile(_DATE), sign=_DATE_SIGN),
    Rule(None, re.compile(_ISO_DATE), sign=_DATE_SIGN),
    Rule(None, re.compile(_MONTH_OF_YEAR), sign=_DATE_SIGN),
    Rule(None, re.compile(_YEARS)),
    Rule(None, re.compile(_MONEY)),
    Rule(None, re.compile(_SHORT_MONEY)),
    Rule(None, re.compile(_AMOUNT), _is_impersonal_amount),
    Rule(None, re.compile(_DOCUMENT), cased=True, sign=re.compile(r"\d/[a-z]")),
    Rule(None, re.compile(_HOTLINE)),
    Rule(None, re.compile(_SERVICE)),
    Rule(None, re.compile(_PLACE), sign=_DOT_SIGN),
    Rule(None, re.compile(_NET), _is_impersonal_amount, sign=_DOT_SIGN),
    Rule(None, re.compile(_TAX), sign=re.compile(_TAX_WORDS)),
    Rule(None, re.compile(_CODE), _is_code, sign=re.compile(_CODE_WORDS)),
    Rule(None, re.compile(_ANY_CODE), _is_code, cased=True, sign=re.compile("ma ")),
    Rule(None, re.compile(_LOT), _is_code, cased=True, sign=re.compile("lo |lo:|date|hsd|nsx")),
    Rule(None, re.compile(_FEW), sign=re.compile("diem|lo de|xo so|vietlott|boc tham|le |so |chieu")),
    Rule(None, re.compile(_ORDER), _is_order_number, sign=re.compile("#")),
)
