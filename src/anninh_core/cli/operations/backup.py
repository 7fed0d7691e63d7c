"""`anninh backup` and `anninh restore`."""

from pathlib import Path

import click

from anninh_core.app import App, Settings
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup import verify as verify_file
from anninh_core.app.backup.backup import BLOBS_PART
from anninh_core.app.backup.manifest import Manifest
from anninh_core.app.backup.restoration import finish_restore
from anninh_core.app.backup.restoration import restore as restore_file
from anninh_core.app.backup.restore_target import open_target
from anninh_core.cli.folder import as_officer, with_settings
from anninh_core.cli.output import echo_facts, when
from anninh_core.ports.clock import SystemClock
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

FILE = click.Path(dir_okay=False, resolve_path=True, path_type=Path)


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
    click.echo(f"{file}: written")
    click.echo("The keys are NOT in it. Keep a copy of the key file in another place: one is worth nothing alone.")


@backup.command()
@click.argument("file", type=FILE)
def verify(file: Path) -> None:
    """Read a backup or a bundle from beginning to end: checksums, rows, the trail, blobs."""
    with FileReader(file) as reader:
        verify_file(reader)
        echo_manifest(reader.manifest)
    click.echo(f"{file}: intact")


@click.command()
@click.argument("file", type=FILE)
@click.option("--resume", is_flag=True, help="Let what waited in the outbox leave: nothing was sent since the backup.")
@with_settings
def restore(settings: Settings, district: District, file: Path, resume: bool) -> None:
    """Fill an empty place from a backup, as anninh.toml names it; the key file has to be there.

    What waited in the outbox may have left since the backup was made, so it goes to the failure desk as unknown.
    """
    with FileReader(file) as reader, open_target(settings) as place:
        manifest = restore_file(place, district, reader, now=SystemClock().now(), resume=resume)
        unknown_count = place.storage.queues.depth().get("outbox.unknown", 0)
    indexed = finish_restore(district, settings, "keeping.restore", "backup.restored")
    echo_manifest(manifest)
    click.echo(f"{file}: restored and checked")
    if indexed:
        click.echo(f"search index: filled anew with {indexed:,} records")
    if unknown_count:
        click.echo(
            f"messages of unknown outcome: {unknown_count:,}; look at `anninh failures` before you send them again"
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
