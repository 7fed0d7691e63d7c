"""Functions for Vietnamese text: stored form, search key, comparison and truncation."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence

# Combining marks of Latin letters, which are dropped in one step.
_MARKS = re.compile("[\u0300-\u036f]+")
# Any other mark, and anything invisible such as a zero-width space, never is part of a search key.
_INVISIBLE_CATEGORIES = frozenset({"Mn", "Me", "Cf"})
# The letter đ has no decomposition; broken keyboards and old files write it as Ð or ð (Icelandic eth).
_SEARCH_LETTERS = str.maketrans({"ð": "d", "’": "'", "‘": "'", "ʼ": "'"})
_SAME_LETTERS = str.maketrans({"Ð": "Đ", "ð": "đ", "’": "'", "‘": "'", "ʼ": "'"})

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

# UTF-8 bytes of the Vietnamese marks. Removing them damages no other letter: all its bytes would have to be among
# these, and the first one, 0xCC, begins only marks.
_MARK_BYTES = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323".encode()
_LOWER = bytes(range(256)).lower()
_WORD_BYTES = bytes(byte if chr(byte).isalnum() else ord(" ") for byte in _LOWER)

_TONES = "\u0300\u0309\u0303\u0301\u0323"
# Pattern for decomposed text: "oa", "oe" or "uy" with the tone on the second vowel, at the end of a syllable and not
# after q.
_LATE_TONE = re.compile(
    rf"(?<![qQ])([oO](?=[aAeE])|[uU](?=[yY]))([aAeEyY])([{_TONES}])(?![^\W\d_]|[\u0300-\u036f])",
)

# Pattern for composed text: if it doesn't match, no tone is on the second vowel.
_AFTER_O, _AFTER_U = (
    "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in _TONES)
    for vowels in ("aAeE", "yY")
)
_PERHAPS_LATE = re.compile(f"[oO][{_AFTER_O}]|[uU][{_AFTER_U}]")

_JOINER = "\u200d"
_FLAG_HALVES = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_MARK_CATEGORIES = frozenset({"Mn", "Me", "Mc"})

_TEXTS = 4  # Number of texts with cached words: half a dozen callers request the words of the same message.

_MAX_MARKS = 30
"""Limit of marks on one letter in a long text, from Unicode's Stream-Safe Text Format, UAX #15."""
_MARK_JOINER = "\u034f"  # This joiner is invisible, and normalisation doesn't sort marks across it.
_HARMLESS_LENGTH = 1000  # Number of characters; shorter texts are sorted fast in any case.
# No Vietnamese sentence contains a run of as many characters above Latin.
_PERHAPS_MARKS = re.compile(rf"[^\0-\u02ff]{{{_MAX_MARKS}}}")


def nfc(s: str) -> str:
    """Return the stored form of a text (Unicode NFC); keyboards and file systems also produce NFD."""
    return unicodedata.normalize("NFC", _separate_marks(s))


def fold(s: str) -> str:
    """Return the search key of a text, without tones, accents and capitals.

    Diacritics, đ, invisible characters and look-alike styled letters are reduced to plain letters, apostrophes become
    one, white space is collapsed. Different names may share a key ("Ninh Hòa", "Ninh Hoa"): the key serves to find, not
    to distinguish. Folding twice changes nothing.
    """
    letters = _decompose(s)
    plain = _strip_marks(letters)
    folded = plain.translate(_LOWER).decode() if plain.isascii() else _fold_rare_characters(_MARKS.sub("", letters))
    return " ".join(folded.split())


def _separate_marks(s: str) -> str:
    """Return a long text in which no more than 30 marks follow each other: an invisible joiner separates them.

    Normalising sorts the marks of a letter, which takes the square of their number: a minute for half a megabyte of
    nothing but marks. Separated, as Unicode advises, it takes milliseconds, and none is lost.
    """
    if len(s) <= _HARMLESS_LENGTH or s.isascii() or not _PERHAPS_MARKS.search(s):
        return s
    count = 0
    begins = [0]
    for place, character in enumerate(s):
        count = count + 1 if unicodedata.combining(character) else 0
        if count > _MAX_MARKS:
            begins.append(place)
            count = 1
    return _MARK_JOINER.join(s[begin:end] for begin, end in pairwise([*begins, len(s)]))


def _decompose(s: str) -> str:
    return unicodedata.normalize("NFKD", _separate_marks(s)).replace("đ", "d").replace("Đ", "d")


def _strip_marks(letters: str) -> bytes:
    """Return decomposed letters without Vietnamese marks, in UTF-8: plain ASCII unless the text has rare characters.

    In bytes, because removing marks by a pattern costs several times as much, and search folds every decrypted text.
    """
    return letters.encode(errors="surrogatepass").translate(None, _MARK_BYTES)


def _fold_rare_characters(s: str) -> str:
    letters = unicodedata.normalize("NFKD", s.casefold()).translate(_SEARCH_LETTERS)
    visible = [c for c in letters if c.isascii() or unicodedata.category(c) not in _INVISIBLE_CATEGORIES]
    return "".join(visible).casefold()


