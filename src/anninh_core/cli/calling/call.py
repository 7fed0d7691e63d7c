"""`anninh call`: any operation of the door, by its name."""

import json
from collections.abc import Mapping
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
import msgspec

from anninh_core.cli.calling.flags import guess_type, read_json, read_words
from anninh_core.cli.calling.listing import show_operation, show_operations
from anninh_core.cli.folder import officer_option, open_as_officer
from anninh_core.cli.options import EXISTING_FILE, FILE, at_option
from anninh_core.cli.output import echo, echo_json
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.operations import Door
from anninh_core.usecase.views import Download

_JSON = ("@", "{", "[", "-")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("operation", default="", metavar="[OPERATION]")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[ID] [--FLAG VALUE]...")
@click.option("--list", "lists", is_flag=True, help="List the operations that begin with OPERATION; of one, its flags.")
@click.option(
    "--json",
    "said",
    is_flag=False,
    flag_value="",
    metavar="[@FILE|-|OBJECT]",
    help="All arguments as one JSON object; without a value, only what is printed is JSON, errors too.",
)
@click.option("--key", default="", metavar="KEY", help="Name of this one act: called again under it, it is done once.")
@click.option(
    "--if-match",
    type=click.IntRange(1),
    metavar="N",
    help="Carry it out only while the record that is named first is in this version, as it was shown.",
)
@click.option("--upload", type=EXISTING_FILE, metavar="FILE", help="Upload a file; prints its id.")
@click.option("--out", type=FILE, metavar="FILE", help="Where to write a file that is answered.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@at_option
@officer_option
def call(
    *,
    operation: str,
    words: tuple[str, ...],
    lists: bool,
    said: str | None,
    key: str,
    if_match: int | None,
    upload: Path | None,
    out: Path | None,
    force: bool,
    at: Path,
    officer: str,
) -> None:
    """Call any operation by its name, such as `tips.assign`.

    Arguments are flags: --unit ninh-hoa. Lists are written several times, mappings as --to NAME=VALUE, days as
    2021-09-18, moments as 2021-09-18T08:00+07:00, yes and no as --open and --no-open, files by their path. An argument
    that has the name of an option of this command is written as --arg-key, --arg-at.
    """
    as_json = said is not None
    here = Path.cwd()
    if said and not said.startswith(_JSON):  # `--json` alone, with the next word behind it
        operation, words, said = (operation, (said, *words), "") if operation else (said, words, "")
    with open_as_officer(at, officer) as (app, me):
        door = Door(app)
        if lists:
            _list(door, operation, as_json=as_json)
        elif upload is not None:
            echo(door.uploads.put(me, upload.read_bytes(), upload.name, guess_type(upload)))
        elif operation:
            given = read_words(door.find(operation), words, partial(door.uploads.put, me), here)
            arguments = door.decode(operation, msgspec.json.encode({**_whole(said or "", here), **given}))
            actor = me.with_request(key) if key else me
            actor = actor if if_match is None else door.find(operation).seen_by(actor, if_match, arguments)
            answer = door.call(actor, operation, arguments)
            _show(door, answer, here if out is None else out, force=force, as_json=as_json)
        else:
            raise click.UsageError(_("name an operation, or ask for all of them with --list"))


def _list(door: Door, operation: str, *, as_json: bool) -> None:
    if operation in door.operations:
        show_operation(door.find(operation), as_json=as_json)
    else:
        found = (one for name, one in door.operations.items() if name.startswith(operation))
        show_operations(found, as_json=as_json)


def _whole(said: str, here: Path) -> Mapping[str, Any]:
    """Return the arguments that a JSON text says; flags that are written beside it win."""
    whole = read_json(said, here) if said else {}
    if not isinstance(whole, dict):
        raise click.UsageError(_("--json takes an object: the arguments by name"))
    return whole


def _show(door: Door, answer: object, place: Path, *, force: bool, as_json: bool) -> None:
    """Print an answer as JSON, or write the file that it is."""
    if isinstance(answer, Download):
        path = place / answer.name if place.is_dir() else place
        require_new_file(path, force=force)
        write_atomically(path, answer.data)
        if as_json:
            echo_json({"file": str(path), "media_type": answer.media_type, "bytes": len(answer.data)})
        else:
            echo(_("{file}: {size} bytes").format(file=path, size=f"{len(answer.data):,}"))
    elif answer is None and not as_json:
        echo(_("Done."))
    else:
        echo_json(json.loads(door.encode(answer)))
