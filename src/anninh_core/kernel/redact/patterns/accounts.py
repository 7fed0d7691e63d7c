"""Patterns of bank accounts, which are recognised only by the words before or after them, and of bank cards."""

import re

from anninh_core.kernel.redact.letters import FOUND
from anninh_core.kernel.redact.patterns.cards import BEFORE_PHONES
from anninh_core.kernel.redact.patterns.phones import PHONE, is_phone
from anninh_core.kernel.redact.patterns.rule import (
    CARD_WORDS,
    PASSPORT_WORDS,
    PHONE_WORDS,
    PLATE_WORDS,
    Rule,
    View,
    gap_pattern,
    keep_digits,
    word_pattern,
)

_BANKS = (
    r"(?:vietcom(?: ?bank)?|vcb|agribank|agri|bidv|viett?in(?: ?bank)?"
    r"|vtb|ctg|techcom(?: ?bank)?|tech|tcb|mb ?bank|mbb|mb|acb|vp ?bank|vpb"
    r"|tp ?bank|tpb|sacc?om(?: ?bank)?|stb|hd ?bank|hdb|vib|shb|msb|ocb|lp ?bank|lien ?viet(?: ?post ?bank)?"
    r"|sea ?bank|exim ?bank|nam ?a ?bank|bac ?a ?bank|ncb|scb|ab ?bank|pvcom ?bank"
    r"|kien ?long(?: ?bank)?|lpb|nam a|dong a ?bank|pg ?bank"
    r"|gp ?bank|ocean ?bank|sai ?gon ?bank|viet ?a ?bank|viet ?bank"
    r"|bv ?bank|ban ?viet|cimb|uob|u ?bank|tnex|umee|lio ?bank"
    r"|moca|payoo|pay ?pal|shopee ?pay|airpay|kho bac|nong nghiep|ngoai thuong|dau tu va phat trien"
    r"|shinhan(?: ?bank)?|woori|cake|timo|momo|zalo ?pay|viettel ?(?:money|pay)|vnpay|ngan hang|nh(?![a-z])|bank"
    r"|bao ?viet ?bank|co ?op ?bank|hsbc|citibank|buu dien lien viet|cong thuong|ky thuong|quan doi|a chau)"
)
_NAMED = (
    r"(?:stk|so tk|so tai khoan|tai khoan|tk|acc(?:ount)?|so the"
    r"|the (?:atm|visa|master(?:card)?|napas|tin dung|ghi no))"
)
_SURE = re.compile(word_pattern(r"(?:stk|so tk|so tai khoan)") + r"[^\d]{0,30}$")
# "Số thẻ" also refers to identity cards.
_PERHAPS_ID = re.compile(word_pattern(r"so the") + r"[^\d]{0,40}$")
_TRANSFER = (
    r"(?:chuyen khoan|chuyen tien|chuyen(?! (?:phat|nha|xe|lop|truong|cong tac))|ck|gui tien|gui|nap tien|nap|ban"
    r"|nhan tien|nhan ck|ung ho|quyen gop|dong gop|dong tien|dong|nop tien|nop|mung|donate|dat coc|coc|thanh toan|tra)"
)
_OTHERS = (
    rf"(?:{CARD_WORDS}|{PASSPORT_WORDS}|{PLATE_WORDS}|sdt|dien thoai|zalo(?! ?pay)|co|con|du|so du|tru|cong"
    r"|giao dich|gd|game|id|facebook|fb|tiktok|dien nuoc|dien|email|web|app|vneid)"
)
# After a word that can only mean an account, "con", "cô" and "cộng" don't indicate another kind of number.
_SURELY = r"(?:stk|so tk|so tai khoan|iban)"
_NO_ACCOUNT = (
    rf"(?:{CARD_WORDS}|{PASSPORT_WORDS}|{PLATE_WORDS}|{PHONE_WORDS}|so tien|tien|nd|noi dung|ma|hoi|gap|tru|bi)"
)
# In a number read out figure by figure, such as "1 0 7, 8 2 9", a comma may separate the figures.
_NUMBER = r"\d(?:(?:[ .\-/_]{0,3}|(?<= \d), (?=\d[ ,]))\d){5,18}"
_LONG = r"\d(?:[ .\-/_]{0,3}\d){6,18}"
_STOP = r"(?![ .\-]?\d)"
_AFTER_NAME = rf"{word_pattern(_NAMED)}{gap_pattern(40, barred=_OTHERS)}(?P<hit>{_NUMBER}){_STOP}"
_AFTER_SURE = rf"{word_pattern(_SURELY)}{gap_pattern(40, barred=_NO_ACCOUNT)}(?P<hit>{_NUMBER}){_STOP}"
_IBAN = rf"{word_pattern('iban')}[ :]{{1,3}}(?P<hit>[a-z]{{2}}\d\d(?: ?[a-z\d]{{4}}){{2,7}}(?: ?[a-z\d]{{1,3}})?)(?!\w)"
_ALSO = (
    rf"{FOUND}[ ,;]{{0,3}}(?:(?:hoac|va|hay|voi|stk|con)(?![a-z])|[,;/]){gap_pattern(24, barred=_NO_ACCOUNT)}"
    rf"(?P<hit>{_LONG}){_STOP}"
)
_SURE_BEFORE = re.compile(rf"{word_pattern(_SURELY)}(?:(?!(?<![a-z]){_NO_ACCOUNT}(?![a-z]))[^\d\n]){{0,60}}$")
_NEXT = rf"{FOUND}(?:[ ,;/&]|va|hoac|voi|{_BANKS}){{1,8}}(?P<hit>{_LONG}){_STOP}"
_NAMED_BEFORE = re.compile(rf"{word_pattern(_NAMED)}(?:(?!(?<![a-z]){_OTHERS}(?![a-z]))[^\d\n]){{0,60}}$")
_BESIDE_BANK = rf"{word_pattern(_BANKS)}[ :,\-(.]{{1,3}}(?P<hit>{_LONG}){_STOP}"
_AFTER_BANK = rf"{word_pattern(_BANKS)}{gap_pattern(24, barred=_OTHERS)}(?P<hit>{_LONG}){_STOP}"
_INTO = (
    rf"{word_pattern(_TRANSFER)}[^\d\n{FOUND}]{{0,24}}"
    rf"(?<![a-z])(?:vao|vo|sang|qua|toi|den|ve)(?: so| tk| cho| nay)*[ :]{{1,3}}"
    rf"(?P<hit>{_LONG}){_STOP}"
)
# In "5000000 vào MB" the number is a sum of money, not an account of the bank.
_WAYS = rf"(?:{_OTHERS}|vao|sang|qua|ve|den|toi|tu|cho|tien|nguoi)"
# A full stop ends a number, as in "dùng số 0987 654 321. 0912 345 678 là số của em. Nó đưa stk".
_IN_SENTENCE = r"\d(?:(?!\. )[ .\-/_]{0,3}\d){6,18}"
_ACCOUNT_SIGN = word_pattern(rf"(?:{_BANKS}|tai khoan|stk)")
_BEFORE_BANK = rf"(?<![\w.,/+\-])(?P<hit>{_IN_SENTENCE}){_STOP}{gap_pattern(24, barred=_WAYS)}{_ACCOUNT_SIGN}"
# Numbers of bank cards: domestic ones begin with 9704, the others have four groups of four digits.
_CARD = r"(?<![\d.])(?:9704(?:[ .\-]?\d){12}(?:(?:[ .\-]?\d){3})?|[45]\d{3}(?:[ \-]\d{4}){3})(?![ .\-]?\d)"

