"""Search for numbers in words: digits read out figure by figure, and plates and passports as read aloud."""

import re
from collections.abc import Callable, Sequence

Replacements = dict[tuple[int, int], str]
"""Position of a piece of text -> its replacement: one character, or none."""

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
_TEN = "muoi"
_ANY = "|".join(_DIGIT_OF)
_WORD = rf"(?<![a-z])(?:{_ANY})(?![a-z])"
_GAP = r"[ .,\-/;_]{1,3}"
_SPELLED = re.compile(rf"{_WORD}(?:{_GAP}{_WORD}){{7,}}")
# Words for digits may be mixed with digits: "096 tám 214 năm sáu bảy".
_HALF_SPELLED = re.compile(rf"(?<![\w])(?:\d+|{_WORD})(?:[ .,\-]{{1,2}}(?:\d+|{_WORD})){{2,}}(?![\w])")
# These patterns are cheap to search for: a text without a match contains no words for digits.
_SPELLED_SIGN = re.compile(rf"(?:{_ANY}){_GAP}(?:{_ANY}){_GAP}(?:{_ANY})")
_FIGURE_SIGN = re.compile(r"\d")
_HALF_SIGN = re.compile(rf"\d[ .,\-]{{1,2}}{_WORD}|(?:{_ANY})[ .,\-]{{1,2}}\d")
_PIECE = re.compile(r"[a-z]+|\d+")
_MIN_SPELLED = 9
_MIN_HALF_SPELLED = 9
_MAX_HALF_SPELLED = 12

# Names of letters, written with diacritics; without them "xê" couldn't be distinguished from a vehicle.
_LETTER_OF = (
    {name: name[0] for name in ("bê", "bờ", "bây", "dê", "dờ", "gờ", "gi", "hát", "hờ", "lờ", "mờ", "nờ", "pê", "pờ")}
    | {name: name[0] for name in ("tê", "tờ", "vê", "vờ", "xờ", "ka")}
    | {"ca": "k", "cờ": "c", "xê": "c", "ép": "f", "ích": "x", "ít": "x", "đê": "đ", "đờ": "đ", "em": "m", "en": "n"}
)
_LETTER = r"(?:[a-z]|be|bo|bay|de|do|go|gi|hat|ho|lo|mo|no|pe|po|te|to|ve|vo|xe|xo|ep|ka|ca|co|ich|it|em|en)(?![a-z])"
_FIGURE = rf"(?:(?:{_ANY}|{_TEN})(?![a-z])|\d{{1,5}}(?!\d))"
_BETWEEN = r"(?:[ .,\-/;_:]|(?<![a-z])(?:cham|gach|ngang)(?![a-z])){1,8}"
_PLATE = re.compile(
    rf"(?<![^\W_])(?P<head>{_FIGURE}(?:{_BETWEEN}{_FIGURE}){{0,2}}){_BETWEEN}"
    rf"(?P<series>{_LETTER}(?: {_LETTER})?|[a-z]\d)(?P<tail>(?:{_BETWEEN}{_FIGURE}){{2,8}})(?![^\W_])"
)
_PLATE_SIGN = re.compile(
    rf"(?<![a-z])(?:bien|bks|bsx|bs|xe|taxi|o ?to)(?![a-z])[^\n]{{0,40}}(?:{_WORD}|\d[ .\-]?[a-z]{{2}})"
)
_NEAR_PLATE = re.compile(r"(?<![a-z])(?:bien|bks|bsx|bs|xe|taxi|o ?to)(?![a-z])")
_PASSPORT = re.compile(
    rf"(?<![^\W_])(?P<series>{_LETTER})[ .,:\-]{{1,3}}(?P<tail>{_WORD}(?:{_GAP}{_WORD}){{6,7}})(?![^\W_])"
)
_NEAR_PASSPORT = re.compile(r"(?<![a-z])(?:ho chieu|pass ?port|pp|hc|thong hanh)(?![a-z])")
_HEAD_DIGITS = 2
_MIN_TAIL = 4
_MAX_TAIL = 6
_NEAR = 60


def read_plates(text: str, plain: str) -> Replacements:
    """Return the characters meant by the words of a number plate, near a word for a plate or a vehicle: "ba mươi G, năm
    hai một bảy tám".
    """
    replacements: Replacements = {}
    if not _PLATE_SIGN.search(plain):
        return replacements
    for run in _PLATE.finditer(plain):
        head = _read_figures(run, "head")
        tail = _read_figures(run, "tail")
        letters = _read_letters(text, run)
        if letters is None or not _follows_closely(_NEAR_PLATE, run):
            continue
        if (
            _count_digits(run, "head", head) == _HEAD_DIGITS
            and _MIN_TAIL <= _count_digits(run, "tail", tail) <= _MAX_TAIL
        ):
            replacements |= head | letters | tail
    return replacements


