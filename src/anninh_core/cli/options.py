"""Options that many commands share. Imports nothing of ours: `doctor` must start where nothing else does."""

from pathlib import Path

import click

at_option = click.option(
    "--at",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    default=".",
    envvar="ANNINH_AT",
    show_envvar=True,
    metavar="DIR",
    help="Folder with anninh.toml.  [default: the current one]",
)