_CARD_WORDS = re.compile(word_pattern(r"(?:the|visa|master|card)"))
_CARD_NEAR = re.compile(word_pattern(rf"(?:{CARD_WORDS}|cc|dinh danh|giay to)"))
_MIN_PHONE = 9
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_SPACED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+")
_ROUND = re.compile(r"000$")
_ROUND_SUM = re.compile(r"[1-9]\d{0,6}0{4,}")
# Words for balances and debts, and for the document numbers of banks and parcel services.
_SUM_BEFORE = re.compile(
    r"(?<![a-z])(?:so du|du no|(?<!het )han muc|cho vay|vay(?! (?:online|app|qua))|bien dong)(?![a-z])[^\d]{0,20}$"
)
_CODE_AFTER = re.compile(r"[ ,(]{0,3}(?:la )?(?:so )?(?:ma|bien lai|hoa don)(?![a-z])")
# "20240915" is a day and "1234567 câu" a count, so that neither is an account.
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_COUNTED = re.compile(
    r" (?:cau|ban|khach|nguoi(?! nhan)|luot|cuon|suat|hoc sinh|co phieu|diem|lan|cai|dong|usd)(?![a-z])"
)
_MAX_COUNT = 8
_GLUED = re.compile(r"[a-z]\Z")
_GLUED_NAME = re.compile(word_pattern(rf"(?:{_NAMED}|{_BANKS}|so)") + "$")
_SAYS_ACCOUNT = re.compile(word_pattern(r"(?:stk|so tk|so tai khoan)"))
# Directly after one of these words any number is an account's: some banks use the telephone number as account number.
_TOLD = re.compile(
    rf"{word_pattern(_SURELY)}(?:(?!(?<![a-z]){_NO_ACCOUNT}(?![a-z]))[^\d\n{FOUND}]){{0,30}}$"
    rf"|{word_pattern('(?:tk|tai khoan)')}"
    rf"(?: (?:so|la|nhan|cua|toi|em|minh|{_BANKS}|{_BANKS} {_BANKS})){{0,3}}[ :]{{1,3}}$"
)
_BANK_BESIDE = re.compile(rf"{word_pattern(_BANKS)}[ :,\-(.]{{1,3}}$")
_BANK_BEHIND = re.compile(rf"[ :,\-(.]{{1,3}}(?:(?:cua|nh|ngan hang|tai) )?{word_pattern(_BANKS)}")
_DATE_LIKE = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d")
_OTHER_BEFORE = re.compile(rf"(?<![a-z])(?:{CARD_WORDS}|{PASSPORT_WORDS}|sdt|dien thoai)[^\d]{{0,20}}$")


