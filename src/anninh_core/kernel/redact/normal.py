"""A text as it is meant: tricks and slips of writing undone, every position known in the text as written."""

import re
from collections.abc import Callable, Sequence

from attrs import field, frozen

from anninh_core.kernel.redact.letters import ODD, PLAIN, read_character
from anninh_core.kernel.text import nfc

_BESIDE_DIGIT = re.compile(r"\d[OoQlI|]|[OoQlI|]\d")
# A number of which some digits are letters that look like them: no other letter touches it, but for the one of a
# passport before it.
_MIXED = re.compile(r"(?:(?<![^\W\d_])|(?<![^\W_][A-Z])(?<=[A-Z]))[\dOoQlI|](?:[ .,\-/_]{0,3}[\dOoQlI|])+(?![^\W\d_])")
_ALIKE_RUN = re.compile(r"(?<=\d)[OoQlI|]+|[OoQlI|]+(?=\d)|(?<=[ .\-])[Oo]{2,}(?=[ .\-])")
_ALIKE = str.maketrans("OoQlI|", "000111")
_MIN_REAL, _MIN_DIGITS, _MAX_JOINED = 4, 8, 12
# "29l1-123.45": a small L is the series of a plate.
_PLATE_SERIES = re.compile(r"[1-9]\d[ .\-]?l\d?[ .\-]?\d{3}[ .]?\d{1,2}$")
# "35B1-" stands before "O12.34".
_PLATE_HEAD = re.compile(r"[1-9]\d ?-?[A-Z]{1,2}\d?[ .\-]{1,3}$")

_DIGIT_WORDS = {
    "0": ("khong", "hong", "ko", "zero", "linh", "le"),
    "1": ("mot",),
    "2": ("hai",),
    "3": ("ba",),
    "4": ("bon", "tu"),
    "5": ("nam", "lam", "nham"),
    "6": ("sau",),
    "7": ("bay",),
    "8": ("tam",),
    "9": ("chin",),
}
_DIGIT_OF = {word: digit for digit, words in _DIGIT_WORDS.items() for word in words}
_WORD = rf"(?<![a-z])(?:{'|'.join(_DIGIT_OF)})(?![a-z])"
_GAP = r"[ .,\-/;_]{1,3}"
_SPELLED = re.compile(rf"{_WORD}(?:{_GAP}{_WORD}){{7,}}")
# "096 tám 214 năm sáu bảy": words among digits.
_HALF_SPELLED = re.compile(rf"(?<![\w])(?:\d+|{_WORD})(?:[ .,\-]{{1,2}}(?:\d+|{_WORD})){{2,}}(?![\w])")
# Quick looks: nothing else can hold such words.
_SPELLED_SIGN = re.compile(rf"(?:{'|'.join(_DIGIT_OF)}){_GAP}(?:{'|'.join(_DIGIT_OF)}){_GAP}(?:{'|'.join(_DIGIT_OF)})")
_HALF_SIGN = re.compile(rf"\d[ .,\-]{{1,2}}{_WORD}|(?:{'|'.join(_DIGIT_OF)})[ .,\-]{{1,2}}\d")
_PIECE = re.compile(r"[a-z]+|\d+")
_MIN_SPELLED, _MIN_HALF_SPELLED, _MAX_HALF_SPELLED = 9, 9, 12


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
    digits in a run of at least nine or among digits ("không chín một …").
    """
    normal = _read_characters(nfc(text))
    if _BESIDE_DIGIT.search(normal.text):
        letters = _MIXED.sub(_read_letters, normal.text)
        normal = Normalized(letters, letters.translate(PLAIN), normal.starts, normal.ends)
    if _SPELLED_SIGN.search(normal.plain):
        normal = _rewrite(normal, _SPELLED, _read_words)
    if _HALF_SIGN.search(normal.plain):
        normal = _rewrite(normal, _HALF_SPELLED, _read_half)
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


def _read_words(run: re.Match[str]) -> dict[tuple[int, int], str]:
    words = list(_PIECE.finditer(run[0]))
    if len(words) < _MIN_SPELLED:
        return {}
    return _replace_pieces(run, words)


def _read_half(run: re.Match[str]) -> dict[tuple[int, int], str]:
    """Read words among digits, if a number comes of it that is as long as a telephone's or a card's."""
    pieces = list(_PIECE.finditer(run[0]))
    spelled = sum(piece[0].isalpha() for piece in pieces)
    written = sum(len(piece[0]) for piece in pieces if piece[0].isdigit())
    # What is a whole number without its words has none: "0912345678 hai anh".
    if not spelled or not 0 < written < _MIN_HALF_SPELLED <= spelled + written <= _MAX_HALF_SPELLED:
        return {}
    return _replace_pieces(run, pieces)


def _replace_pieces(run: re.Match[str], pieces: Sequence[re.Match[str]]) -> dict[tuple[int, int], str]:
    base = run.start()
    return {
        (base + piece.start(), base + piece.end()): _DIGIT_OF[piece[0]] for piece in pieces if piece[0] in _DIGIT_OF
    }


def _rewrite(
    normal: Normalized, pattern: re.Pattern[str], read: Callable[[re.Match[str]], dict[tuple[int, int], str]]
) -> Normalized:
    """Return the text with pieces of it replaced by one character each, their places kept."""
    found: dict[tuple[int, int], str] = {}
    for run in pattern.finditer(normal.plain):
        found |= read(run)
    if not found:
        return normal
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
