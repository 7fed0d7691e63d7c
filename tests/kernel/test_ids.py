"""Ids are UUIDs of version 7: ordered by time, and otherwise random."""

from datetime import timedelta
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import RECEIPT, letters_of, minute_of, require_id, spell, uuid7


def test_the_example_of_the_standard() -> None:
    """RFC 9562, appendix A.6: the time and the random bits stand where they belong."""
    made = uuid7(0x017F22E279B0, bytes.fromhex("0cc318c4dc0c0c07398f"))
    assert made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize("first", range(16))
def test_version_and_variant_hide_no_random_bit_but_their_own(first: int) -> None:
    """Whatever the random bytes are, it is a UUID of version 7."""
    made = UUID(uuid7(1, bytes([255, 255, first << 4 | 15, *[255] * 7])))
    assert (made.version, made.variant, made.clock_seq_hi_variant >> 4 & 3) == (7, RFC_4122, first & 3)


@pytest.mark.parametrize(("moment", "count"), [(-1, 10), (1 << 48, 10), (1 << 49, 10), (0, 9), (0, 11)])
def test_what_makes_no_id_is_refused(moment: int, count: int) -> None:
    """A time that doesn't fit, and too few or too many random bytes; the last moment that fits is taken."""
    with pytest.raises(BadInput, match=r"ms: use ten bytes and a time from 0 to below 2\*\*48 ms"):
        uuid7(moment, bytes(count))
    assert uuid7((1 << 48) - 1, bytes(10)).startswith("ffffffff-ffff-7000-8000")
    assert uuid7(0, bytes(10)).startswith("00000000-0000-7000-8000")


@pytest.mark.parametrize("moment", [0, 1, 0x017F22E279B0, (1 << 48) - 1])
def test_every_bit_of_the_time_and_of_chance_is_kept(moment: int) -> None:
    """48 bits of time, and all random ones but the six in whose place version and variant stand."""
    for byte in (0, 0x5A, 0xFF):
        made = UUID(uuid7(moment, bytes([byte] * 10))).int
        kept = ((1 << 80) - 1) ^ (0xF << 76) ^ (0x3 << 62)
        assert made >> 80 == moment
        assert made & kept == int.from_bytes(bytes([byte] * 10)) & kept


@given(st.integers(min_value=0, max_value=253_402_300_799_999), st.binary(min_size=10, max_size=10))
def test_an_id_tells_its_minute(moment: int, randomness: bytes) -> None:
    """Whatever else of the time stands in it."""
    minute = minute_of(uuid7(moment, randomness))
    assert minute.utcoffset() == timedelta()
    assert (minute.timestamp(), minute.second) == (moment // 60_000 * 60, 0)


def test_an_id_of_ours_is_lower_case_and_whole() -> None:
    """Anything else is refused, and told what it was meant to be."""
    made = uuid7(1, bytes.fromhex("abcdef0123456789abcd"))
    assert require_id(made, "case") == made
    for text in (
        "",
        made.upper(),
        f"{made}0",
        f" {made}",
        made[:-1],
        made.replace("-", ""),
        "g" * 36,
    ):
        with pytest.raises(BadInput, match="ids are lower-case UUIDs of 36 characters; copy one from a list") as caught:
            require_id(text, "case")
        assert repr(text) in str(caught.value)


def test_a_code_has_no_letter_that_is_misread() -> None:
    """A letter for each byte; none that sounds or looks like another."""
    code = spell(bytes(range(256)))
    assert code.startswith("23456789AB")
    assert (len(code), len({*code}), code[30]) == (256, 30, "2")
    assert {*code}.isdisjoint("01ILO")


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10), st.integers(1, 10))
def test_letters_of_an_id_say_its_last_random_bits(moment: int, randomness: bytes, count: int) -> None:
    """Five bits a letter, none of them of the time; read back as a number to the base of 32, they are those bits."""
    letters = letters_of(uuid7(moment, randomness), count)
    plain = letters.translate(str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "abcdefghijklmnopqrstuv"))
    assert len(letters) == count
    assert int(plain, 32) == int.from_bytes(randomness) % 32**count
    assert RECEIPT.fullmatch(f"{letters[:1] * 5}-{letters[-1:] * 5}")
