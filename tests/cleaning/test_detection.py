"""Type detection of files larger than one read block works as for small files."""

import pytest

from anninh_core.cleaning.detection import detect_type
from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason

READ_AT_ONCE = 65_536


@pytest.mark.parametrize("blanks", [0, 5, READ_AT_ONCE - 3, READ_AT_ONCE, 3 * READ_AT_ONCE + 1])
def test_markup_behind_blanks_is_markup(blanks: int) -> None:
    """Markup after any number of blanks is detected as markup, as browsers do."""
    with pytest.raises(FileRefused) as refused:
        detect_type(b" \n" * blanks + b"<html><script>x</script>")

    assert refused.value.reason is FileReason.MARKUP


@pytest.mark.parametrize("before", [READ_AT_ONCE - 2, READ_AT_ONCE - 1, READ_AT_ONCE, READ_AT_ONCE + 1])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_character_across_blocks_is_text(before: int, encoding: str) -> None:
    """A character split between two read blocks is text, but half a character at the end isn't."""
    text = ("a" * before + "ế𝄞").encode(encoding)

    assert detect_type(text) == "text/plain"
    with pytest.raises(FileRefused):
        detect_type(text[:-1])


def test_late_zero_byte_is_not_text() -> None:
    """A file with a zero byte far behind text has an unknown type."""
    with pytest.raises(FileRefused) as refused:
        detect_type(b"a" * 3 * READ_AT_ONCE + b"\x00")

    assert refused.value.reason is FileReason.UNKNOWN_TYPE
