"""Vietnamese alphabetical order, as plain string keys that any database sorts correctly by code point."""

import re
import unicodedata

from anninh_core.kernel.text import nfc

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("A") + i) for i, letter in enumerate(_ALPHABET)}
# Combining mark of each tone -> its rank: huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_TOKEN = re.compile(r"([0-9]+)|(.)", re.DOTALL)
# The end mark sorts below every letter and tone, so that a shorter text comes before its continuation.
_END = "\x01"
_SPACE = "\x02"
_SIGN = "\x03"
_FOREIGN = "~"


def sort_key(s: str) -> str:
    """Return a key that sorts texts as a Vietnamese dictionary does.

    Letters first (a ă â b c d đ …), then tones (none, huyền, hỏi, ngã, sắc, nặng), and only then capitals and the place
    of a tone mark: "Hoà" and "Hòa", "uỷ" and "ủy" sort next to each other, and the text after them decides before their
    spelling. Numbers of up to nine digits sort by value ("Thôn 2" before "Thôn 10"), below letters. Two keys are equal
    only for the same text in NFC. Keys compare by code point: use a binary collation in a database.
    """
    text = nfc(s)
    return f"{_weigh_text(text)}{_END}{text}"


def name_key(s: str) -> str:
    """Return a key that sorts people by given name (the last word), then family name, then middle names."""
    text = nfc(s)
    parts = text.split()
    ordered = (" ".join(parts[-1:]), " ".join(parts[:-1][:1]), " ".join(parts[1:-1]))
    return _END.join([*map(_weigh_text, ordered), text])


def _weigh_text(text: str) -> str:
    """Return the sort weights of a text: those of all letters, then those of all tones. Capitals don't count.

    A tone belongs to its syllable, whichever vowel carries the mark.
    """
    tokens = _TOKEN.findall(text.lower())
    weights = [_weigh_number(number) if number else _weigh_letter(letter) for number, letter in tokens]
    return "".join(primary for primary, _ in weights) + _END + "".join(tone for _, tone in weights)


def _weigh_number(digits: str) -> tuple[str, str]:
    """Return the sort weight of a number; its length comes first, so that fewer digits sort first. Lengths over nine
    are treated as nine.
    """
    value = digits.lstrip("0")
    return f"{min(len(value), 9)}{value}", _END


def _weigh_letter(c: str) -> tuple[str, str]:
    characters = unicodedata.normalize("NFD", "đ" if c == "ð" else c)
    letter = nfc("".join(m for m in characters if m not in _TONES))
    if letter in _RANK:
        return _RANK[letter], "".join(_TONES[m] for m in characters if m in _TONES)
    if c.isspace():
        return _SPACE, _END
    return (_FOREIGN if c.isalpha() else _SIGN) + c, _END
