"""The shipped forms of a commune's profile, and the words for parsing answers and filling in the forms."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from anninh_core.kernel.toml import parse_toml


def read_form(name: str) -> str:
    """Return the text of a form: TOML with `$` before each placeholder."""
    return (files("anninh_core.profile.authoring") / "forms" / f"{name}.toml").read_text(encoding="utf-8")


@cache  # The table ships with the program and never changes.
def load_form_words() -> Mapping[str, Any]:
    """Return the words for parsing answers and filling in forms, from the file `forms/words.toml`."""
    return parse_toml(read_form("words"))


def list_unit_kinds() -> Mapping[str, str]:
    """Return the kinds of unit directly below a province, each with the word for it."""
    kinds: Mapping[str, str] = load_form_words()["kinds"]
    return kinds


def list_former_kinds() -> Mapping[str, str]:
    """Return the kinds of unit that ended in July 2025, each with the word for it."""
    kinds: Mapping[str, str] = load_form_words()["former_kinds"]
    return kinds


def list_province_kinds() -> Mapping[str, str]:
    """Return the kinds of province, each with the word for it."""
    kinds: Mapping[str, str] = load_form_words()["province_kinds"]
    return kinds
