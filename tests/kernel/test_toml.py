"""Values that are written as TOML are read again as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.toml import parse_toml, toml_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS | st.integers(-(2**40), 2**40) | st.booleans() | st.lists(TEXTS))
def test_a_value_is_read_again(value: object) -> None:
    r"""Whatever characters a text has; `\x7f` is one that JSON leaves as it is and TOML refuses."""
    assert parse_toml(f"value = {toml_value(value)}") == {"value": value}


@pytest.mark.parametrize("text", ["\x7f", "\x00", '"', "\\", "\n", "Hoa Lư"])
def test_a_character_of_note(text: str) -> None:
    """Each alone, so that none is left to chance."""
    assert parse_toml(f"value = {toml_value(text)}") == {"value": text}