def words(s: str) -> list[str]:
    """Return the folded words of a text, without punctuation; an apostrophe inside a word stays ("b'lao")."""
    return [*_words(s)]


@lru_cache(_TEXTS)
def _words(s: str) -> tuple[str, ...]:
    plain = _strip_marks(_decompose(s))
    if plain.isascii() and b"'" not in plain:
        return tuple(plain.translate(_WORD_BYTES).decode().split())
    return tuple(_WORD.findall(fold(s)))


def place_tones(s: str) -> str:
    """Return the text with the tones of open "oa", "oe" and "uy" on the first vowel: `hoà` becomes `hòa`.

    Both spellings are in use, official lists prefer this one. `quý`, `hoàn` and `huỳnh` have only one spelling and
    stay. The result is NFC.
    """
    composed = nfc(s)
    if not _PERHAPS_LATE.search(composed):
        return composed
    return nfc(_LATE_TONE.sub(r"\1\3\2", unicodedata.normalize("NFD", _separate_marks(s))))


def same_text(a: str, b: str) -> bool:
    """Return whether two texts are equal up to encoding, tone placement, capitals, apostrophes and spaces.

    Tones and accents count: "Hòa" and "Hoa" differ. Use `fold` if they should not.
    """
    return _comparison_key(a) == _comparison_key(b)


def normalize_spaces(s: str) -> str:
    """Return a text in NFC with every run of white space as one blank, none at its ends.

    Used to recognise our own messages on a platform, which may change white space but alters no letter.
    """
    return " ".join(nfc(s).split())


def _comparison_key(s: str) -> str:
    return " ".join(place_tones(s.translate(_SAME_LETTERS)).casefold().split())


def contains_phrase(folded_text: str, folded_phrase: str) -> bool:
    """Return whether a phrase of one or more whole words occurs in a text; both are folded by the caller.

    Punctuation counts; if it should not, first join the `words` of a text with spaces. An empty phrase occurs nowhere.
    """
    if not folded_phrase:
        return False
    start = folded_text.find(folded_phrase)
    while start >= 0:
        end = start + len(folded_phrase)
        if not folded_text[start - 1 : start].isalnum() and not folded_text[end : end + 1].isalnum():
            return True
        start = folded_text.find(folded_phrase, start + 1)
    return False


def expand_slang(tokens: Iterable[str], table: Mapping[str, str]) -> list[str]:
    """Expand informal spellings ("k", "dc", "ntn") for search and classification; stored text is never rewritten.

    Args:
        tokens: folded words, as returned by `words`.
        table: folded informal word -> its meaning, one word or several, accented or not.
    """
    return [word for token in tokens for word in (words(table[token]) if token in table else (token,))]


def clip(s: str, limit: int) -> str:
    """Return the longest beginning of a text with at most `limit` code points that cuts no visible character.

    A base letter keeps its marks, an emoji its modifiers and joined parts, a flag both halves.

    Raises:
        BadInput: `limit` is negative.
    """
    if limit < 0:
        raise BadInput("A text can't be cut to {count} characters: give 0 or more.", count=limit)
    if len(s) <= limit:
        return s
    while limit and _is_inside_character(s, limit):
        limit -= 1
    return s[:limit]


def make_visible(s: str, limit: int = 160) -> str:
    """Return the beginning of a text from outside for use in a sentence: in one line, with at most `limit` characters.

    Characters that are invisible, control a terminal or change the reading direction become U+FFFD.
    """
    s = clip(s, limit)
    return s if s.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in s)


def quote_text(s: str, limit: int = 80) -> str:
    """Return a text from outside for quoting in an error: in quotation marks, in one line, with at most `limit`
    characters.
    """
    return repr(s) if len(s) <= limit else f"{clip(s, limit)!r}…"


def extract_proper_name(name: str) -> str:
    """Return a unit's name without the words for the unit's kind, which are written in lower case (NĐ 30/2020, Appendix
    II).
    """
    parts = name.split()
    first = next((index for index, part in enumerate(parts) if part[0].isupper()), 0)
    return " ".join(parts[first:])


def suggest_name(word: str, names: Iterable[str]) -> str:
    """Return ` (did you mean 'NAME'?)` with the name most similar to a misspelt word, or "" if no name is similar."""
    matches = get_close_matches(word, list(names), n=1)
    return Sentence(" (did you mean {suggestion!r}?)", suggestion=matches[0]) if matches else ""


def is_blank(s: str) -> bool:
    """Return whether a text has no visible character."""
    return not any(character.isprintable() and not character.isspace() for character in s)


def _is_inside_character(s: str, at: int) -> bool:
    before, after = s[at - 1], s[at]
    if _JOINER in (before, after) or before + after == "\r\n":
        return True
    if before in _FLAG_HALVES and after in _FLAG_HALVES:
        return bool((at - len(s[:at].rstrip(_FLAG_HALVES))) % 2)
    return unicodedata.category(after) in _MARK_CATEGORIES or _is_modifier(after)


def _is_modifier(c: str) -> bool:
    """Return whether `c` is a skin tone or a tag character (regional flags)."""
    return "\U0001f3fb" <= c <= "\U0001f3ff" or "\U000e0020" <= c <= "\U000e007f"