def read_passports(text: str, plain: str) -> Replacements:
    """Return the characters meant by the words of a passport number, near a word for passports."""
    replacements: Replacements = {}
    if not _NEAR_PASSPORT.search(plain):
        return replacements
    for run in _PASSPORT.finditer(plain):
        tail = _read_figures(run, "tail")
        letters = _read_letters(text, run)
        if letters is not None and _follows_closely(_NEAR_PASSPORT, run):
            replacements |= letters | tail
    return replacements


def read_spelled_digits(text: str, plain: str) -> Replacements:  # noqa: ARG001  as the others
    """Return the digits meant by words in a run of at least nine words for digits."""
    if not _SPELLED_SIGN.search(plain):
        return {}
    runs = ((run.start(), list(_PIECE.finditer(run[0]))) for run in _SPELLED.finditer(plain))
    return {
        place: digit
        for start, words in runs
        if len(words) >= _MIN_SPELLED
        for place, digit in _read_digit_words(start, words)
    }


def read_half_spelled_digits(text: str, plain: str) -> Replacements:  # noqa: ARG001  as the others
    """Return the digits meant by words among written digits, if the resulting number is as long as a telephone's or a
    card's.
    """
    replacements: Replacements = {}
    if not (_FIGURE_SIGN.search(plain) and _HALF_SIGN.search(plain)):  # Most texts contain no figures at all.
        return replacements
    for run in _HALF_SPELLED.finditer(plain):
        pieces = list(_PIECE.finditer(run[0]))
        spelled = sum(piece[0].isalpha() for piece in pieces)
        written = sum(len(piece[0]) for piece in pieces if piece[0].isdigit())
        # A number that is complete without the words stays as it is: "0912345678 hai anh".
        if spelled and written < _MIN_HALF_SPELLED <= spelled + written <= _MAX_HALF_SPELLED:
            replacements |= dict(_read_digit_words(run.start(), pieces))
    return replacements


READERS: tuple[Callable[[str, str], Replacements], ...] = (
    read_plates,
    read_passports,
    read_spelled_digits,
    read_half_spelled_digits,
)
"""Functions that read numbers in words, in the order of their use: each returns the pieces of a text that mean digits
or letters.
"""


def _read_digit_words(base: int, pieces: Sequence[re.Match[str]]) -> list[tuple[tuple[int, int], str]]:
    return [
        ((base + piece.start(), base + piece.end()), _DIGIT_OF[piece[0]]) for piece in pieces if piece[0] in _DIGIT_OF
    ]


def _read_figures(run: re.Match[str], group: str) -> Replacements:
    """Return the digits meant by words for digits and tens: "ba mươi" and "3 mươi" are 30, "ba mươi lăm" 35, "mười lăm"
    15.
    """
    text = run[group]
    base = run.start(group)
    words = [piece for piece in _PIECE.finditer(text) if piece[0] == _TEN or piece[0] in _DIGIT_OF]
    replacements = dict(_read_digit_words(base, words))
    starts = {word.start() for word in words}
    ends = {word.end() for word in words}
    for word in words:
        if word[0] == _TEN:
            has_leader = word.start() - 1 in ends or text[: word.start()].rstrip()[-1:].isdecimal()
            follows = word.end() + 1 in starts or text[word.end() :].lstrip()[:1].isdecimal()
            replacements[base + word.start(), base + word.end()] = (
                "" if has_leader and follows else "0" if has_leader else "1"
            )
    return replacements


def _count_digits(run: re.Match[str], group: str, replacements: Replacements) -> int:
    return sum(map(str.isdigit, run[group])) + sum(map(len, replacements.values()))


def _read_letters(text: str, run: re.Match[str]) -> Replacements | None:
    """Return the letters that the words of a plate's or passport's series name, or None if a word names no letter."""
    base = run.start("series")
    replacements: Replacements = {}
    for piece in re.finditer(r"[a-z]+", run["series"]):
        place = (base + piece.start(), base + piece.end())
        if len(piece[0]) > 1:
            letter = _LETTER_OF.get(text[slice(*place)].lower())
            if letter is None:
                return None
            replacements[place] = letter
    return replacements


def _follows_closely(words: re.Pattern[str], run: re.Match[str]) -> bool:
    before = run.string[max(0, run.start() - _NEAR) : run.start()].rpartition("\n")[2]
    after = run.string[run.end() : run.end() + _NEAR].partition("\n")[0]
    return bool(words.search(before) or words.search(after))
