"""Comparable forms of names, numbers and accounts; they are stored as hashes with the person, and searched for in
texts.

A name is represented by its last two words, which every identifying spelling contains: "Nguyễn Thị Hoa", "Thị Hoa",
"nguyen thi hoa". A family and middle name identify no one, and neither does a given name alone.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from attrs import field, frozen

from anninh_core.kernel.identifiers.ordinary_words import ORDINARY_PAIRS
from anninh_core.kernel.redact import ScannedText, ScanText, canonical, scan_text
from anninh_core.kernel.text import fold, nfc, place_tones

MIN_LENGTH = 6
"""Minimum length of a number or account: shorter ones occur in any text."""

NAME_WORD = re.compile(r"[^\W\d_]+")
_CAPITALS = r"(?P<hit>[^\W\d_a-zà-ỹ]\w*(?:\s+[^\W\d_a-zà-ỹ]\w*){0,4})"
# A name in capitals follows phrases such as "tôi tên là Nguyễn Văn An", "em là Lan ở xóm 3", "tên cháu là …", "họ tên:
# …".
SAYS_NAME = re.compile(
    rf"(?<!\w)(?i:(?:tôi|em|cháu|mình|con|tui|bác|cô|chú|anh|chị)\s+(?:tên\s+)?là|tên\s+(?:\w+\s+)?là|tên\s+tôi"
    rf"|họ\s+(?:và\s+)?tên\s*:?|người\s+(?:báo|gửi)(?:\s+tin)?\s*:?)\s+{_CAPITALS}"
)
"""Words that introduce a name; the group `hit` is the name."""

_NAME_SIGNS = ("là", "tên", "người")  # A text without any of these words has no phrase that introduces a name.
# Very common middle names: a pair of words that starts with one of them identifies a person only with the given name.
_NOT_GIVEN = frozenset({"thị", "văn"})
_NO_PERSON = frozenset({"link"})


@frozen
class Identifying:
    """Texts of a record that can identify a person.

    Attributes:
        words: text written by the person; its numbers and the names it introduces count.
        name: the person's name.
        account: the person's account name on a platform.
        marks: forms hashed earlier, if their source can't be read here.
    """

    words: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    marks: tuple[str, ...] = ()

    def forms(self, scan: ScanText = scan_text) -> tuple[str, ...]:
        """Return the distinct comparable forms of the person's name, account and numbers."""
        own = find_own_forms(scan(self.words)) if self.words else ()
        return tuple(dict.fromkeys((*own, *name_forms(self.name), *account_forms(self.account))))


def find_own_forms(words: ScannedText) -> Iterator[str]:
    """Yield the forms of a person's own text: numbers, plates, addresses, and names after words that introduce a
    name.
    """
    for hit in words.matches:
        if hit.kind not in _NO_PERSON:
            yield number_form(canonical(hit.kind, hit.text))
    text = words.normal.text
    small = text.lower()
    if any(sign in small for sign in _NAME_SIGNS):
        for match in SAYS_NAME.finditer(text):
            yield from name_forms(match["hit"])


def account_forms(account: str) -> Iterator[str]:
    """Yield the form of an account name, unless it is too short to identify a person."""
    if len(account) >= MIN_LENGTH:
        yield number_form(account)


def number_form(canonical_form: str) -> str:
    """Return the comparable form of a number, an address or an account."""
    return f"number:{canonical_form.casefold()}"


def is_number_form(form: str) -> bool:
    """Return whether a comparable form is that of a number, an address or an account, and not that of a name."""
    return form.startswith("number:")


def name_forms(name: str) -> Iterator[str]:
    """Yield the comparable forms of a name of two or more words, with and without diacritics; a given name alone has
    none.
    """
    parts = [match[0] for match in NAME_WORD.finditer(nfc(name))]
    for first in range(len(parts) - 1):
        run = parts[first : first + 2]
        is_last = first == len(parts) - 2
        if is_last and _is_ordinary_pair(run):
            run = parts[first - 1 :] if first else []
        elif not is_last and (first == 0 or _normalize_spelling(run[0]) in _NOT_GIVEN):
            continue
        if run:
            yield spelled_form(run)
            yield folded_form(run)
            if not has_diacritics(run):
                yield undiacritic_form(run)


def mention_forms(run: Sequence[str]) -> tuple[str, ...]:
    """Return the comparable forms under which adjacent words of a text may match a person's name.

    Words with diacritics match that name, or a name that its owner wrote without any; words without diacritics may
    match either.
    """
    return (spelled_form(run), undiacritic_form(run)) if has_diacritics(run) else (folded_form(run),)


def spelled_form(run: Sequence[str]) -> str:
    """Return the comparable form of a name with its diacritics."""
    return f"name:{' '.join(map(_normalize_spelling, run))}"


def folded_form(run: Sequence[str]) -> str:
    """Return the comparable form of a name without diacritics."""
    return f"folded:{' '.join(map(fold, run))}"


def undiacritic_form(run: Sequence[str]) -> str:
    """Return the comparable form of a name that its owner wrote without diacritics."""
    return f"plain:{' '.join(map(fold, run))}"


def has_diacritics(run: Sequence[str]) -> bool:
    """Return whether words have any non-ASCII character."""
    return not unicodedata.normalize("NFD", "".join(run)).isascii()


def _is_ordinary_pair(run: Sequence[str]) -> bool:
    return " ".join(map(_normalize_spelling, run)) in (ORDINARY_PAIRS if has_diacritics(run) else _FOLDED_PAIRS)


def _normalize_spelling(word: str) -> str:
    return place_tones(word).casefold()


_FOLDED_PAIRS = frozenset(map(fold, ORDINARY_PAIRS))
