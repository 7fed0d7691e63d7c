"""Commands of nouns that are made from use cases: one for each, what is written by hand is listed, none is lost."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args, get_type_hints

import click
import pytest
from tests.cli.walk import iter_commands, leaves
from tests.language.catalogue import named_operations

from anninh_core.cli.acts.by_hand import BY_HAND, OF_OTHER_NOUNS
from anninh_core.cli.acts.commands import find_command
from anninh_core.cli.acts.names import group_words
from anninh_core.cli.calling.flags import flags_of
from anninh_core.cli.daily import content, duties, identity, inquiries, tips
from anninh_core.cli.derived.making import OwnWords, derive_command
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.declaration import DayCommand
from anninh_core.cli.root import anninh
from anninh_core.operations import Door
from anninh_core.testing import memory_app
from anninh_core.usecase.views import is_view, listed_fields

TREE = {" ".join(path[1:]): command for path, command in leaves()}
CONTEXT = click.Context(anninh)
GROUPS: Sequence[NounGroup] = [command for _path, command in iter_commands() if isinstance(command, NounGroup)]
DERIVED: Sequence[DayCommand] = [
    derive_command(operation, group.own.get(operation.name, OwnWords()))
    for group in GROUPS
    for operation in group.derived.values()
]
WRITTEN: Sequence[DayCommand] = (
    *(tips.ANSWER, inquiries.ANSWER, identity.DECIDE),
    *(*content.BY_HAND_COMMANDS, *duties.COMMANDS),
)
GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.noun)
CHOOSING = {"approves"}
"""What only chooses between operations."""
ANSWERED_BEFORE = {"gates", "findings"}
"""What acts of their own take, before the last one."""


@pytest.fixture(scope="module")
def door() -> Door:
    return Door(memory_app())


@pytest.mark.parametrize("one", [*WRITTEN, *DERIVED], ids=lambda one: f"{one.operation} {one.name}")
def test_a_declaration_fits_its_operations(one: DayCommand, door: Door) -> None:
    """What is asked for is an argument of one of them, and nothing that an operation needs is forgotten."""
    operations = [door.find(name) for name in (one.operation, *one.instead.values())]
    taken = {flag.name for operation in operations for flag in flags_of(operation).values()}
    asked = {ask.argument.partition(".")[0] for ask in one.asks}
    assert asked - taken <= CHOOSING | ANSWERED_BEFORE
    needed = {flag.name for flag in flags_of(operations[0]).values() if flag.is_required}
    subject = {one.subject.argument} if one.subject else set()
    assert one.derives is not None or needed <= asked | subject


def test_every_option_is_explained_and_has_a_name_of_its_own() -> None:
    """Each option has a question or a help; each command a sentence."""
    for one in (*WRITTEN, *DERIVED):
        assert one.help.endswith("."), one.name
        assert [ask.argument for ask in one.asks if not (ask.question or ask.help)] == [], one.name
        assert [ask.argument for ask in one.asks if ask.needed and not ask.question] == [], one.name
        assert len({ask.word for ask in one.asks}) == len(one.asks), one.name


@GROUP
def test_a_command_is_derived_or_listed_with_a_reason(group: NounGroup) -> None:
    """A command that is written by hand without standing in the list is refused here."""
    operations = group.operations
    by_hand = {operation for operation in BY_HAND if operation.rpartition(".")[0] == group.noun}
    assert by_hand <= operations.keys()
    assert {operation.name for operation in group.derived.values()} == operations.keys() - by_hand
    listed = {*(listed.command for listed in BY_HAND.values()), *OF_OTHER_NOUNS}
    written = {f"{group_words(group.noun)} {name}" for name in group.commands}
    assert written - listed == set()
    assert group.commands.keys() & group.derived.keys() == set()
    assert group.commands.keys() & group.subgroups.keys() == set()


def test_the_list_names_commands_that_exist() -> None:
    """Each with a reason; so a command that is derived later leaves the list."""
    hidden = {"identity decide", "identity open", "tips withdrawal"}
    named = {*(listed.command for listed in BY_HAND.values()), *OF_OTHER_NOUNS}
    assert named - TREE.keys() == hidden
    assert all(listed.why for listed in BY_HAND.values())
    assert all(OF_OTHER_NOUNS.values())


def test_sentences_name_commands_that_exist() -> None:
    """An error that names an act names its command; only what no command carries out is left to `call`."""
    named = {operation: find_command(operation) for operation in sorted(named_operations())}
    called = {command for command in named.values() if command.startswith("call ")}
    assert {command for command in named.values() if command not in TREE} == called


def test_one_use_case_has_one_command() -> None:
    """What is derived has no second command."""
    counted = Counter(one.operation for one in DERIVED)
    assert [operation for operation, count in counted.items() if count > 1] == []
    assert {one.operation for one in DERIVED} & BY_HAND.keys() == set()


@GROUP
def test_former_names_are_accepted_and_not_listed(group: NounGroup) -> None:
    """Each leads to the command that has its use case now; the list of stored names keeps their options."""
    for former, words in group.former.items():
        found = group.get_command(CONTEXT, former)
        below, _, name = words.rpartition(" ")
        now = (group.nested[below] if below else group).get_command(CONTEXT, name)
        assert found is not None
        assert now is not None
        assert [one.opts for one in found.params] == [one.opts for one in now.params]
        assert former not in group.list_commands(CONTEXT)


def test_every_command_has_a_help() -> None:
    """Derived or not."""
    assert [name for name, command in TREE.items() if not command.help] == []


@GROUP
def test_listed_fields_exist(group: NounGroup) -> None:
    """Each is a field of its view, or of a view in it: a misspelt one is found here, and not by who lists."""
    for operation in group.derived.values():
        for view in (one for one in (operation.answer, *get_args(operation.answer)) if is_view(one)):
            for path in listed_fields(view):
                assert _leads_to_a_field(view, path), f"{view.__name__}: {path}"


def _leads_to_a_field(view: type, path: str) -> bool:
    name, _, below = path.partition(".")
    hint = get_type_hints(view).get(name)
    inner = [one for one in (hint, *get_args(hint)) if is_view(one)]
    return hint is not None and (not below or any(_leads_to_a_field(one, below) for one in inner))
