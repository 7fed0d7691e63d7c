"""What messages are sent for: the names that a ladder may have."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import anninh_core
from anninh_core.profile import load_profile
from anninh_core.profile.keys import LADDERS, WORDING
from anninh_core.vocabulary.purposes import PURPOSES, Purpose, purpose_of

PARTS = ("domain", "usecase", "messaging", "workflows", "worker")  # of the source, where messages are sent from


def sent_for(tree: ast.AST) -> Iterator[str]:
    """Yield the purposes that calls of `send`, `queue_action` and `_notify` name in so many words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = node.keywords if node.func.attr in ("send", "queue_action") else ()
            yield from (str(one.value.value) for one in named if one.arg == "purpose" and _is_text(one.value))
            told = node.args if node.func.attr == "_notify" else ()
            yield from (str(one.value) for one in told if _is_text(one) and str(one.value).startswith("notice."))


def _is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_purpose_in_the_code_is_listed() -> None:
    """No service, workflow or job sends for a purpose that no ladder could be for."""
    source = Path(anninh_core.__file__).parent
    files = [path for part in PARTS for path in (source / part).rglob("*.py")]
    found = {purpose for path in files for purpose in sent_for(ast.parse(path.read_text()))}

    assert found >= {"chatter.reply", "moderation.act", "attachment.fetch"}
    assert found <= PURPOSES.keys()


def test_every_purpose_has_its_wording() -> None:
    """A purpose is called as the wording is that it sends."""
    assert WORDING.keys() >= LADDERS


def test_what_is_urgent_stands_in_one_place() -> None:
    """Pacing and Zalo's limits keep their reserve for the same purposes; a plugin's own purpose has no flags."""
    assert {name for name, purpose in PURPOSES.items() if purpose.urgent} == {
        "tip.emergency",
        "tip.ask_danger",
        "tip.receipt",
        "inquiry.received",
        *("duty.page", "duty.page_again", "duty.page_handed_up", "duty.page_more", "duty.page_more_many"),
        *("duty.unheard", "group.danger"),
    }
    assert purpose_of("plugin.news") == Purpose(name="plugin.news")


def test_flags_follow_the_old_names() -> None:
    """What was told by the beginning of a name is told by a flag, for every name that begins so."""
    assert {name for name, purpose in PURPOSES.items() if purpose.notice} == {
        name for name in WORDING if name.startswith(("notice.", "duty."))
    }
    assert {name for name, purpose in PURPOSES.items() if purpose.waits_in_quiet_hours} == {
        name for name in WORDING if name.startswith("urge.")
    }


def test_ladders_are_found_by_purpose() -> None:
    """The longest name wins that is the purpose or what it begins with, up to a dot; without one it's the window."""
    district = load_profile("hoa_lu_2021")

    assert district.delivery_methods("urge.late") == district.ladders["urge"]
    assert district.delivery_methods("tip.answer") == district.ladders["tip.answer"]
    assert district.delivery_methods("help") == district.delivery_methods("urgent") == ("window",)
