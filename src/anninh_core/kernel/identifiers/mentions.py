"""Search for the places in a text that may name a person, with the comparable forms to look up."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import evolve, field, frozen

from anninh_core.kernel.identifiers.forms import MIN_LENGTH, NAME_WORD, is_number_form, mention_forms, number_form
from anninh_core.kernel.redact import normalize
from anninh_core.kernel.text import nfc

_RUN = 3  # Number of words of a name that are looked up together, if two of them are ordinary words.
_NUMBER = re.compile(r"\d(?:[\W_]{0,2}\d)+")
_ACCOUNT = re.compile(rf"(?<![\w.\-])[\w.\-]{{{MIN_LENGTH},64}}(?![\w.\-])")
_DIGITS = re.compile(r"\d+")
_LONGEST = 19  # Maximum number of digits of an account.
_COUNTRY = re.compile(r"^(?:00)?84(?=\d{9,10}$)")
_CAPITAL = r"[^\W\d_a-zà-ỹ]\w*"
_CAPITALS_BEFORE = re.compile(rf"(?<!\w)(?:{_CAPITAL}[ \t]+){{1,4}}$")
_CAPITALS_AFTER = re.compile(rf"(?:[ \t]+{_CAPITAL}){{1,4}}")
_SENTENCE_END = ".!?\n"


@frozen
class Mention:
    """A place in a text that may name a person.

    Attributes:
        start, end: position in the text (NFC), `end` exclusive.
        forms: forms to look up.
    """

    start: int
    end: int
    forms: tuple[str, ...] = field(repr=False)

    @property
    def is_name(self) -> bool:
        """Whether the mention is a name, and neither a number nor an account."""
        return not any(is_number_form(form) for form in self.forms)


def find_mentions(text: str) -> Iterator[Mention]:
    """Yield the places where a text may name a person, by two or three words of a name, by a number or by an
    account.
    """
    written = nfc(text)
    meant = normalize(written)
    for mention in (*_find_names(meant.text), *_find_numbers(meant.text)):
        yield evolve(mention, start=(span := meant.span(mention.start, mention.end))[0], end=span[1])
    if meant.text != written:  # Digits that were read from letters may belong to an account name as it was written.
        yield from _find_numbers(written)


def _find_numbers(text: str) -> Iterator[Mention]:
    for match in _NUMBER.finditer(text):
        yield from _find_number_parts(match)
    for match in _ACCOUNT.finditer(text):
        if any(sign.isdigit() for sign in match[0]) or "." in match[0]:
            yield Mention(*match.span(), (number_form(match[0]),))


def _find_number_parts(number: re.Match[str]) -> Iterator[Mention]:
    """Yield the parts of a run of digits that may be a number: adjacent numbers have no recognisable boundary."""
    groups = [*_DIGITS.finditer(number[0])]
    for first, opening in enumerate(groups):
        digits = ""
        for last in groups[first : first + _LONGEST]:
            digits += last[0]
            if len(digits) > _LONGEST:
                break
            if len(digits) >= MIN_LENGTH:
                start, end = number.start() + opening.start(), number.start() + last.end()
                yield Mention(start, end, (number_form(digits), number_form(_COUNTRY.sub("0", digits))))


def _find_names(text: str) -> Iterator[Mention]:
    """Yield runs of capitalised words that may be a name; all runs of words if the text has capitals only at the start
    of sentences.

    The yielded place includes all capitalised words around the run, so that a name is seen as a whole.
    """
    matches = [*NAME_WORD.finditer(text)]
    capitals = [match for match in matches if match[0][0].isupper()]
    careless = all(_begins_sentence(text, match.start()) for match in capitals)
    for first in range(len(matches) - 1):
        for run in (matches[first : first + 2], matches[first : first + _RUN]):
            if (careless or all(match[0][0].isupper() for match in run)) and _are_adjacent(text, run):
                start, end = _extend_over_capitals(text, run)
                yield Mention(start, end, mention_forms([match[0] for match in run]))


def _extend_over_capitals(text: str, run: Sequence[re.Match[str]]) -> tuple[int, int]:
    start, end = run[0].start(), run[-1].end()
    if not all(match[0][0].isupper() for match in run):
        return start, end
    before, after = _CAPITALS_BEFORE.search(text[:start]), _CAPITALS_AFTER.match(text, end)
    return (before.start() if before else start), (after.end() if after else end)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t\"'“‘(-–")
    return not before or before[-1] in _SENTENCE_END


def _are_adjacent(text: str, run: Sequence[re.Match[str]]) -> bool:
    return all(text[first.end() : second.start()].strip(" \t\n.,-_") == "" for first, second in pairwise(run))
