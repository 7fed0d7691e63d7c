"""`anninh retention needles` and `prove`: check that a purged case is gone from the storage and from files."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App, load_settings
from anninh_core.cli.folder import as_officer
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.output import echo, echo_json, format_iso, format_moment, make_one_line
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.domain.retention.proof.needles import Needle, decode_needles, encode_needles
from anninh_core.domain.retention.proof.service import Proof
from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.kernel.search.byte_search import search_files
from anninh_core.ports.storages.proving import Sighting
from anninh_core.usecase.actor import Actor

_FOLDER = click.Path(exists=True, resolve_path=True, path_type=Path)


@click.command()
@click.argument("case")
@click.option("--out", required=True, type=FILE, help="File that takes them; readable by you only.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@with_json_option
@as_officer
def needles(app: App, me: Actor, case: str, out: Path, force: bool) -> None:
    """Collect needles of CASE before its purge: strings to search for afterwards.

    Needles are parts of wrapped keys, hashes of words and beginnings of messages; they decrypt nothing. Delete the file
    once the purge is proved.
    """
    require_new_file(out, force=force)
    collection = app.retention.gather_needles(me, case)
    write_atomically(out, encode_needles(collection))
    output_sentence(
        _("{needles} needles of {case} are in {file}."), needles=len(collection.needles), case=case, file=out
    )


@click.command()
@click.argument("case")
@click.option("--needles", "file", required=True, type=EXISTING_FILE, help="What `needles` wrote before the purge.")
@click.option("--also", multiple=True, type=_FOLDER, help="A file or folder to search too, such as kept exports.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def prove(  # noqa: PLR0917  click's
    app: App, me: Actor, case: str, file: Path, also: Sequence[Path], as_json: bool
) -> None:
    """Search for remains of CASE after its purge; exit code 1 if there are any.

    The storage is cleared of the remains of deleted data, then searched: SQLite in every file, PostgreSQL by SQL. All
    files of this folder, and of the folder of files that came with messages, are searched too. Run before the purge,
    the command finds everything, which tests the search itself.
    """
    collection = decode_needles(file.read_bytes())
    if collection.scope != case:
        raise BadInput(
            "{file} has the needles of {scope}, not of {case}: give case {scope}, or the file of {case}.",
            file=file,
            scope=collection.scope,
            case=case,
        )
    proof = app.retention.prove_purge(me, case, collection)
    places = [Path.cwd(), Path(load_settings(Path.cwd()).blobs), *also]
    sightings = dict.fromkeys([*proof.sightings, *_search_files(places, collection.needles)])
    if as_json:
        echo_json(_build_proof_data(proof, [*sightings], places))
    else:
        _echo_proof(proof, [*sightings], places)
    if sightings:
        click.get_current_context().exit(1)


def _search_files(places: Sequence[Path], to_find: Sequence[Needle]) -> list[Sighting]:
    try:
        matches = search_files(places, {needle.name: needle.value for needle in to_find})
    except OSError as error:
        raise StorageError(
            "A file can't be read ({reason}): give this process the right to read everything in the folder.",
            reason=error,
        ) from error
    return [Sighting(name, str(path)) for name, path in matches]


def _echo_proof(proof: Proof, sightings: Sequence[Sighting], places: Sequence[Path]) -> None:
    purged = _("purged {time}").format(time=format_moment(proof.purged_at)) if proof.purged_at else _("not purged")
    words = _("{case}: {purged}; looked for {count} needles.")
    echo(words.format(case=proof.scope, purged=purged, count=proof.looked_for))
    # The findings are printed as lines, because a long path would leave no room for the needle in a table.
    for sighting in sightings:
        echo(
            _("Still there: {needle}, in {place}.").format(needle=make_one_line(sighting.needle), place=sighting.place)
        )
    if not sightings:
        echo(_("None of them is there any more."))
    for place in (*proof.looked_at, *map(str, places)):
        echo(_("Looked at: {place}.").format(place=place))
    for place in proof.blind_spots:
        echo(_("Can't be checked from here: {place}.").format(place=place))
    for entry in proof.handed_out:
        words = _("Handed out before: {action} to {actor}, {time}, line {line}.")
        echo(words.format(action=entry.action, actor=entry.actor, time=format_moment(entry.at), line=entry.seq))


def _build_proof_data(proof: Proof, sightings: Sequence[Sighting], places: Sequence[Path]) -> dict[str, object]:
    return {
        "case": proof.scope,
        "purged_at": format_iso(proof.purged_at),
        "needles": proof.looked_for,
        "still_there": [{"needle": sighting.needle, "place": sighting.place} for sighting in sightings],
        "looked_at": [*proof.looked_at, *map(str, places)],
        "blind_spots": list(proof.blind_spots),
        "handed_out": [
            {"action": entry.action, "actor": entry.actor, "at": format_iso(entry.at), "line": entry.seq}
            for entry in proof.handed_out
        ],
    }
