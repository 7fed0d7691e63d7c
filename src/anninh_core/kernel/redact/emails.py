"""Patterns of e-mail addresses, also obfuscated ones."""

import re

from anninh_core.kernel.redact.letters import FOUND

_AT_NAME = r"a[ \-]?(?:cong|moc|vong)"
_OPEN = r"[(\[{<|\"]"
_CLOSE = r"[)\]}>|\"]"
_TOP = r"(?:com|vn|net|org|edu|gov|info|me|io|ru|jp|kr|tw|cn|de|fr|uk|us|eu|asia|biz)"
PROVIDERS = ("gmail", "yahoo", "hotmail", "outlook", "icloud")
_PROVIDER = rf"(?:{'|'.join(PROVIDERS)})"
_AT = (
    rf"(?: ?@@? ?| ?{_OPEN} ?(?:at|a|{_AT_NAME}|@) ?{_CLOSE} ?|[ \-]{_AT_NAME}[ \-]|(?<=\w)-at-| ?-at- "
    rf"|[ \-]cong[ \-](?={_PROVIDER}(?![a-z]))| tai (?={_PROVIDER}(?: (?:cham|dot) |\.))"
    r"|[ _]at[ _](?=[a-z0-9\-]{1,63}(?:[ _](?:dot|cham)[ _]|\.[a-z])))"
)
_SPELLED_DOT = rf" ?{_OPEN} ?(?:dot|cham|\.) ?{_CLOSE} ?| (?:cham|dot) | -(?:cham|dot)- "
_DOT = rf"(?:\.\.?|{_SPELLED_DOT}|[\-_](?:cham|dot)[\-_])"
# A dot with an adjacent blank, or a comma instead of a dot, counts only before a top-level domain, as a sentence may
# end there.
_LOOSE_DOT = rf"(?: ?[.,] ?(?={_TOP}(?![\w@])))"
# No two parts of a pattern match the same text; otherwise matching a hostile text would take seconds.
_LABEL = r"[a-z0-9](?:[a-z0-9]|-(?!(?:cham|dot)[\-_])){0,62}"
_SPELLED_SIGN = rf"{_SPELLED_DOT}| (?:gach (?:duoi|ngang)|shift tru) "
_LOCAL = rf"[\w.+\-]{{1,64}}?(?:(?:{_SPELLED_SIGN})[\w.+\-]{{1,64}}?){{0,3}}?"
_DOMAIN = rf"(?:(?:{_LABEL}(?:{_DOT}|{_LOOSE_DOT})){{1,6}}[a-z]{{2,}}(?![\w@])|{_PROVIDER}(?: com| vn)?(?![\w.]))"
EMAIL = re.compile(rf"(?<![\w.+\-]){_LOCAL}{_AT}{_DOMAIN}")
"""Pattern of an e-mail address in plain text; see `Normalized.plain`."""

# "bac hai khoa a còng": after a word for an address, words without diacritics are the local part until the @. The
# pattern is applied to text with diacritics, in which "bác" is a person and "bac" a part of the address.
_WHO = (
    r"(?:em|e|tôi|toi|mình|minh|của|cua|là|la|này|nay|con|chị|anh|cô|chú|bác|ông|bà|cháu|cho|qua|theo|về|ve|vào|vao|số|mới"
    r"|cũ|riêng|trường|thì|ghi|e?mail|thư|địa|chỉ|sau|mẹ|bố|má|vợ|chồng|thầy|công ty|cty|nhà)"
)
_WORD_DOT = r"(?:\.| (?:chấm|cham|dot) )"
EMAIL_IN_WORDS = re.compile(
    rf"(?i:(?<![^\W_])(?:e?-?mail|gmail|địa chỉ|dia chi|thư|thu)(?:[ :,]{{1,2}}{_WHO}(?!\w))*[ :,]{{1,2}}"
    r"(?P<hit>[a-z0-9._\-]{1,30}(?: [a-z0-9._\-]{1,30}){1,4}"
    rf" (?:a[ \-]?(?:còng|cong|móc|moc|vòng|vong)|@) (?:{_PROVIDER}(?:{_WORD_DOT}[a-z]{{2,12}}){{0,2}}"
    rf"|[a-z0-9\-]{{1,30}}(?:{_WORD_DOT}[a-z0-9\-]{{2,30}}){{1,4}})(?!\w)))"
)
"""Pattern of an e-mail address with blanks in its local part, in text with diacritics."""

# "mail nhé: hoa chấm sữa một chín năm a còng gmail chấm com": after a colon all words are the address.
EMAIL_READ_OUT = re.compile(
    r"(?i:(?<![^\W_])(?:e?-?mail|gmail|địa chỉ|dia chi|thư|thu)[^\d\n:]{0,20}: ?"
    r"(?P<hit>[^\s:,;@]{1,30}(?: [^\s:,;@]{1,30}){1,9}"
    rf" a[ \-]?(?:còng|cong|móc|moc|vòng|vong) (?:{_PROVIDER}(?:{_WORD_DOT}[a-z]{{2,12}}){{0,2}}"
    rf"|[a-z0-9\-]{{1,30}}(?:{_WORD_DOT}[a-z0-9\-]{{2,30}}){{1,4}})(?!\w)))"
)
"""Pattern of an e-mail address read out in words, in text with diacritics."""

# Such an address is written as "k y l a n 9 5 @ g m a i l . c o m".
_ONE = r"(?:(?<![^\s:(])[\w.\-] )"
EMAIL_SPACED = re.compile(
    rf"(?<![^\s:({FOUND}]){_ONE}{{2,40}}@(?: [a-z0-9\-]){{2,30}}(?: [.,](?: [a-z0-9\-]){{2,12}}){{1,3}}(?!\w)"
)
"""Pattern of an e-mail address with a blank between all characters."""

# "công an" occurs in every other text, so that "công" alone is no sign of an e-mail address.
EMAIL_SIGN = re.compile(rf"@| tai {_PROVIDER}|[ \-]{_AT_NAME}|[ \-]cong[ \-]{_PROVIDER}|{_OPEN} ?a|[ _\-]at[ _\-]")
_PRICE = re.compile(r"@ ?\d+(?:k|tr|d)?\. ")
_FILE_END = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|ico|heic|pdf|docx?|xlsx?|mp[34]|mov|zip|css|js|py|txt)$")
_KNOWN_END = re.compile(rf"{_TOP}$|{_PROVIDER}")


def is_email(piece: str) -> bool:
    """Return whether a matched piece of text is an e-mail address, and not a mention after a blank, as in "và
    @Lan.Anh".
    """
    if _PRICE.search(piece) or _FILE_END.search(piece):
        return False
    return not re.search(r" @\w", piece) or bool(_KNOWN_END.search(piece))


def plain_email(plain: str) -> str:
    """Return the standard form of an e-mail address; `plain` contains nothing else."""
    if EMAIL_SPACED.fullmatch(plain.strip()):
        return re.sub(r"\s+", "", plain).replace(",", ".")
    local, _, domain = re.sub(_AT, "@", plain.strip(), count=1).partition("@")
    local = re.sub(r" gach duoi ", "_", re.sub(r" gach ngang ", "-", local))
    dotted = [re.sub(_DOT, ".", part) for part in (local, re.sub(_LOOSE_DOT, ".", domain))]
    return "@".join(re.sub(r"\s+", "", part) for part in dotted)
