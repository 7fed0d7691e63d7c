"""Cleaning of plain text: the result is UTF-8 without characters that control a terminal or change the reading
direction.
"""

import re

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
_STEERING = re.compile(f"[{_CONTROL}{_INVISIBLE}]")


def clean_text(data: bytes) -> bytes:
    """Return a text file as UTF-8 without control, zero-width and bidi characters."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return _STEERING.sub("", data.decode(encoding)).encode()
