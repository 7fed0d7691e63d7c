"""The purposes of messages: the names that a list of delivery methods (`ladders`) may have."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import anninh_core
from anninh_core.profile import load_profile
from anninh_core.profile.keys import LADDERS, WORDING
from anninh_core.vocabulary.purposes import PURPOSES, Purpose, find_purpose

PARTS = ("domain", "usecase", "messaging", "workflows", "worker")  # These parts of the source send messages.


def find_purposes(tree: ast.AST) -> Iterator[str]:
    """Yield the purposes that calls of `send`, `queue_action` and `_notify` name as literals."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            keywords = node.keywords if node.func.attr in ("send", "queue_action") else ()
            yield from (
                str(keyword.value.value) for keyword in keywords if keyword.arg == "purpose" and _is_text(keyword.value)
            )
            arguments = node.args if node.func.attr == "_notify" else ()
            yield from (
                str(argument.value)
                for argument in arguments
                if _is_text(argument) and str(argument.value).startswith("notice.")
            )


def _is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_purpose_in_the_code_is_listed() -> None:
    """Every purpose that services, workflows and jobs send for is in `PURPOSES`."""
    source = Path(anninh_core.__file__).parent
    files = [path for part in PARTS for path in (source / part).rglob("*.py")]
    purposes = {purpose for path in files for purpose in find_purposes(ast.parse(path.read_text()))}

    assert purposes >= {"chatter.reply", "moderation.act", "attachment.fetch"}
    assert purposes <= PURPOSES.keys()


def test_every_purpose_has_its_wording() -> None:
    """Every purpose with delivery methods has a wording of the same name."""
    assert WORDING.keys() >= LADDERS


def test_urgent_purposes_are_listed_once() -> None:
    """Only the listed purposes are urgent, both for pacing and for Zalo's limits; a purpose that a plugin adds has no
    flags.
    """
    assert {name for name, purpose in PURPOSES.items() if purpose.urgent} == {
        "tip.emergency",
        "tip.ask_danger",
        "tip.receipt",
        "inquiry.received",
        *("duty.page", "duty.page_again", "duty.page_handed_up", "duty.page_more", "duty.page_more_many"),
        *("duty.unheard", "group.danger"),
    }
    assert find_purpose("plugin.news") == Purpose(name="plugin.news")


def test_flags_agree_with_name_prefixes() -> None:
    """The flags of a purpose agree with the beginning of its name, from which they were derived earlier."""
    assert {name for name, purpose in PURPOSES.items() if purpose.notice} == {
        name for name in WORDING if name.startswith(("notice.", "duty."))
    }
    assert {name for name, purpose in PURPOSES.items() if purpose.waits_in_quiet_hours} == {
        name for name in WORDING if name.startswith("urge.")
    }


def test_delivery_methods_are_found_by_purpose() -> None:
    """The longest name in `ladders` that equals the purpose, or its beginning up to a dot, wins; without a match the
    only delivery method is the contact window.
    """
    district = load_profile("hoa_lu_2021")

    assert district.delivery_methods("urge.late") == district.ladders["urge"]
    assert district.delivery_methods("tip.answer") == district.ladders["tip.answer"]
    assert district.delivery_methods("help") == district.delivery_methods("urgent") == ("window",)
