"""Every use case of a noun has a derived command, or a handwritten one that is listed with a reason."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args, get_type_hints

import click
import pytest
from tests.cli.walk import iter_commands, list_runnable_commands
from tests.language.catalogue import find_named_operations

from anninh_core.cli.acts.by_hand import BY_HAND, OF_OTHER_NOUNS
from anninh_core.cli.acts.commands import find_command
from anninh_core.cli.acts.names import find_command_group
from anninh_core.cli.calling.flags import build_flags
from anninh_core.cli.daily import content, duties, identity, inquiries, tips
from anninh_core.cli.derived.making import OwnWords, derive_command
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.declaration import DayCommand
from anninh_core.cli.root import anninh
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app
from anninh_core.usecase.views import is_view, listed_fields

TREE = {" ".join(path[1:]): command for path, command in list_runnable_commands()}
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
"""Arguments of commands that only choose between operations."""
ANSWERED_BEFORE = {"gates", "findings"}
"""Arguments of commands that carry out several operations, which belong to an earlier operation than the last."""


@pytest.fixture(scope="module")
def gateway() -> OperationGateway:
    return OperationGateway(memory_app())


@pytest.mark.parametrize("one", [*WRITTEN, *DERIVED], ids=lambda one: f"{one.operation} {one.name}")
def test_a_declaration_fits_its_operations(one: DayCommand, gateway: OperationGateway) -> None:
    """Every prompted value is an argument of one of the command's operations, and every required argument is prompted
    for.
    """
    operations = [gateway.find(name) for name in (one.operation, *one.instead.values())]
    accepted = {flag.name for operation in operations for flag in build_flags(operation).values()}
    prompted = {ask.argument.partition(".")[0] for ask in one.asks}
    assert prompted - accepted <= CHOOSING | ANSWERED_BEFORE
    needed = {flag.name for flag in build_flags(operations[0]).values() if flag.is_required}
    subject = {one.subject.argument} if one.subject else set()
    assert one.derives is not None or needed <= prompted | subject


def test_every_option_has_help_and_own_name() -> None:
    """Each option has a prompt or a help text and a unique name, and each command has a help sentence."""
    for command in (*WRITTEN, *DERIVED):
        assert command.help.endswith("."), command.name
        assert [ask.argument for ask in command.asks if not (ask.question or ask.help)] == [], command.name
        assert [ask.argument for ask in command.asks if ask.needed and not ask.question] == [], command.name
        assert len({ask.word for ask in command.asks}) == len(command.asks), command.name


@GROUP
def test_command_is_derived_or_listed(group: NounGroup) -> None:
    """Every operation has either a derived command or a handwritten one in the list."""
    operations = group.operations
    by_hand = {operation for operation in BY_HAND if operation.rpartition(".")[0] == group.noun}
    assert by_hand <= operations.keys()
    assert {operation.name for operation in group.derived.values()} == operations.keys() - by_hand
    listed_commands = {*(exception.command for exception in BY_HAND.values()), *OF_OTHER_NOUNS}
    written = {f"{find_command_group(group.noun)} {name}" for name in group.commands}
    assert written - listed_commands == set()
    assert group.commands.keys() & group.derived.keys() == set()
    assert group.commands.keys() & group.subgroups.keys() == set()


def test_listed_commands_exist() -> None:
    """Every command in the list of handwritten ones exists and has a reason."""
    hidden = {"identity decide", "identity open", "tips withdrawal"}
    named = {*(listed.command for listed in BY_HAND.values()), *OF_OTHER_NOUNS}
    assert named - TREE.keys() == hidden
    assert all(listed.why for listed in BY_HAND.values())
    assert all(OF_OTHER_NOUNS.values())


def test_errors_mention_existing_commands() -> None:
    """Every operation that an error mentions has an existing command, or is left to `call`."""
    named = {operation: find_command(operation) for operation in sorted(find_named_operations())}
    called = {command for command in named.values() if command.startswith("call ")}
    assert {command for command in named.values() if command not in TREE} == called


def test_use_case_has_one_command() -> None:
    """No use case has two derived commands, or a derived and a handwritten one."""
    counted = Counter(command.operation for command in DERIVED)
    assert [operation for operation, count in counted.items() if count > 1] == []
    assert {command.operation for command in DERIVED} & BY_HAND.keys() == set()


@GROUP
def test_former_names_are_accepted_and_not_listed(group: NounGroup) -> None:
    """Each former command name leads to its present command with the same options, and isn't listed."""
    for former, words in group.former.items():
        former_command = group.get_command(CONTEXT, former)
        below, _, name = words.rpartition(" ")
        present_command = (group.nested_groups[below] if below else group).get_command(CONTEXT, name)
        assert former_command is not None
        assert present_command is not None
        assert [parameter.opts for parameter in former_command.params] == [
            parameter.opts for parameter in present_command.params
        ]
        assert former not in group.list_commands(CONTEXT)


def test_every_command_has_a_help() -> None:
    """Every command has a help text."""
    assert [name for name, command in TREE.items() if not command.help] == []


@GROUP
def test_listed_fields_exist(group: NounGroup) -> None:
    """Each listed field is a field of its view or of a nested view."""
    for operation in group.derived.values():
        for view in (candidate for candidate in (operation.answer, *get_args(operation.answer)) if is_view(candidate)):
            for path in listed_fields(view):
                assert _is_field_path(view, path), f"{view.__name__}: {path}"


def _is_field_path(view: type, path: str) -> bool:
    name, _, below = path.partition(".")
    hint = get_type_hints(view).get(name)
    inner = [candidate for candidate in (hint, *get_args(hint)) if is_view(candidate)]
    return hint is not None and (not below or any(_is_field_path(candidate, below) for candidate in inner))
