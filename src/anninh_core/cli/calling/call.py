"""`anninh call`: call any operation by its name."""

import json
from collections.abc import Mapping
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
import msgspec

from anninh_core.cli.calling.flags import guess_type, read_arguments, read_json
from anninh_core.cli.calling.listing import show_operation, show_operations
from anninh_core.cli.folder import officer_option, open_as_officer
from anninh_core.cli.options import EXISTING_FILE, FILE, at_option
from anninh_core.cli.output import echo, echo_json
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.operations import OperationGateway
from anninh_core.usecase.views import Download

_JSON = ("@", "{", "[", "-")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("operation", default="", metavar="[OPERATION]")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[ID] [--FLAG VALUE]...")
@click.option("--list", "lists", is_flag=True, help="List the operations that begin with OPERATION; of one, its flags.")
@click.option(
    "--json",
    "json_text",
    is_flag=False,
    flag_value="",
    metavar="[@FILE|-|OBJECT]",
    help="All arguments as one JSON object; without a value, only the output is JSON, errors too.",
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
    json_text: str | None,
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
    as_json = json_text is not None
    here = Path.cwd()
    # An option `--json` without a value has taken the next word as its value.
    if json_text and not json_text.startswith(_JSON):
        operation, words, json_text = (operation, (json_text, *words), "") if operation else (json_text, words, "")
    with open_as_officer(at, officer) as (app, me):
        gateway = OperationGateway(app)
        if lists:
            _print_operations(gateway, operation, as_json=as_json)
        elif upload is not None:
            echo(gateway.uploads.put(me, upload.read_bytes(), upload.name, guess_type(upload)))
        elif operation:
            flag_arguments = read_arguments(gateway.find(operation), words, partial(gateway.uploads.put, me), here)
            arguments = gateway.decode(
                operation, msgspec.json.encode({**_read_json_arguments(json_text or "", here), **flag_arguments})
            )
            actor = me.with_request(key) if key else me
            actor = actor if if_match is None else gateway.find(operation).add_seen_version(actor, if_match, arguments)
            answer = gateway.call(actor, operation, arguments)
            _output_result(gateway, answer, here if out is None else out, force=force, as_json=as_json)
        else:
            raise click.UsageError(_("name an operation, or ask for all of them with --list"))


def _print_operations(gateway: OperationGateway, operation: str, *, as_json: bool) -> None:
    if operation in gateway.operations:
        show_operation(gateway.find(operation), as_json=as_json)
    else:
        matching = (candidate for name, candidate in gateway.operations.items() if name.startswith(operation))
        show_operations(matching, as_json=as_json)


def _read_json_arguments(text: str, here: Path) -> Mapping[str, Any]:
    """Return the arguments in a JSON text; flags override them."""
    arguments = read_json(text, here) if text else {}
    if not isinstance(arguments, dict):
        raise click.UsageError(_("--json takes an object: the arguments by name"))
    return arguments


def _output_result(gateway: OperationGateway, answer: object, place: Path, *, force: bool, as_json: bool) -> None:
    """Print the result of an operation as JSON, or write it to a file if it is a file."""
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
        echo_json(json.loads(gateway.encode(answer)))
