"""Values written as TOML are read back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.toml import format_toml_value, parse_toml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS | st.integers(-(2**40), 2**40) | st.booleans() | st.lists(TEXTS))
def test_value_is_read_back(value: object) -> None:
    r"""Any value is read back, also with `\x7f`, which JSON leaves unescaped and TOML refuses."""
    assert parse_toml(f"value = {format_toml_value(value)}") == {"value": value}


@pytest.mark.parametrize("text", ["\x7f", "\x00", '"', "\\", "\n", "Hoa Lư"])
def test_special_character_is_read_back(text: str) -> None:
    """Each special character is read back; each is tested separately, so that none is left to chance."""
    assert parse_toml(f"value = {format_toml_value(text)}") == {"value": text}
