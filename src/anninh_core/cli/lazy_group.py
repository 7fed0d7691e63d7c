"""A group of commands that imports a command's module only when the command is called."""

from collections.abc import Mapping
from gettext import gettext as _
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from anninh_core.cli.errors import print_errors_as_json, report_errors
from anninh_core.cli.folder_command_line import FolderCommandLine
from anninh_core.cli.language.commands import translate_command
from anninh_core.cli.language.speaking import find_output_language, lang_option, use_catalogue
from anninh_core.cli.logs import OPTIONS, log_to_stderr

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from anninh_core.cli.adapter_commands import AdapterCommands

_WORDS = "anninh.words"


class LazyGroup(click.Group):
    """The top group of the command line: built-in commands, then the commands of other distributions.

    Args:
        homes: command -> (module that defines it under the same name, line for the overview).
    """

    def __init__(self, name: str, *, homes: Mapping[str, tuple[str, str]], help: str) -> None:
        super().__init__(
            name=name,
            help=help,
            params=[lang_option, *OPTIONS],
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self.homes = homes

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line in the user's language."""
        with use_catalogue():
            return super().main(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own options; keep the words that follow, because `--json` among them decides the form of
        errors.
        """
        ctx.meta[_WORDS] = tuple(map(str, args))
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help` with its help in the present language, because click keeps the option with the words of the
        first call.
        """
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the built-in commands in the order of the table, then those of other distributions."""
        return [*self.homes, *self._adapter_commands().lines()]

    def _adapter_commands(self) -> "AdapterCommands":
        from anninh_core.cli.adapter_commands import AdapterCommands  # noqa: PLC0415  whoever calls a command of ours needn't

        return AdapterCommands([*self.homes])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Import a command, or return None if there is no command with this name."""
        if cmd_name not in self.homes:
            command = self._adapter_commands().get(cmd_name)
        else:
            module, _ = self.homes[cmd_name]
            command = getattr(import_module(module), cmd_name)
            assert isinstance(command, click.Command)  # All objects that `homes` names are commands.
        if command is None:
            return None
        return command if find_output_language() == "en" else translate_command(command)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview in the user's language."""
        click.Group.format_help(self if find_output_language() == "en" else translate_command(self), ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; the error for an unknown command suggests similar ones."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as unknown:
            raise click.NoSuchCommand(
                unknown.command_name, possibilities=self._list_overview_lines(), ctx=ctx
            ) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return possible completions without importing the commands: a shell calls this at each press of a key."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  only a shell asks

        matching = [
            CompletionItem(name, help=line)
            for name, line in self._list_overview_lines().items()
            if name.startswith(incomplete)
        ]
        return [*matching, *click.Command.shell_complete(self, ctx, incomplete)]

    def _list_overview_lines(self) -> Mapping[str, str]:
        """Return the listed commands with their translated lines for the overview."""
        ours = {name: _(line) for name, (_module, line) in self.homes.items() if line}
        return {**ours, **self._adapter_commands().lines()}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """Write the overview without importing anything."""
        with formatter.section(_("Commands")):
            formatter.write_dl([*self._list_overview_lines().items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command, report its errors as a sentence or as JSON, and write the log to stderr."""
        ctx.obj = FolderCommandLine()
        log = log_to_stderr(as_json=ctx.params["log_json"], level=ctx.params["log_level"])
        with report_errors(), print_errors_as_json(ctx.meta[_WORDS]), log:
            return super().invoke(ctx)
