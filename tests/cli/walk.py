"""Functions that iterate over the tree of commands, so that tests can check a rule for every command."""

from collections.abc import Iterator

import click

from anninh_core.cli.root import anninh

Path = tuple[str, ...]


def iter_commands() -> Iterator[tuple[Path, click.Command]]:
    """Yield every command and group with the words that call it, adapters' commands too; each group comes before its
    commands.
    """
    yield from _iter_below(anninh, ("anninh",))


def list_runnable_commands() -> list[tuple[Path, click.Command]]:
    """Return the commands that can be run: leaves, and groups that run without a subcommand."""
    return [
        (path, command)
        for path, command in iter_commands()
        if not isinstance(command, click.Group) or command.invoke_without_command
    ]


def _iter_below(command: click.Command, path: Path) -> Iterator[tuple[Path, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, name
            yield from _iter_below(below, (*path, name))
