"""Characters that hide text or manipulate its display: terminal controls, direction marks, invisible letters and tags.

Stored texts keep them. Every output makes them harmless: officers see that something was hidden (`show_hidden`), sent
and printed texts omit it (`drop_hidden`).
"""

import json
import re
import unicodedata

from anninh_core.kernel.text import nfc

# Ranges of code points, ends included, that must not be displayed.
_HIDDEN_RANGES = (
    (0x00, 0x08),  # Controls other than tab and line break.
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),  # soft hyphen
    (0x34F, 0x34F),  # Combining grapheme joiner.
    (0x61C, 0x61C),  # Arabic letter mark, the first of the characters that change the reading direction.
    (0x115F, 0x1160),  # Hangul fillers, which are displayed as blanks.
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),  # Zero-width characters, and marks of the reading direction.
    (0x202A, 0x202E),  # Embeddings and overrides of the reading direction.
    (0x2060, 0x206F),  # Word joiners, isolates of the reading direction, and deprecated controls.
    (0x2800, 0x2800),  # A braille cell without dots is displayed as a blank.
    (0x3164, 0x3164),
    (0xD800, 0xDFFF),  # Surrogates, which are no characters.
    (0xE000, 0xF8FF),  # Characters of the private use area.
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),  # Variation selectors.
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),  # Marks of interlinear annotations.
    (0xFFFE, 0xFFFF),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),  # Tag characters, and more variation selectors.
    (0xF0000, 0x10FFFF),
)
_HIDDEN_CLASS = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _HIDDEN_RANGES)
# A carriage return is harmless only before a line break: alone it lets a line be overwritten.
_HIDDEN = re.compile(rf"(?:[{_HIDDEN_CLASS}]|\r(?!\n))+")
# Combining marks above or below a letter; more than three on one letter serve to cover other lines.
_MARK_CLASS = (
    "\u0300-\u036f\u0483-\u0489\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_MARKS = re.compile(f"([{_MARK_CLASS}]{{3}})[{_MARK_CLASS}]+")
_BREAKS = re.compile("[\u2028\u2029]")
# One search for any of these characters; in nearly every text it finds none, and nothing else has to be done.
_SUSPECT = re.compile(rf"[{_HIDDEN_CLASS}{_MARK_CLASS}\u2028\u2029\r]")
_JOINER = "\u200d"
_SELECTORS = "\ufe0e\ufe0f"
_KEYS = "0123456789#*"
_PICTURES = 0x2400
_DELETE = "\x7f"
_DELETE_PICTURE = "\u2421"


def drop_hidden(s: str) -> str:
    """Return a text (NFC) without hidden and display-controlling characters: for texts that are sent or printed.

    Letters with their marks, emoji with their joiners, tabs and line breaks stay; of marks stacked on one letter three
    stay.
    """
    return _replace_hidden(s, reveals=False)


def show_hidden(s: str) -> str:
    """Return a text (NFC) in which hidden and display-controlling characters are visible: for officers.

    A control is shown by its picture (`␛`), any other character by its number (`[U+202E]`), a longer run by its first
    character and its length (`[U+E0041 ×12]`).
    """
    return _replace_hidden(s, reveals=True)


def escape_hidden(json_text: str) -> str:
    """Return a JSON text with hidden characters as escapes: its meaning is the same, and the characters become
    visible.
    """
    return _HIDDEN.sub(lambda run: json.dumps(run[0])[1:-1], json_text)


def _replace_hidden(s: str, *, reveals: bool) -> str:
    text = nfc(s)
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text):
        return text
    text = _BREAKS.sub("\n", text)
    text = _HIDDEN.sub(lambda run: _replace_hidden_run(run, reveals=reveals), text)
    return nfc(_MARKS.sub(r"\1", text))


def _replace_hidden_run(run: re.Match[str], *, reveals: bool) -> str:
    """Return the replacement of a run of hidden characters: the parts of an emoji, and the visible form of the
    others.
    """
    text = run.string
    signs = run[0]
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    kept = ""
    if signs[0] in _SELECTORS and (_is_emoji_or_symbol(before) or before in _KEYS) and before:
        kept, signs = signs[0], signs[1:]
    if signs == _JOINER and _is_emoji_or_symbol(before) and _is_emoji_or_symbol(after):
        return kept + signs
    return kept + (_describe_characters(signs) if reveals else "")


def _is_emoji_or_symbol(c: str) -> bool:
    return bool(c) and unicodedata.category(c) in {"So", "Sk", "Sm", "Po"}


def _describe_characters(signs: str) -> str:
    if all(ord(c) < ord(" ") or c == _DELETE for c in signs):
        return "".join(_DELETE_PICTURE if c == _DELETE else chr(_PICTURES + ord(c)) for c in signs)
    if not signs:
        return ""
    count = f" ×{len(signs)}" if len(signs) > 1 else ""
    return f"[U+{ord(signs[0]):04X}{count}]"
