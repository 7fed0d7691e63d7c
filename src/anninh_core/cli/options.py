"""Options that many commands share. Imports nothing of this library, because `doctor` must start even if nothing else
does.
"""

from pathlib import Path

import click

FILE = click.Path(dir_okay=False, resolve_path=True, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path)
FOLDER = click.Path(file_okay=False, resolve_path=True, path_type=Path)

at_option = click.option(
    "--at",
    type=FOLDER,
    default=".",
    envvar="ANNINH_AT",
    show_envvar=True,
    metavar="DIR",
    help="Folder with anninh.toml.  [default: the current one]",
)
