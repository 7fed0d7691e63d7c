"""The forms of a commune's profile, and the words for parsing answers and filling in forms."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from anninh_core.kernel.toml import parse_toml


def read_form(name: str) -> str:
    """Return a form: TOML with `$` before each placeholder."""
    return (files("anninh_core.profile.authoring") / "forms" / f"{name}.toml").read_text(encoding="utf-8")


@cache  # the table ships with the program and never changes
def form_words() -> Mapping[str, Any]:
    """Return the words of `forms/words.toml`."""
    return parse_toml(read_form("words"))


def unit_kinds() -> Mapping[str, str]:
    """Return the kinds of unit right below a province, each with its word."""
    kinds: Mapping[str, str] = form_words()["kinds"]
    return kinds


def former_kinds() -> Mapping[str, str]:
    """Return the kinds of unit that ended in July 2025, each with its word."""
    kinds: Mapping[str, str] = form_words()["former_kinds"]
    return kinds


def province_kinds() -> Mapping[str, str]:
    """Return the kinds of province, each with its word."""
    kinds: Mapping[str, str] = form_words()["province_kinds"]
    return kinds
