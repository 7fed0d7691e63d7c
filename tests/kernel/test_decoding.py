"""JSON that anybody may have written."""

from typing import Any

import msgspec
import pytest

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error


class Closed(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    more: Any = None


def refuse(data: bytes) -> Exception:
    with pytest.raises(DECODE_ERRORS) as refused:
        msgspec.json.decode(data, type=Closed)
    return refused.value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"name": "\xff"}', "byte 10 isn't UTF-8"),
        (b"\xfe\x00", "byte 0 isn't UTF-8"),
        (b'{"more": ' + b"[" * 100_000, "nested too deeply"),
    ],
    ids=["text", "file", "nested"],
)
def test_what_this_program_finds_itself_has_its_own_sentence(data: bytes, reason: str) -> None:
    """Whatever the decoder raises and says of it."""
    assert describe_decode_error(refuse(data), data) == reason


def test_the_decoder_s_exception_and_words_decide_nothing() -> None:
    """The same bytes are described alike whether the decoder raises an error of a codec or one of its own."""
    data = b'{"name": "\xff"}'
    errors = (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"), msgspec.DecodeError("odd"))
    assert {describe_decode_error(error, data) for error in errors} == {"byte 10 isn't UTF-8"}


@pytest.mark.parametrize(
    "data",
    [b"no", b'{"name": 1}', b'{"name": "\\ud800"}', b'{"x\\u001b\\n": 1}', b'{"' + b"x" * 10_000 + b'": 1}'],
    ids=["no JSON", "type", "half a character", "steering", "long"],
)
def test_anything_else_is_shown_in_the_decoder_s_words(data: bytes) -> None:
    """In one line of 160 characters at most, without what steers a terminal."""
    error = refuse(data)
    description = describe_decode_error(error, data)
    assert description[:10] == str(error)[:10]
    assert description.isprintable()
    assert len(description) <= 160
