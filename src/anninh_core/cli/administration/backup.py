"""`anninh backup` and `anninh restore`."""

import os
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App, Settings
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup import verify as verify_file
from anninh_core.app.backup.authentication import find_code_maker, require_authentic
from anninh_core.app.backup.backup import BLOBS_PART
from anninh_core.app.backup.bundle import read_keys
from anninh_core.app.backup.manifest import AUTHENTICATED_SINCE, BUNDLE, Manifest
from anninh_core.app.backup.restoration import FinishedRestore, finish_restore
from anninh_core.app.backup.restoration import restore as restore_file
from anninh_core.app.backup.restore_target import open_keys, open_target
from anninh_core.app.backup.verification import record_verification
from anninh_core.cli.folder import as_officer, enter_folder, with_settings
from anninh_core.cli.options import FILE, FOLDER
from anninh_core.cli.output import format_moment
from anninh_core.cli.passphrases import PASSPHRASE, read_passphrase
from anninh_core.cli.results import (
    format_value,
    output_each,
    output_facts,
    output_json_facts,
    output_sentence,
    with_json_option,
)
from anninh_core.kernel.clock import SystemClock
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

unauthenticated_option = click.option(
    "--unauthenticated",
    is_flag=True,
    help="Accept a file of a version whose files don't prove who wrote them; it may have been altered.",
)


class _DefaultToMake(click.Group):
    """A group that runs `make` if a file is named instead of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `make` before click looks for a command."""
        names_command = not args or args[0] in {*self.commands, *self.get_help_option_names(ctx)}
        return super().parse_args(ctx, args if names_command else ["make", *args])


@click.group(cls=_DefaultToMake)
def backup() -> None:
    """Write everything into a file, and verify one.

    `anninh backup FILE` is short for `anninh backup make FILE`.
    """


@backup.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@with_json_option
@as_officer
def make(app: App, me: Actor, file: Path, force: bool) -> None:
    """Write a backup during operation; keys are not in it."""
    print_manifest(back_up(app, me, file, force=force))
    output_sentence(_("{file}: written"), file=file)
    output_sentence(
        _("The keys are NOT in it. Keep a copy of the key file in another place: one is worth nothing alone.")
    )


@backup.command()
@click.argument("file", type=FILE)
@click.option(
    "--at",
    type=FOLDER,
    metavar="DIR",
    help="Folder whose keys prove whether the file was written with them.",
)
@click.option(
    "--passphrase-file",
    type=FILE,
    help=f"File whose first line is the passphrase of a bundle, which proves the same.  [default: ${PASSPHRASE}]",
)
@with_json_option
def verify(file: Path, at: Path | None, passphrase_file: Path | None) -> None:
    """Read a backup or a bundle from beginning to end: checksums, rows, the trail, blobs.

    Keys (--at), or the passphrase of a bundle, prove who wrote it; without either, a file that was altered with care
    looks intact. The office at --at, if there is one, notes that its backup was read.
    """
    with FileReader(file) as reader:
        if at is not None and reader.manifest.format >= AUTHENTICATED_SINCE:
            _verify_with_keys(reader, at)
            is_authentic = True
        else:
            is_authentic = _authenticate_bundle(reader, passphrase_file)
            verify_file(reader)
        print_manifest(reader.manifest)
    output_sentence(_("{file}: intact"), file=file, intact=True)
    output_json_facts(authentic=is_authentic)
    if is_authentic:
        output_sentence(_("authentic: its writer had the keys; it can't show whether there is a newer file"))
    elif reader.manifest.format < AUTHENTICATED_SINCE:
        output_sentence(_("NOT authenticated: files of this format can't be, and it may have been altered"), err=True)
    else:
        output_sentence(
            _("NOT authenticated: name the folder with its keys by --at, or a bundle's --passphrase-file"), err=True
        )


def _verify_with_keys(file: FileReader, at: Path) -> None:
    """Verify a file and its writer, and note in the office, if there is one, that its backup was read."""
    with enter_folder(at) as (settings, district):
        keys = open_keys(settings)
        require_authentic(file, find_code_maker(file, keys))
        verify_file(file)
        record_verification(district, settings, file.manifest, keys)


