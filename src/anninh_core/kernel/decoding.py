"""What goes wrong where JSON that anybody may have written is decoded, and how that is told."""

import msgspec

from anninh_core.kernel.text import visible

DECODE_ERRORS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises: it isn't JSON or doesn't fit, it isn't UTF-8, or it is nested without end."""


def describe_decode_error(error: Exception) -> str:
    """Return what is wrong, in one short line without signs that steer a terminal.

    The decoder quotes names of fields, and those are as long, and say what, whoever wrote the file liked.
    """
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} isn't UTF-8"
    return visible(str(error))
