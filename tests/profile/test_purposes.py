"""What messages are sent for: the names that a ladder may have."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import anninh_core
from anninh_core.profile import load_profile
from anninh_core.profile.keys import PURPOSES, WORDING

ORDERS = {"moderation.act"}  # done in a group, not said to anybody


def sent_for(tree: ast.AST) -> Iterator[str]:
    """Yield the purposes that calls of `send` name in so many words, and all that calls of `_tell` name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = node.keywords if node.func.attr == "send" else ()
            yield from (str(one.value.value) for one in named if one.arg == "purpose" and _is_text(one.value))
            told = node.args if node.func.attr == "_tell" else ()
            yield from (str(one.value) for one in told if _is_text(one) and str(one.value).startswith("notice."))


def _is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_purpose_in_the_code_is_listed() -> None:
    """Rooms and reactions send for nothing that a ladder couldn't be for."""
    source = Path(anninh_core.__file__).parent
    files = [path for part in ("rooms", "dispatch") for path in (source / part).rglob("*.py")]
    found = {purpose for path in files for purpose in sent_for(ast.parse(path.read_text()))}

    assert found - ORDERS
    assert found - ORDERS <= PURPOSES


def test_every_purpose_has_its_wording() -> None:
    """A purpose is called as the wording is that it sends."""
    assert WORDING.keys() >= PURPOSES


def test_ladders_are_found_by_purpose() -> None:
    """The longest name wins that is the purpose or what it begins with, up to a dot; without one it's the window."""
    district = load_profile("hoa_lu_2021")

    assert district.ladder("urge.late") == district.ladders["urge"]
    assert district.ladder("tip.answer") == district.ladders["tip.answer"]
    assert district.ladder("tip.private") == district.ladder("urgent") == ("window",)
