"""E-mail addresses, also those written so that no program should find them."""

import re

_AT = (
    r"(?: ?@ ?| ?[(\[{<] ?(?:at|a|a ?cong|a ?moc|@) ?[)\]}>] ?"
    r"|[ \-]a[ \-]?cong[ \-]|[ \-]a[ \-]moc[ \-]|[ _]at[ _](?=[a-z0-9\-]{1,63}(?:[ _](?:dot|cham)[ _]| ?\.)))"
)
_SPELLED_DOT = r" ?[(\[{<] ?(?:dot|cham|\.) ?[)\]}>] ?| (?:cham|dot) "
_DOT = rf"(?:\.|{_SPELLED_DOT}|[\-_](?:cham|dot)[\-_])"
_TOP = r"(?:com|vn|net|org|edu|gov|info|me|io|ru|jp|kr|tw|cn|de|fr|uk|us|eu|asia|biz)"
# A dot with a blank beside it, or a comma in its place, only before what ends an address: a sentence may end there.
_LOOSE_DOT = rf"(?: ?[.,] ?(?={_TOP}(?![\w@])))"
# No part of a pattern can take what another takes: else hostile text costs seconds.
_LABEL = r"[a-z0-9](?:[a-z0-9]|-(?!(?:cham|dot)[\-_])){0,62}"
_LOCAL = rf"[\w.+\-]{{1,64}}?(?:(?:{_SPELLED_DOT})[\w.+\-]{{1,64}}?){{0,3}}?"
_PROVIDER = r"(?:gmail|yahoo|hotmail|outlook|icloud)"
_DOMAIN = rf"(?:(?:{_LABEL}(?:{_DOT}|{_LOOSE_DOT})){{1,6}}[a-z]{{2,}}(?![\w@])|{_PROVIDER}(?: com| vn)?(?![\w.]))"
EMAIL = re.compile(rf"(?<![\w.+\-]){_LOCAL}{_AT}{_DOMAIN}")
"""An address in plain text; see `Normalized.plain`."""

EMAIL_SIGN = re.compile(r"@|cong|moc|[(\[{<] ?a|[ _]at[ _]")


def plain_email(plain: str) -> str:
    """Return an address as a program writes it, from plain text that holds nothing else."""
    local, _, domain = re.sub(_AT, "@", plain.strip(), count=1).partition("@")
    dotted = [re.sub(_DOT, ".", part) for part in (local, re.sub(_LOOSE_DOT, ".", domain))]
    return "@".join(re.sub(r"\s+", "", part) for part in dotted)