def _authenticate_bundle(file: FileReader, passphrase_file: Path | None) -> bool:
    """Return whether a bundle's passphrase proved who wrote it; raise an error if it proved another writer."""
    if file.manifest.format < AUTHENTICATED_SINCE:
        return False
    if file.manifest.purpose == BUNDLE and (passphrase_file or PASSPHRASE in os.environ):
        read_keys(file, read_passphrase(passphrase_file, confirm=False))
        return True
    return False


@click.command()
@click.argument("file", type=FILE)
@click.option("--resume", is_flag=True, help="Let what waited in the outbox leave: nothing was sent since the backup.")
@unauthenticated_option
@with_json_option
@with_settings
def restore(settings: Settings, district: District, file: Path, resume: bool, unauthenticated: bool) -> None:
    """Fill an empty place from a backup, as anninh.toml names it; the key file has to be there.

    Messages that waited in the outbox may have left since the backup was made, so they go to the failure desk as
    unknown.
    """
    with FileReader(file) as reader, open_target(settings) as place:
        manifest = restore_file(
            place, district, reader, now=SystemClock().now(), resume=resume, unauthenticated=unauthenticated
        )
        unknown_count = place.storage.queues.depth().get("outbox.unknown", 0)
    finished = finish_restore(district, settings, "keeping.restore", "backup.restored", keys=place.keys())
    print_manifest(manifest)
    output_sentence(_("{file}: restored and checked"), file=file)
    output_json_facts(indexed=finished.indexed, unknown_outcome=unknown_count)
    if finished.indexed:
        output_sentence(_("search index: rebuilt with {indexed} records"), indexed=finished.indexed)
    print_ended_sign_ins(finished, manifest)
    if unknown_count:
        words = _(
            "messages of unknown outcome: {unknown_outcome}; look at `anninh failures` before you send them again"
        )
        output_sentence(words, unknown_outcome=unknown_count)


def print_ended_sign_ins(finished: FinishedRestore, manifest: Manifest) -> None:
    """List the officers who may sign in after a restore, for review: some may have left since the backup was made."""
    if not finished.officers:
        return
    output_sentence(
        _("all sign-ins and API tokens have ended; these may sign in again, as of {made_at}:"), made_at=manifest.made_at
    )
    output_each("may_sign_in", [{"id": id, "name": name} for id, name in finished.officers.items()], "  {id}  {name}")
    output_sentence(
        _(
            "an officer who left or lost a role since then has it again: read `anninh officers "
            "list`, and deactivate such officers at once"
        )
    )


def print_manifest(manifest: Manifest) -> None:
    """Show the contents of a backup or a bundle."""
    writer = _("{time} by anninh {version}").format(time=format_moment(manifest.made_at), version=manifest.anninh)
    inward = manifest.count("inbox")
    outward = manifest.count("outbox")
    queues = _("{inward} in, {outward} out").format(inward=format_value(inward), outward=format_value(outward))
    trail = _("{lines} lines, the last with the hash {hash}").format(
        lines=format_value(manifest.journal_seq), hash=manifest.journal_hash
    )
    unreadable = _("{count} bodies; run `anninh doctor`").format(count=format_value(manifest.unreadable))
    output_json_facts(
        made_at=manifest.made_at, inbox=inward, outbox=outward, lines=manifest.journal_seq, hash=manifest.journal_hash
    )
    output_facts(
        ("made", _("made"), writer),
        ("engine", _("from"), f"{manifest.engine} {manifest.revision}".strip()),
        ("authority", _("authority"), manifest.authority),
        ("records", _("records"), manifest.count("records")),
        ("queues", _("queues"), queues),
        ("blobs", _("blobs"), manifest.count(BLOBS_PART)),
        ("trail", _("trail"), trail),
        ("content", _("content"), manifest.content),
        ("unreadable", _("unreadable"), unreadable if manifest.unreadable else ""),
    )
