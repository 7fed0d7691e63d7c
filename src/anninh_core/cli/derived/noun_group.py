"""A group of commands for a noun of the app: one for each public use case, and those that are written by hand."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from gettext import gettext as _
from typing import Any

import click

from anninh_core.app import api
from anninh_core.cli.acts.by_hand import BY_HAND
from anninh_core.cli.acts.names import GROUPS, command_name
from anninh_core.cli.derived.making import OwnWords, derive_command
from anninh_core.cli.frame.command import make_command
from anninh_core.cli.language.commands import translate_command
from anninh_core.cli.language.speaking import spoken
from anninh_core.door.operation import Operation
from anninh_core.door.table import describe_operations

_LOOKS = ("list", "search", "show")
"""Commands that come first."""


class NounGroup(click.Group):
    """The commands of a noun. A use case that is public has one without another line here.

    Args:
        noun: of the app; `GROUPS` has what its group is called.
        own: operation -> what its command has beside what the use case says.
        former: former name of a command -> its name; it is accepted until 1.0 and not listed.
    """

    def __init__(
        self,
        noun: str,
        *,
        help: str,
        own: Mapping[str, OwnWords] | None = None,
        former: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(GROUPS[noun], help=help)
        self.noun = noun
        self.own = own or {}
        self.former = former or {}

    @cached_property
    def derived(self) -> Mapping[str, Operation]:
        """Command -> its operation, without those that have a command by hand."""
        noun_class = getattr(api, f"{self.noun.capitalize()}Api")
        operations = describe_operations(self.noun, noun_class)
        return {command_name(name): operation for name, operation in operations.items() if name not in BY_HAND}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the commands, those of everyday work first."""
        return [*dict.fromkeys([*self._everyday(), *sorted(self.derived)])]

    def _everyday(self) -> Iterator[str]:
        """Yield looking, then what is done every day, then what is written by hand."""
        by_hand = [name for name, command in self.commands.items() if not command.hidden]
        yield from (name for name in _LOOKS if name in self.derived or name in by_hand)
        yield from (name for name, operation in self.derived.items() if operation.daily)
        yield from by_hand

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Return a command; one of a use case is made now."""
        if cmd_name in self.commands:
            return self.commands[cmd_name]
        operation = self.derived.get(self.former.get(cmd_name, cmd_name))
        if operation is None:
            return None
        made = make_command(derive_command(operation, self.own.get(operation.name, OwnWords())))
        return made if spoken() == "en" else translate_command(made)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands of everyday work, and below them all others."""
        names = self.list_commands(ctx)
        everyday = {*self._everyday()}
        for heading, shown in (
            (_("Commands"), [name for name in names if name in everyday]),
            (_("Further commands"), [name for name in names if name not in everyday]),
        ):
            self._write_section(ctx, formatter, heading, shown)

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
