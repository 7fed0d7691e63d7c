"""Normalisation of a text: tricks and slips of writing undone, with a mapping of positions to the original text."""

import re
from collections.abc import Sequence

from attrs import field, frozen

from anninh_core.kernel.redact.letters import ODD, PLAIN, read_character
from anninh_core.kernel.redact.spoken import READERS, Replacements
from anninh_core.kernel.text import nfc

_BESIDE_DIGIT = re.compile(r"\d[OoQlI|]|[OoQlI|]\d")
# A number with some digits replaced by similar letters: no other letter touches it, except the letter of a passport
# before it.
_MIXED = re.compile(r"(?:(?<![^\W\d_])|(?<![^\W_][A-Z])(?<=[A-Z]))[\dOoQlI|](?:[ .,\-/_]{0,3}[\dOoQlI|])+(?![^\W\d_])")
_ALIKE_RUN = re.compile(r"(?<=\d)[OoQlI|]+|[OoQlI|]+(?=\d)|(?<=[ .\-])[Oo]{2,}(?=[ .\-])")
_ALIKE = str.maketrans("OoQlI|", "000111")
_MIN_REAL = 4
_MIN_DIGITS = 8
_MAX_JOINED = 12
# In "29l1-123.45" the small L is the series of a number plate, not a digit 1.
_PLATE_SERIES = re.compile(r"[1-9]\d[ .\-]?l\d?[ .\-]?\d{3}[ .]?\d{1,2}$")
# The head of a number plate, such as "35B1-", may come before figures with letters, such as "O12.34".
_PLATE_HEAD = re.compile(r"[1-9]\d ?-?[A-Z]{1,2}\d?[ .\-]{1,3}$")


@frozen
class Normalized:
    """A normalised text, with a mapping of its positions to the original text (NFC).

    Attributes:
        text: all digits are ASCII digits, spaces blanks, dashes hyphens; invisible characters are removed.
        plain: the same text in lower case without diacritics, of the same length.
        starts, ends: for each character of `text`, start and end of its source in the original text.
    """

    text: str
    plain: str
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the position of a non-empty piece of `text` in the original text; `end` is exclusive."""
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> Normalized:
    """Return a normalised text; see `Normalized`.

    Letters that look like digits are read as digits inside a number ("O9l2 345 678"), and so are words for digits in a
    run of at least nine, among digits ("không chín một …"), or in a plate or passport number near a word for it.
    """
    normal = _read_characters(nfc(text))
    if _BESIDE_DIGIT.search(normal.text):
        letters = _MIXED.sub(_read_letters_as_digits, normal.text)
        normal = Normalized(letters, letters.translate(PLAIN), normal.starts, normal.ends)
    for read in READERS:
        if replacements := read(normal.text, normal.plain):
            normal = _replace_pieces(normal, replacements)
    return normal


def extract_digits(text: str) -> str:
    """Return the digits of a normalised text, without anything between them."""
    return re.sub(r"\D", "", normalize(text).text)


def _read_characters(written: str) -> Normalized:
    if not ODD.search(written):
        return Normalized(written, written.translate(PLAIN), range(len(written)), range(1, len(written) + 1))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, written_character in enumerate(written):
        c = read_character(written_character) if ODD.match(written_character) else written_character
        if c:
            characters.append(c)
            starts.append(place)
            ends.append(place + 1)
        elif ends:
            ends[-1] = place + 1  # A mark or an invisible character belongs to the preceding character.
    text = "".join(characters)
    return Normalized(text, text.translate(PLAIN), starts, ends)


def _read_letters_as_digits(number: re.Match[str]) -> str:
    piece = number[0]
    digits = sum(map(str.isdigit, piece))
    letters = sum(map(piece.count, "OoQlI|"))
    real, together = _find_minimum_digits(number)
    if not letters or digits < max(real, letters) or digits + letters < together:
        return piece
    if _PLATE_SERIES.match(piece) or ("|" in piece and digits + letters > _MAX_JOINED):
        return piece
    return _ALIKE_RUN.sub(lambda run: run[0].translate(_ALIKE), piece)


def _find_minimum_digits(number: re.Match[str]) -> tuple[int, int]:
    """Return two minimum counts of digits for a number with letters: that of real digits, and that of digits including
    letters read as digits.
    """
    before = number.string[max(0, number.start() - 8) : number.start()]
    if _PLATE_HEAD.search(before):
        return 3, 4
    return _MIN_REAL, _MIN_DIGITS - 1 if before[-1:].isalpha() else _MIN_DIGITS


def _replace_pieces(normal: Normalized, replacements: Replacements) -> Normalized:
    """Return a normalised text in which each of some pieces is removed or replaced by a single character; the position
    in the original text is kept.
    """
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for (start, end), digit in [*sorted(replacements.items()), ((len(normal.text), len(normal.text)), "")]:
        parts += [normal.text[done:start], digit]
        starts += [*normal.starts[done:start], *([normal.starts[start]] if digit else ())]
        ends += [*normal.ends[done:start], *([normal.ends[end - 1]] if digit else ())]
        done = end
    text = "".join(parts)
    return Normalized(text, text.translate(PLAIN), starts, ends)
