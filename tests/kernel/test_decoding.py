"""JSON that anybody may have written."""

from typing import Any

import msgspec
import pytest

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error


class Closed(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    more: Any = None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no", "truncated"),
        (b'{"name": 1}', "Expected `str`"),
        (b'{"name": "\xff"}', "byte 0 isn't UTF-8"),
        (b'{"name": "\\ud800"}', "truncated"),
        (b'{"more": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"x\\u001b\\n": 1}', "unknown field `x��`"),
    ],
    ids=["no JSON", "type", "no UTF-8", "half a character", "nested", "unknown"],
)
def test_what_is_wrong_is_told_in_one_line(data: bytes, reason: str) -> None:
    """Each way in which a file can be wrong is among the errors, and is told without what steers a terminal."""
    with pytest.raises(DECODE_ERRORS) as refused:
        msgspec.json.decode(data, type=Closed)
    assert reason in describe_decode_error(refused.value)


def test_what_is_told_is_short() -> None:
    """However long a name the file has, the sentence isn't."""
    with pytest.raises(DECODE_ERRORS) as refused:
        msgspec.json.decode(b'{"' + b"x" * 10_000 + b'": 1}', type=Closed)
    assert len(describe_decode_error(refused.value)) == 160
