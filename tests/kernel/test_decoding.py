"""Errors in JSON from untrusted sources have safe, printable descriptions."""

from typing import Any

import msgspec
import pytest

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error


class StrictRecord(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    more: Any = None


def catch_decode_error(data: bytes) -> Exception:
    with pytest.raises(DECODE_ERRORS) as refused:
        msgspec.json.decode(data, type=StrictRecord)
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
def test_bad_utf8_and_nesting_have_own_descriptions(data: bytes, reason: str) -> None:
    """Invalid UTF-8 and too deep nesting are described in the library's own words, whatever the decoder's error."""
    assert describe_decode_error(catch_decode_error(data), data) == reason


def test_description_ignores_the_error_type() -> None:
    """The same bytes get the same description whether the decoder raises a codec error or its own error."""
    data = b'{"name": "\xff"}'
    errors = (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"), msgspec.DecodeError("odd"))
    assert {describe_decode_error(error, data) for error in errors} == {"byte 10 isn't UTF-8"}


@pytest.mark.parametrize(
    "data",
    [b"no", b'{"name": 1}', b'{"name": "\\ud800"}', b'{"x\\u001b\\n": 1}', b'{"' + b"x" * 10_000 + b'": 1}'],
    ids=["no JSON", "type", "half a character", "steering", "long"],
)
def test_other_errors_keep_the_decoder_message(data: bytes) -> None:
    """Other decoding errors are described in the decoder's words, in a printable line of at most 160 characters."""
    error = catch_decode_error(data)
    description = describe_decode_error(error, data)
    assert description[:10] == str(error)[:10]
    assert description.isprintable()
    assert len(description) <= 160
