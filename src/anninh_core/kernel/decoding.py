"""Errors of decoding untrusted JSON."""

import msgspec

from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import make_visible

DECODE_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""Exceptions that msgspec raises for invalid or unsuitable JSON, for invalid UTF-8 (a codec's error before 0.23), and
for too deep nesting.
"""


def describe_decode_error(error: Exception, data: bytes | str) -> str:
    """Return why data couldn't be decoded, in one short line without terminal control characters.

    Falls back to the decoder's own text. That text quotes field names, and the writer controls their length and
    content.
    """
    if isinstance(error, RecursionError):
        return Sentence("nested too deeply")
    position = _find_invalid_byte(data) if isinstance(data, bytes) else None
    return make_visible(str(error)) if position is None else Sentence("byte {position} isn't UTF-8", position=position)


def _find_invalid_byte(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None