def _is_account(view: View, start: int, end: int) -> bool:
    """Return whether a number near words for accounts is neither a sum, a date, a telephone number nor the number of an
    identity card.
    """
    piece = view.plain[start:end]
    before = view.before(start)
    if _GLUED.search(before) and not _GLUED_NAME.search(before):
        return False
    if _DATE_LIKE.match(piece) or (_is_telephone(view, start, end) and not _is_named_account(view, start, end)):
        return False
    is_sum = _THOUSANDS.fullmatch(piece) or (_SPACED.fullmatch(piece) and _ROUND.search(piece))
    is_count = len(piece) <= _MAX_COUNT and (_DAY.fullmatch(piece) or _COUNTED.match(view.after(end)))
    if is_sum or is_count or _ROUND_SUM.fullmatch(piece) or _SUM_BEFORE.search(before):
        return bool(_SURE.search(before))
    return not (_PERHAPS_ID.search(before) and _is_identity_card(view, start, end))


def _is_named_account(view: View, start: int, end: int) -> bool:
    """Return whether the text calls a number an account: by the word directly before it, or by an adjacent bank and a
    word for accounts.
    """
    before, after = view.before(start), view.after(end, 60)
    if _TOLD.search(before):
        return True
    return bool(_BANK_BESIDE.search(before) and _SAYS_ACCOUNT.search(before + "," + after))


def _is_further_account(view: View, start: int, end: int) -> bool:
    return bool(_SURE_BEFORE.search(view.before(start, 100))) and _is_account(view, start, end)


def _is_listed_account(view: View, start: int, end: int) -> bool:
    return bool(_NAMED_BEFORE.search(view.before(start))) and _is_account(view, start, end)


def _is_account_next_to_bank(view: View, start: int, end: int) -> bool:
    if _OTHER_BEFORE.search(view.before(start)) or _CODE_AFTER.match(view.after(end)):
        return False
    return _is_account(view, start, end)


def _is_account_near_bank(view: View, start: int, end: int) -> bool:
    if not _is_account_next_to_bank(view, start, end):
        return False
    return not _is_identity_card(view, start, end) or _is_adjacent_to_bank(view, start, end)


def _is_adjacent_to_bank(view: View, start: int, end: int) -> bool:
    """Return whether the name of a bank touches the number, and no word for a card is near."""
    before, after = view.before(start), view.after(end)
    if _CARD_NEAR.search(before) or _CARD_NEAR.search(after):
        return False
    return bool(_BANK_BESIDE.search(before) or _BANK_BEHIND.match(after))


def _is_identity_card(view: View, start: int, end: int) -> bool:
    return any((start, end) in rule.find_matches(view) for rule in BEFORE_PHONES)


def _is_telephone(view: View, start: int, end: int) -> bool:
    before = view.before(start, 3)
    number = PHONE.match(view.plain, start - len(before) + len(before.rstrip("+(")))
    if number is None or number.end() > end or not is_phone(view, *number.span()):
        return False
    # "0501 000 274 836" only begins like a telephone number; "0912345678 0987654321" are two telephone numbers.
    rest = keep_digits(view.plain[number.end() : end])
    return not rest or len(rest) >= _MIN_PHONE or number[0].isdigit()


def _is_bank_card(view: View, start: int, end: int) -> bool:
    number = keep_digits(view.plain[start:end])
    return number.startswith("9704") or bool(_CARD_WORDS.search(view.before(start)))


_NAME_SIGN = re.compile(_NAMED)
_BANK_SIGN = re.compile(_BANKS)
_TRANSFER_SIGN = re.compile(_TRANSFER)
_SURE_SIGN = re.compile(_SURELY)
_EITHER_SIGN = re.compile(f"{_BANKS}|tai khoan|stk")
RULES = (
    Rule("bank_account", re.compile(_CARD), _is_bank_card),
    Rule("bank_account", re.compile(_IBAN), sign=re.compile("iban")),
    Rule("bank_account", re.compile(_AFTER_SURE), _is_account, sign=_SURE_SIGN),
    Rule("bank_account", re.compile(_AFTER_NAME), _is_account, sign=_NAME_SIGN),
    # Each repetition of the rule finds another account of a list, before a rule of another kind matches it.
    *[Rule("bank_account", re.compile(_NEXT), _is_listed_account, sign=_NAME_SIGN)] * 3,
    *[Rule("bank_account", re.compile(_ALSO), _is_further_account, sign=_SURE_SIGN)] * 2,
    Rule("bank_account", re.compile(_BESIDE_BANK), _is_account_next_to_bank, sign=_BANK_SIGN),
    Rule("bank_account", re.compile(_AFTER_BANK), _is_account_near_bank, sign=_BANK_SIGN),
    Rule("bank_account", re.compile(_BEFORE_BANK), _is_account_near_bank, sign=_EITHER_SIGN),
    Rule("bank_account", re.compile(_INTO), _is_account_near_bank, sign=_TRANSFER_SIGN),
)
