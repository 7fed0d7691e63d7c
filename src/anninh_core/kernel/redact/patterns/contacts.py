"""Patterns of e-mail addresses and links."""

import re

from anninh_core.kernel.redact.emails import EMAIL, EMAIL_IN_WORDS, EMAIL_READ_OUT, EMAIL_SPACED, is_email
from anninh_core.kernel.redact.letters import FOUND, STAYS
from anninh_core.kernel.redact.patterns.rule import Rule, View

_LINK_TAIL = rf"(?:[^\s{FOUND}{STAYS}]*[^\s{FOUND}{STAYS}.,;:!?)\]}}\"'»”])"
_LINK = (
    rf"(?<![\w@.\-])(?:(?:https?://|www\.){_LINK_TAIL}"
    rf"|(?:[a-z0-9\-]+\.)+(?:[a-z]{{2,}}/{_LINK_TAIL}|(?:com|net|org|vn|info|xyz|top|online|site|shop|club)\b))"
)

_AT_IN_WORDS = re.compile(r" (?:a[ \-]?(?:cong|moc|vong)|@) ")


def _is_email(view: View, start: int, end: int) -> bool:
    return is_email(view.plain[start:end])


EMAIL_RULES = (
    Rule("email", EMAIL_SPACED, sign=re.compile("@ ")),
    Rule("email", EMAIL_IN_WORDS, cased=True, sign=_AT_IN_WORDS),
    Rule("email", EMAIL_READ_OUT, cased=True, sign=_AT_IN_WORDS),
    Rule("email", EMAIL, _is_email),
)
LINK_RULE = Rule("link", re.compile(_LINK))
