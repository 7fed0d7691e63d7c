"""Walk the tree of commands, so that tests can check a rule for every command."""

from collections.abc import Iterator

import click

from anninh_core.cli.root import anninh

Path = tuple[str, ...]


def iter_commands() -> Iterator[tuple[Path, click.Command]]:
    """Yield every command and group, adapters' too, with its words; parents first."""
    yield from _below(anninh, ("anninh",))


def leaves() -> list[tuple[Path, click.Command]]:
    """Return the commands that can be run: leaves, and groups that run without a subcommand."""
    return [
        (path, command)
        for path, command in iter_commands()
        if not isinstance(command, click.Group) or command.invoke_without_command
    ]


def _below(command: click.Command, path: Path) -> Iterator[tuple[Path, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, name
            yield from _below(below, (*path, name))
