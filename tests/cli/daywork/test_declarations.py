"""Declarations fit the operations that they name."""

from collections.abc import Sequence

import pytest

from anninh_core.cli.calling.flags import flags_of
from anninh_core.cli.daywork import content, content_found, duties, groups, identity, inquiries, posts, reports, tips
from anninh_core.cli.frame.declaration import DayCommand
from anninh_core.door import Door
from anninh_core.testing import memory_app

DECLARED: Sequence[DayCommand] = (
    *(*tips.COMMANDS, *inquiries.COMMANDS, *content.COMMANDS, *content_found.FOUND_COMMANDS, *posts.COMMANDS),
    *(*groups.COMMANDS, *duties.COMMANDS, *reports.COMMANDS, *identity.COMMANDS),
)
CHOOSING = {"approves"}
"""What only chooses between operations."""
ANSWERED_BEFORE = {"gates", "findings"}
"""What acts of their own take, before the last one."""


@pytest.fixture(scope="module")
def door() -> Door:
    return Door(memory_app())


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: f"{one.operation} {one.name}")
def test_a_declaration_fits_its_operations(one: DayCommand, door: Door) -> None:
    """What is asked for is an argument of one of them, and nothing that an operation needs is forgotten."""
    operations = [door.find(name) for name in (one.operation, *one.instead.values())]
    taken = {flag.name for operation in operations for flag in flags_of(operation).values()}
    asked = {ask.argument.partition(".")[0] for ask in one.asks}
    assert asked - taken <= CHOOSING | ANSWERED_BEFORE
    needed = {flag.name for flag in flags_of(operations[0]).values() if flag.is_required}
    subject = {one.subject.argument} if one.subject else set()
    assert one.derives is not None or needed <= asked | subject


def test_every_word_is_short_and_told_once() -> None:
    """Each option has a question or a help; each command a sentence."""
    for one in DECLARED:
        assert one.help.endswith(".")
        assert [ask.argument for ask in one.asks if not (ask.question or ask.help)] == []
        assert [ask.argument for ask in one.asks if ask.needed and not ask.question] == []
        assert len({ask.word for ask in one.asks}) == len(one.asks)
