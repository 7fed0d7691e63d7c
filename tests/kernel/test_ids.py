"""Ids are UUIDs of version 7: they are ordered by time, and otherwise random."""

from datetime import timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import RECEIPT, parse_minute, pick_letters, require_id, spell_code, uuid7


def test_id_equals_the_rfc_example() -> None:
    """With the same time and random bits, the id equals the example in RFC 9562, appendix A.6."""
    uuid = uuid7(0x017F22E279B0, bytes.fromhex("0cc318c4dc0c0c07398f"))
    assert uuid == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize("first", range(16))
def test_version_and_variant_are_always_set(first: int) -> None:
    """For any random bytes, the id is a UUID of version 7."""
    uuid = UUID(uuid7(1, bytes([255, 255, first << 4 | 15, *[255] * 7])))
    assert (uuid.version, uuid.variant, uuid.clock_seq_hi_variant >> 4 & 3) == (7, RFC_4122, first & 3)


@pytest.mark.parametrize(("moment", "count"), [(-1, 10), (1 << 48, 10), (1 << 49, 10), (0, 9), (0, 11)])
def test_bad_time_or_randomness_is_refused(moment: int, count: int) -> None:
    """A time out of range or a wrong number of random bytes is refused; the first and the last valid time are
    accepted.
    """
    with pytest.raises(BadInput, match=r"ms: use ten bytes and a time from 0 to below 2\*\*48 ms"):
        uuid7(moment, bytes(count))
    assert uuid7((1 << 48) - 1, bytes(10)).startswith("ffffffff-ffff-7000-8000")
    assert uuid7(0, bytes(10)).startswith("00000000-0000-7000-8000")


@pytest.mark.parametrize("moment", [0, 1, 0x017F22E279B0, (1 << 48) - 1])
def test_every_time_and_random_bit_is_kept(moment: int) -> None:
    """An id keeps all 48 bits of the time, and all random bits but the six of version and variant."""
    for byte in (0, 0x5A, 0xFF):
        number = UUID(uuid7(moment, bytes([byte] * 10))).int
        random_bits = ((1 << 80) - 1) ^ (0xF << 76) ^ (0x3 << 62)
        assert number >> 80 == moment
        assert number & random_bits == int.from_bytes(bytes([byte] * 10)) & random_bits


@given(st.integers(min_value=0, max_value=253_402_300_799_999), st.binary(min_size=10, max_size=10))
def test_minute_is_read_from_the_id(moment: int, randomness: bytes) -> None:
    """`parse_minute` returns the minute of an id's time in UTC."""
    minute = parse_minute(uuid7(moment, randomness))
    assert minute.utcoffset() == timedelta()
    assert (minute.timestamp(), minute.second) == (moment // 60_000 * 60, 0)


def test_malformed_id_is_refused() -> None:
    """Anything but a lower-case UUID of 36 characters is refused with an error that shows the text."""
    uuid = uuid7(1, bytes.fromhex("abcdef0123456789abcd"))
    assert require_id(uuid, "case") == uuid
    for text in (
        "",
        uuid.upper(),
        f"{uuid}0",
        f" {uuid}",
        uuid[:-1],
        uuid.replace("-", ""),
        "g" * 36,
    ):
        with pytest.raises(BadInput, match="ids are lower-case UUIDs of 36 characters; copy one from a list") as caught:
            require_id(text, "case")
        assert repr(text) in str(caught.value)


def test_code_has_no_ambiguous_letters() -> None:
    """Each byte is spelled as a character of an alphabet in which no character sounds or looks like another."""
    code = spell_code(bytes(range(256)))
    assert code.startswith("23456789AB")
    assert (len(code), len({*code}), code[30]) == (256, 30, "2")
    assert {*code}.isdisjoint("01ILO")


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10), st.integers(1, 10))
def test_letters_encode_the_last_random_bits(moment: int, randomness: bytes, count: int) -> None:
    """The letters of an id encode its last random bits, five bits a letter, and no bit of its time."""
    letters = pick_letters(uuid7(moment, randomness), count)
    plain = letters.translate(str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "abcdefghijklmnopqrstuv"))
    assert len(letters) == count
    assert int(plain, 32) == int.from_bytes(randomness) % 32**count
    assert RECEIPT.fullmatch(f"{letters[:1] * 5}-{letters[-1:] * 5}")
