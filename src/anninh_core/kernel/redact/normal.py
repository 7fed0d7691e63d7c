"""A text as it is meant: tricks and slips of writing undone, every position known in the text as written."""

import re
from collections.abc import Sequence

from attrs import field, frozen

from anninh_core.kernel.redact.letters import ODD, PLAIN, read_character
from anninh_core.kernel.redact.spoken import READERS, Replacements
from anninh_core.kernel.text import nfc

_BESIDE_DIGIT = re.compile(r"\d[OoQlI|]|[OoQlI|]\d")
# A number of which some digits are letters that look like them: no other letter touches it, but for the one of a
# passport before it.
_MIXED = re.compile(r"(?:(?<![^\W\d_])|(?<![^\W_][A-Z])(?<=[A-Z]))[\dOoQlI|](?:[ .,\-/_]{0,3}[\dOoQlI|])+(?![^\W\d_])")
_ALIKE_RUN = re.compile(r"(?<=\d)[OoQlI|]+|[OoQlI|]+(?=\d)|(?<=[ .\-])[Oo]{2,}(?=[ .\-])")
_ALIKE = str.maketrans("OoQlI|", "000111")
_MIN_REAL = 4
_MIN_DIGITS = 8
_MAX_JOINED = 12
# "29l1-123.45": a small L is the series of a plate.
_PLATE_SERIES = re.compile(r"[1-9]\d[ .\-]?l\d?[ .\-]?\d{3}[ .]?\d{1,2}$")
# "35B1-" stands before "O12.34".
_PLATE_HEAD = re.compile(r"[1-9]\d ?-?[A-Z]{1,2}\d?[ .\-]{1,3}$")


@frozen
class Normalized:
    """A text as it is meant, with a way back to the text as written (NFC).

    Attributes:
        text: digits are ASCII digits, whatever they were, spaces blanks, dashes hyphens; invisible characters are gone.
        plain: the same without diacritics and capitals, of the same length.
        starts, ends: of each character of `text`, where what it stands for begins and ends in the text as written.
    """

    text: str
    plain: str
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of `text`, which isn't empty, stands in the text as written; `end` is exclusive."""
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> Normalized:
    """Return a text as it is meant; see `Normalized`.

    Read as digits are also letters that look like them where a number surrounds them ("O9l2 345 678"), and words for
    digits in a run of at least nine, among digits ("không chín một …"), or of a plate or passport near a word for it.
    """
    normal = _read_characters(nfc(text))
    if _BESIDE_DIGIT.search(normal.text):
        letters = _MIXED.sub(_read_letters, normal.text)
        normal = Normalized(letters, letters.translate(PLAIN), normal.starts, normal.ends)
    for read in READERS:
        if found := read(normal.text, normal.plain):
            normal = _rewrite(normal, found)
    return normal


def normal_digits(text: str) -> str:
    """Return the digits of a text as it is meant, without anything between them."""
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
            ends[-1] = place + 1  # a mark or something invisible belongs to what it stands behind
    text = "".join(characters)
    return Normalized(text, text.translate(PLAIN), starts, ends)


def _read_letters(number: re.Match[str]) -> str:
    piece = number[0]
    digits = sum(map(str.isdigit, piece))
    letters = sum(map(piece.count, "OoQlI|"))
    real, together = _min_digits(number)
    if not letters or digits < max(real, letters) or digits + letters < together:
        return piece
    if _PLATE_SERIES.match(piece) or ("|" in piece and digits + letters > _MAX_JOINED):
        return piece
    return _ALIKE_RUN.sub(lambda run: run[0].translate(_ALIKE), piece)


def _min_digits(number: re.Match[str]) -> tuple[int, int]:
    """Return how many digits a number must have to be one, really and with letters read as such."""
    before = number.string[max(0, number.start() - 8) : number.start()]
    if _PLATE_HEAD.search(before):
        return 3, 4
    return _MIN_REAL, _MIN_DIGITS - 1 if before[-1:].isalpha() else _MIN_DIGITS


def _rewrite(normal: Normalized, found: Replacements) -> Normalized:
    """Return the text with pieces of it replaced by one character each, or none, their places kept."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for (start, end), digit in [*sorted(found.items()), ((len(normal.text), len(normal.text)), "")]:
        parts += [normal.text[done:start], digit]
        starts += [*normal.starts[done:start], *([normal.starts[start]] if digit else ())]
        ends += [*normal.ends[done:start], *([normal.ends[end - 1]] if digit else ())]
        done = end
    text = "".join(parts)
    return Normalized(text, text.translate(PLAIN), starts, ends)
