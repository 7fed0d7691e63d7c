"""Prepare texts for Zalo: split long ones, and disable mentions, which would notify people.

The kernel's `clip` alone decides where a visible character ends; a library for it would be a second rule.
"""

import re
from collections.abc import Sequence

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.kernel.text import clip, nfc

LIMIT = 2000
"""Maximum number of characters of a message."""

NUMBERING = "({n}/{total}) "
"""Prefix of each part of a split text, with the part's number and the total."""

_SENTENCE = re.compile(r"[.!?…][\"')\]”’»]*\s+")
_LINE = re.compile(r"\n\s*")
_WORD = re.compile(r"\s+")
_UNSEEN = "\\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_MENTION = re.compile(f"[\\[\uff3b](?=[{_UNSEEN}]*[@\uff20][\\w{_UNSEEN}-]*\\d)")


def count_characters(text: str, *, utf16: bool = True) -> int:
    """Return the number of characters of a text.

    How Zalo counts isn't documented. UTF-16 units are the larger count (2 for an emoji), so that a text that fits by
    them fits in any case; code points are the alternative.
    """
    return len(text) + sum(c > "\uffff" for c in text) if utf16 else len(text)


def validate_numbering(numbering: str) -> str:
    """Check and return the configured numbering of a split text's parts; "" for no numbers.

    Raises:
        ConfigurationError: no `{n}`, another field, or far too long.
    """
    try:
        sample = numbering.format(n=1, total=2)
    except (ValueError, LookupError, AttributeError):
        sample = ""
    if numbering and ("{n}" not in numbering or not sample or len(numbering) > 100):
        raise ConfigurationError(
            "The numbering {numbering!r} can't be used: write at most 100 characters with {{n}}, and "
            "{{total}} if you like, such as {example!r}.",
            numbering=numbering,
            example=NUMBERING,
        )
    return numbering


def split_text(text: str, limit: int = LIMIT, numbering: str = NUMBERING, *, utf16: bool = True) -> Sequence[str]:
    """Split a text (NFC) into messages of at most `limit` characters; a text that fits is left unchanged.

    Parts end after a line, a sentence or a word, never inside a visible character, unless that is longer than a
    message. Without their numbers, the parts joined are exactly the text, with all its spaces.

    Raises:
        BadInput: the limit leaves no room for text after the numbers.
    """
    normalized = nfc(text)
    if count_characters(normalized, utf16=utf16) <= limit:
        return (normalized,)
    for digits in range(1, 7):
        highest = 10**digits - 1
        room = limit - count_characters(numbering.format(n=highest, total=highest), utf16=utf16)
        if room < 2:
            break
        chunks = cut_into_parts(normalized, room, utf16=utf16)
        if len(chunks) <= highest:
            return [numbering.format(n=n, total=len(chunks)) + part for n, part in enumerate(chunks, 1)]
    raise BadInput(
        "A message of {most} characters has no room for text after the numbering {numbering!r}: shorten the "
        "numbering, or allow longer messages.",
        most=limit,
        numbering=numbering,
    )


def cut_into_parts(text: str, room: int, *, utf16: bool = True) -> list[str]:
    """Cut a text into parts of at most `room` characters (2 or more); the parts joined are exactly the text."""
    chunks: list[str] = []
    position = 0
    while position < len(text):
        window = text[position : position + room]
        end = _count_fitting_points(window, room) if utf16 else len(window)
        if position + end < len(text):
            end = _find_cut_position(text[position : position + end + 1], end)
        chunks.append(text[position : position + end])
        position += end
    return chunks


def _count_fitting_points(text: str, room: int) -> int:
    """Return how many code points of a text fit into `room` UTF-16 units."""
    for at, c in enumerate(text):
        room -= 2 if c > "\uffff" else 1
        if room < 0:
            return at
    return len(text)


def _find_cut_position(text: str, end: int) -> int:
    """Return the position at which to cut a text, `end` at most; the text after `end` shows what follows."""
    for pattern, least in ((_LINE, end // 2), (_SENTENCE, end // 2), (_WORD, 1)):
        ends = [match.end() for match in pattern.finditer(text, 0, end) if match.end() >= least]
        for at in reversed(ends):
            if len(clip(text, at)) == at:
                return at
    return len(clip(text, end)) or end


def disable_mentions(text: str) -> str:
    """Disable the mentions in a text, as it may quote other people's text.

    `[@id]` notifies one person, or with the group's id all members; ids have digits in them. The opening bracket
    becomes a round one: every other character stays, the length too, and no new mention can arise. An invisible
    character in between would look better, but only helps as long as Zalo doesn't ignore it.
    """
    return _MENTION.sub("(", text)
