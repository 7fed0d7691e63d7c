"""`anninh new`: write starter projects."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.cli.options import FOLDER
from anninh_core.cli.results import output_each, output_sentence, with_json_option
from anninh_core.testing.authoring.projects import KINDS, write_project


@click.group()
def new() -> None:
    """Start a project of your own."""


@new.command()
@click.argument("kind", type=click.Choice([*KINDS]))
@click.argument("name")
@click.option("--at", type=FOLDER, metavar="DIR", help="Where; it must be new or empty.  [default: ./anninh-NAME]")
@with_json_option
def plugin(kind: str, name: str, *, at: Path | None) -> None:
    """Write a project for a plugin NAME, with tests that check it against its kit.

    The project passes its tests as it is written; change the code to do what you want.
    """
    folder = at or Path.cwd() / f"anninh-{name.replace('_', '-')}"
    paths = write_project(kind, name, folder)
    output_sentence(_("{folder}: a project for the plugin {plugin}"), folder=folder, plugin=name, kind=kind)
    output_each("files", [{"file": path.name} for path in paths], "  {file}")
    output_sentence(
        _("next: pip install -e '{folder}[test]', then anninh plugin check {plugin} --tests {folder}"),
        folder=folder,
        plugin=name,
    )
