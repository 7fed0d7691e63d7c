"""Functions that write the reference of the command line."""

import inspect
import tomllib
from collections.abc import Mapping
from importlib.metadata import EntryPoint

import click
from tests.docs.pages import DOCS

from anninh_core.cli.adapter_commands import GROUP


def commands() -> str:
    """Return the reference of all commands, each with its help and options."""
    from anninh_core.cli.root import anninh  # noqa: PLC0415  its commands are imported when they are asked for

    context = click.Context(anninh, info_name="anninh")
    parts = [_describe_command(anninh, context)]
    for name, command in top_commands().items():
        parts += _describe_commands(command, click.Context(command, info_name=name, parent=context))
    return "\n\n".join(parts)


def top_commands() -> Mapping[str, click.Command]:
    """Return the commands of the core and of this project's adapters by name; commands of other installed plugins are
    left out.
    """
    from anninh_core.cli.root import anninh  # noqa: PLC0415  as above

    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = project["entry-points"].get(GROUP, {})
    core = {name: anninh.get_command(click.Context(anninh), name) for name in anninh.homes}
    adapters = {name: EntryPoint(name, at, GROUP).load() for name, at in points.items()}
    return {name: command for name, command in {**core, **adapters}.items() if command is not None}


def _describe_commands(command: click.Command, context: click.Context) -> list[str]:
    if isinstance(command, click.Group):
        below = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        parts: list[str] = []
        for name, child in below:
            assert child is not None
            parts += _describe_commands(child, click.Context(child, info_name=name, parent=context))
        return parts
    return [_describe_command(command, context)]


def _describe_command(command: click.Command, context: click.Context) -> str:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    # The usage line already has the arguments; only some versions of click give arguments a help record, and it has no
    # text.
    parameters = [parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option)]
    records = [parameter.get_help_record(context) for parameter in parameters]
    named = [record for record in records if record and "--help" not in record[0]]
    options = [f"- `{name}`: {meaning}".removesuffix(": ") for name, meaning in named]
    text = " ".join(inspect.cleandoc(command.help or "").split())
    return f"### `{context.command_path}`\n\n{text}\n\n`{usage}`" + ("\n\n" + "\n".join(options) if options else "")
