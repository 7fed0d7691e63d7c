"""Errors of decoding JSON that anybody may have written."""

import msgspec

from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import visible

DECODE_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises: it isn't JSON or doesn't fit, it isn't UTF-8 (a codec's error before 0.23), or it is nested
without end."""


def describe_decode_error(error: Exception, data: bytes | str) -> str:
    """Return why data couldn't be decoded, in one short line without signs that steer a terminal.

    The decoder's own text is shown where nothing else is found. It quotes names of fields, which are as long, and say
    what, the writer liked.
    """
    if isinstance(error, RecursionError):
        return Sentence("nested too deeply")
    position = _find_invalid_byte(data) if isinstance(data, bytes) else None
    return visible(str(error)) if position is None else Sentence("byte {position} isn't UTF-8", position=position)


def _find_invalid_byte(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None
