"""E-mail addresses and links."""

import re

from anninh_core.kernel.redact.emails import EMAIL
from anninh_core.kernel.redact.letters import FOUND, STAYS
from anninh_core.kernel.redact.patterns.rule import Rule

_LINK_TAIL = rf"(?:[^\s{FOUND}{STAYS}]*[^\s{FOUND}{STAYS}.,;:!?)\]}}\"'»”])"
_LINK = (
    rf"(?<![\w@.\-])(?:(?:https?://|www\.){_LINK_TAIL}"
    rf"|(?:[a-z0-9\-]+\.)+(?:[a-z]{{2,}}/{_LINK_TAIL}|(?:com|net|org|vn|info|xyz|top|online|site|shop|club)\b))"
)

EMAIL_RULE = Rule("email", EMAIL)
LINK_RULE = Rule("link", re.compile(_LINK))
