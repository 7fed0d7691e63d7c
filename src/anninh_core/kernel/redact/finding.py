"""Find and mask personal data in a text."""

import re
from collections.abc import Callable, Collection
from functools import cached_property

from attrs import field, frozen

from anninh_core.kernel.redact.emails import EMAIL_SIGN, PROVIDERS
from anninh_core.kernel.redact.letters import FOUND, STAYS
from anninh_core.kernel.redact.model import PersonalDataMatch, PersonalKind
from anninh_core.kernel.redact.normal import Normalized, normalize
from anninh_core.kernel.redact.patterns import accounts, cards, contacts, false_positives, phones, plates
from anninh_core.kernel.redact.patterns.rule import Rule, View
from anninh_core.kernel.text import nfc

_WORD = r"(?:kh[oô]ng|m[oộ]t|hai|ba|b[oố]n|t[uư]|n[aă]m|s[aá]u|b[aảẩ]y|t[aá]m|ch[ií]n)"
# These patterns are cheap to search for in the original text: if none matches, no rule can apply, and in most texts
# none does.
_SIGN = re.compile('[\\d@\uff20\u2460-\u2473\u24ea(\\[{<.|"]')
_AT_WORDS = (
    *("còng", "cong", " at ", "_at_", "-at-", "móc", "moc", "vòng", "vong"),
    *(f" {at} {provider}" for provider in PROVIDERS for at in ("tại", "tai")),
)
_SPELLED = re.compile(rf"{_WORD}[ .,\-/;_]{{1,3}}{_WORD}[ .,\-/;_]{{1,3}}{_WORD}")
# These cheap patterns search plain text: for a link, for adjacent digits, and for a plate's figures and letters.
_DOT = re.compile(r"://|\.\S")
_DIGIT = re.compile(r"\d")
_SIX_DIGITS = re.compile(r"\d(?:[^\da-z\n]{0,6}\d){5}")
_PLATE = re.compile(
    r"\d[ .\-]{0,3}[a-z]{1,2}(?:[ .\-/_]{0,3}\d){4}|[a-z]{2}[ .\-]{0,3}\d\d[ .\-]{0,3}\d\d|t ?-?\d\d[ .\-]?\d{3}"
    r"|\d[ .\-]{0,3}(?:ng|nn|qt|cv)[ .\-]{0,3}\d\d|t[ .\-]{0,3}\d\d[ .\-]{1,3}\d{3}"
    r"|\d[^\da-z\n]{0,4}[a-z] ?[a-z]?(?:(?:[^\da-z\n]|cham|gach|ngang|cheo){0,6}\d){4}"
)
# The order of the rules matters: matches of an earlier rule are hidden from the later ones.
_NUMBER_RULES: tuple[Rule, ...] = (
    *accounts.RULES,
    *cards.BEFORE_PHONES,
    *phones.RULES,
    *cards.AFTER_PHONES,
)


@frozen
class ScannedText:
    """A text (NFC) that is searched for personal data at most once; all callers share the result."""

    text: str = field(repr=False)

    @cached_property
    def normal(self) -> Normalized:
        """The text with tricks and slips of writing undone."""
        return normalize(self.text)

    @cached_property
    def matches(self) -> tuple[PersonalDataMatch, ...]:
        """The likely personal data in the text, as `find_personal_data` returns it."""
        if not _may_contain_data(self.text):
            return ()
        matches: list[PersonalDataMatch] = []
        remaining = self.text
        spans = _find_once(self.normal)
        while spans:
            for kind, start, end in spans:
                matches.append(PersonalDataMatch(kind, start, end, self.text[start:end]))
                remaining = f"{remaining[:start]}{FOUND * (end - start)}{remaining[end:]}"
            # The mask of one match may have hidden the match next to it, so that the remaining text is searched again.
            spans = _find_once(normalize(remaining))
        return tuple(sorted(matches, key=lambda hit: hit.start))

    def redact(self, mask: str = FOUND, *, keep: Collection[PersonalKind] = ()) -> str:
        """Return the text with all personal data replaced by a mask, except the kinds in `keep`."""
        text = self.text
        for hit in reversed([hit for hit in self.matches if hit.kind not in keep]):
            text = text[: hit.start] + mask + text[hit.end :]
        return text


ScanText = Callable[[str], ScannedText]


def scan_text(s: str) -> ScannedText:
    """Return a text that is searched for personal data when the result is first needed."""
    return ScannedText(nfc(s))


def find_personal_data(s: str) -> list[PersonalDataMatch]:
    """Find likely personal data, in the order of the text and without overlaps.

    Positions count in the NFC form of the text. Service numbers (113, 1900…), dates, sums of money, numbers of
    documents and goods are not personal. Accounts are recognised only by the words around them; other numbers by an
    unambiguous shape, or else by such words too.
    """
    return [*scan_text(s).matches]


def redact(s: str, mask: str = FOUND, *, keep: Collection[PersonalKind] = ()) -> str:
    """Return the text (NFC) with all personal data found by `find_personal_data` replaced by a mask, except the kinds
    in `keep`.
    """
    return scan_text(s).redact(mask, keep=keep)


def _may_contain_data(written: str) -> bool:
    if _SIGN.search(written):
        return True
    small = written.lower()
    return any(word in small for word in _AT_WORDS) or _SPELLED.search(small) is not None


def _find_once(normal: Normalized) -> list[tuple[PersonalKind, int, int]]:
    view = View(normal.text, normal.plain)
    spans: list[tuple[PersonalKind, int, int]] = []
    signs: dict[re.Pattern[str], bool] = {}
    for rule in _likely_rules(normal.plain):
        if rule.sign is not None and not signs.setdefault(rule.sign, rule.sign.search(normal.plain) is not None):
            continue
        for start, end in rule.find_matches(view):
            view = view.replace_piece(start, end, STAYS if rule.kind is None else FOUND)
            if rule.kind is not None:
                spans.append((rule.kind, *normal.span(start, end)))
    return spans


def _likely_rules(plain: str) -> list[Rule]:
    rules = [*contacts.EMAIL_RULES] if EMAIL_SIGN.search(plain) else []
    rules += [contacts.LINK_RULE] if _DOT.search(plain) else []
    if not _DIGIT.search(plain):
        return rules
    numbers = [*(_NUMBER_RULES if _SIX_DIGITS.search(plain) else ()), *(plates.RULES if _PLATE.search(plain) else ())]
    return [*rules, *false_positives.RULES, *numbers] if numbers else rules
