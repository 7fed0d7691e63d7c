"""Files that are larger than what is read at a time are told like small ones."""

import pytest

from anninh_core.cleaning.detection import detect_type
from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason

READ_AT_ONCE = 65_536


@pytest.mark.parametrize("blanks", [0, 5, READ_AT_ONCE - 3, READ_AT_ONCE, 3 * READ_AT_ONCE + 1])
def test_markup_behind_blanks_is_markup(blanks: int) -> None:
    """However many of them a browser passes over."""
    with pytest.raises(FileRefused) as refused:
        detect_type(b" \n" * blanks + b"<html><script>x</script>")

    assert refused.value.reason is FileReason.MARKUP


@pytest.mark.parametrize("before", [READ_AT_ONCE - 2, READ_AT_ONCE - 1, READ_AT_ONCE, READ_AT_ONCE + 1])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_letter_on_the_border_is_text(before: int, encoding: str) -> None:
    """What is read in two halves is one letter; half a letter at the end is none."""
    text = ("a" * before + "ế𝄞").encode(encoding)

    assert detect_type(text) == "text/plain"
    with pytest.raises(FileRefused):
        detect_type(text[:-1])


def test_a_zero_far_behind_is_no_text() -> None:
    """It is bytes of a kind that nobody knows."""
    with pytest.raises(FileRefused) as refused:
        detect_type(b"a" * 3 * READ_AT_ONCE + b"\x00")

    assert refused.value.reason is FileReason.UNKNOWN_TYPE
