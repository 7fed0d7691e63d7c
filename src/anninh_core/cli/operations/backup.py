"""`anninh backup` and `anninh restore`."""

import os
from pathlib import Path

import click

from anninh_core.app import App, Settings
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup import verify as verify_file
from anninh_core.app.backup.authentication import code_for, require_authentic
from anninh_core.app.backup.backup import BLOBS_PART
from anninh_core.app.backup.bundle import read_keys
from anninh_core.app.backup.manifest import AUTHENTICATED_SINCE, BUNDLE, Manifest
from anninh_core.app.backup.restoration import FinishedRestore, finish_restore
from anninh_core.app.backup.restoration import restore as restore_file
from anninh_core.app.backup.restore_target import open_keys, open_target
from anninh_core.cli.folder import as_officer, enter_folder, with_settings
from anninh_core.cli.options import FILE, FOLDER
from anninh_core.cli.output import echo, echo_facts, when
from anninh_core.cli.passphrases import PASSPHRASE, read_passphrase
from anninh_core.ports.clock import SystemClock
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

unauthenticated_option = click.option(
    "--unauthenticated",
    is_flag=True,
    help="Take a file of a version whose files don't prove who wrote them; anybody may have altered it.",
)


class _DefaultToMake(click.Group):
    """Takes `make` where a file is named instead of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in before click looks for it."""
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
@as_officer
def make(app: App, me: Actor, file: Path, force: bool) -> None:
    """Write a backup while the work goes on; keys are not in it."""
    echo_manifest(back_up(app, me, file, force=force))
    echo(f"{file}: written")
    echo("The keys are NOT in it. Keep a copy of the key file in another place: one is worth nothing alone.")


@backup.command()
@click.argument("file", type=FILE)
@click.option(
    "--at",
    type=FOLDER,
    metavar="DIR",
    help="Folder whose keys tell whether the file was written with them.",
)
@click.option(
    "--passphrase-file",
    type=FILE,
    help=f"File whose first line is the passphrase of a bundle, which tells the same.  [default: ${PASSPHRASE}]",
)
def verify(file: Path, at: Path | None, passphrase_file: Path | None) -> None:
    """Read a backup or a bundle from beginning to end: checksums, rows, the trail, blobs.

    Who wrote it is told by keys (--at), or by the passphrase of a bundle; without either, a file that somebody altered
    with care looks intact.
    """
    with FileReader(file) as reader:
        is_authentic = _authenticate(reader, at, passphrase_file)
        verify_file(reader)
        echo_manifest(reader.manifest)
    echo(f"{file}: intact")
    if is_authentic:
        echo("authentic: its writer had the keys; whether there is a newer file, nothing in it can tell")
    elif reader.manifest.format < AUTHENTICATED_SINCE:
        echo("NOT authenticated: files of this format can't be, and anybody may have altered it", err=True)
    else:
        echo("NOT authenticated: name the folder with its keys by --at, or a bundle's --passphrase-file", err=True)


def _authenticate(file: FileReader, at: Path | None, passphrase_file: Path | None) -> bool:
    """Tell whether it could be told who wrote a file; an error if it was somebody else."""
    if file.manifest.format < AUTHENTICATED_SINCE:
        return False
    if at is not None:
        with enter_folder(at) as (settings, _):
            require_authentic(file, code_for(file, open_keys(settings)))
        return True
    if file.manifest.purpose == BUNDLE and (passphrase_file or PASSPHRASE in os.environ):
        read_keys(file, read_passphrase(passphrase_file, confirm=False))
        return True
    return False


@click.command()
@click.argument("file", type=FILE)
@click.option("--resume", is_flag=True, help="Let what waited in the outbox leave: nothing was sent since the backup.")
@unauthenticated_option
@with_settings
def restore(settings: Settings, district: District, file: Path, resume: bool, unauthenticated: bool) -> None:
    """Fill an empty place from a backup, as anninh.toml names it; the key file has to be there.

    What waited in the outbox may have left since the backup was made, so it goes to the failure desk as unknown.
    """
    with FileReader(file) as reader, open_target(settings) as place:
        manifest = restore_file(
            *(place, district, reader), now=SystemClock().now(), resume=resume, unauthenticated=unauthenticated
        )
        unknown_count = place.storage.queues.depth().get("outbox.unknown", 0)
    finished = finish_restore(district, settings, "keeping.restore", "backup.restored", keys=place.keys())
    echo_manifest(manifest)
    echo(f"{file}: restored and checked")
    if finished.indexed:
        echo(f"search index: filled anew with {finished.indexed:,} records")
    echo_ended_sign_ins(finished, manifest)
    if unknown_count:
        echo(f"messages of unknown outcome: {unknown_count:,}; look at `anninh failures` before you send them again")


def echo_ended_sign_ins(finished: FinishedRestore, manifest: Manifest) -> None:
    """Print whose sign-ins a restore has ended, for somebody to look at: who left since is there again."""
    if not finished.officers:
        return
    echo(f"all sign-ins and API tokens have ended; these may sign in again, as of {when(manifest.made_at)}:")
    for id, name in finished.officers.items():
        echo(f"  {id}  {name}")
    echo(
        "whoever left since, or lost a role, has it again: look at `anninh officers list`, and deactivate them at once"
    )


def echo_manifest(manifest: Manifest) -> None:
    """Print what is in a file."""
    echo_facts(
        [
            ("made", f"{when(manifest.made_at)} by anninh {manifest.anninh}"),
            ("from", f"{manifest.engine} {manifest.revision}".strip()),
            ("authority", manifest.authority),
            ("records", f"{manifest.count('records'):,}"),
            ("queues", f"{manifest.count('inbox'):,} in, {manifest.count('outbox'):,} out"),
            ("blobs", f"{manifest.count(BLOBS_PART):,}"),
            ("trail", f"{manifest.journal_seq:,} lines, the last with the hash {manifest.journal_hash}"),
            ("content", manifest.content),
            ("unreadable", f"{manifest.unreadable:,} bodies; run `anninh doctor`" if manifest.unreadable else ""),
        ]
    )
