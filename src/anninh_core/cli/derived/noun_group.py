"""The command group of a noun, with a command for each public use case, and with hand-written commands."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from gettext import gettext as _
from typing import Any, TypeVar

import click

from anninh_core.app import api
from anninh_core.app.api.noun import Noun, find_nested
from anninh_core.cli.acts.by_hand import BY_HAND
from anninh_core.cli.acts.names import GROUPS, find_command_group, find_command_name
from anninh_core.cli.derived.making import OwnWords, derive_command
from anninh_core.cli.frame.command import build_command
from anninh_core.cli.language.commands import translate_command
from anninh_core.cli.language.speaking import find_output_language
from anninh_core.operations.operation import Operation
from anninh_core.operations.operation_table import describe_operations
from anninh_core.vocabulary.former_operations import CURRENT_NAMES, get_original_name

_LOOKS = ("list", "search", "show")
"""Verbs of the commands that are listed first."""


class NounGroup(click.Group):
    """The commands of a noun. Each public use case has a command without another line here.

    Nouns within this noun are subgroups, unless `GROUPS` gives them a place of their own.

    Args:
        noun: path of the noun in the app, such as `tips` or `tips.clocks`.
        help: help of the group; by default the docstring of the noun.
        own: operation -> settings of its command that the use case doesn't declare.
        former: former name of a hand-written command -> its present words. Former names are accepted until 1.0 and not
            listed.
    """

    def __init__(
        self,
        noun: str,
        *,
        help: str = "",
        own: Mapping[str, OwnWords] | None = None,
        former: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(find_command_group(noun).rpartition(" ")[2], help=help or find_noun_class(noun).__doc__)
        self.noun = noun
        self.own = own or {}
        self._former = former or {}

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The public use cases of the noun by their names, without those of nouns within it."""
        return describe_operations(self.noun, find_noun_class(self.noun))

    @cached_property
    def derived(self) -> Mapping[str, Operation]:
        """Operations by derived command, without the operations that have a hand-written command."""
        return {
            find_command_name(name): operation for name, operation in self.operations.items() if name not in BY_HAND
        }

    @cached_property
    def nested_groups(self) -> Mapping[str, "NounGroup"]:
        """Groups of the nouns within this noun, by command, including groups with a place of their own."""
        inner = find_nested(find_noun_class(self.noun))
        return {name.replace("_", "-"): NounGroup(f"{self.noun}.{name}", own=self.own) for name in inner}

    @cached_property
    def subgroups(self) -> Mapping[str, "NounGroup"]:
        """Groups of the nouns within this noun, by command, without groups that have a place of their own."""
        return {name: group for name, group in self.nested_groups.items() if group.noun not in GROUPS}

    @cached_property
    def former(self) -> Mapping[str, str]:
        """Present words of former commands, by the former name."""
        moved = {
            former: f"{name} {command}"
            for name, group in self.nested_groups.items()
            for command, operation in group.derived.items()
            if (former := find_command_name(get_original_name(operation.name))) not in self.nested_groups
        }
        renamed = {
            find_command_name(former): find_command_name(current)
            for former, current in CURRENT_NAMES.items()
            if self.noun == former.rpartition(".")[0] == current.rpartition(".")[0] and current not in BY_HAND
        }
        return {**moved, **renamed, **self._former}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of a command line. If the group has the name of a former command, the successor of that
        command is the default.
        """
        if self._has_default_successor and not self._is_own_word(ctx, args):
            args = [find_command_name(CURRENT_NAMES[self.noun]), *args]
        return super().parse_args(ctx, args)

    @property
    def _has_default_successor(self) -> bool:
        """Whether an earlier version had a command with the group's name."""
        return self.noun in CURRENT_NAMES and self.noun not in GROUPS

    def _is_own_word(self, ctx: click.Context, args: Sequence[str]) -> bool:
        return bool(args) and (args[0] in ctx.help_option_names or self.get_command(ctx, args[0]) is not None)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of everyday commands, then of other commands, then of subgroups."""
        return [*dict.fromkeys([*self._iter_everyday_commands(), *sorted(self.derived), *self.subgroups])]

    def _iter_everyday_commands(self) -> Iterator[str]:
        """Yield the names of commands that list records, then of daily commands, then of hand-written commands."""
        by_hand = [name for name, command in self.commands.items() if not command.hidden]
        yield from (name for name in _LOOKS if name in self.derived or name in by_hand)
        yield from (name for name, operation in self.derived.items() if operation.daily)
        yield from by_hand

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name; the command of a use case is made at this moment."""
        if cmd_name in self.commands:
            return self.commands[cmd_name]
        if cmd_name in self.derived:
            operation = self.derived[cmd_name]
            return _translate_help(build_command(derive_command(operation, self.own.get(operation.name, OwnWords()))))
        if cmd_name in self.subgroups:
            return _translate_help(self.subgroups[cmd_name])
        group, _, name = self.former.get(cmd_name, "").rpartition(" ")
        if not name:
            return None
        command = (self.nested_groups[group] if group else self).get_command(ctx, name)
        return command and _translate_help(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the everyday commands, then the others, then the subgroups."""
        names = self.list_commands(ctx)
        everyday = {*self._iter_everyday_commands()}
        for heading, listed_names in (
            (_("Commands"), [name for name in names if name in everyday]),
            (_("Further commands"), [name for name in names if name in self.derived and name not in everyday]),
            (_("Command groups"), [*self.subgroups]),
        ):
            self._write_section(ctx, formatter, heading, listed_names)

    def _write_section(
        self, ctx: click.Context, formatter: click.HelpFormatter, heading: str, names: Sequence[str]
    ) -> None:
        rows: list[tuple[str, Any]] = []
        for name in names:
            command = self.get_command(ctx, name)
            assert command is not None, name
            rows.append((name, command.get_short_help_str(formatter.width)))
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows)


C = TypeVar("C", bound=click.Command)


def _translate_help(command: C) -> C:
    return command if find_output_language() == "en" else translate_command(command)


def find_noun_class(noun: str) -> type[Noun]:
    """Return the class of a noun by its path in the app, such as `tips.clocks`."""
    outer, *inner = noun.split(".")
    noun_class: type[Noun] = reduce(getattr, inner, getattr(api, f"{outer.capitalize()}Api"))
    return noun_class
