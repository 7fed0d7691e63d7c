"""`anninh keys recovery | check-recovery | restore`: a copy of the keys for the day on which they are lost."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from anninh_core.app import App, Settings
from anninh_core.app.recovery import (
    RecoveryTrial,
    make_recovery_copy,
    read_recovery_copy,
    restore_keys,
    try_recovery_copy,
)
from anninh_core.cli.folder import with_app, with_settings
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.output import echo
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.domain.key_management import EpochUse
from anninh_core.vocabulary.district import District

_INCOMPLETE = 3
"""Exit code of a copy that doesn't open all that is stored."""


def make_copy(app: App, file: Path, passphrase_file: Path | None) -> RecoveryTrial:
    """Write a recovery copy and try it; the passphrase is read a second time for that."""
    passphrase = read_passphrase(passphrase_file, confirm=False, prompt="Passphrase for the recovery copy")
    again = partial(read_passphrase, passphrase_file, confirm=False, prompt="Once more, to try the copy")
    return make_recovery_copy(app, file, passphrase, again=again)


def echo_trial(file: Path, trial: RecoveryTrial) -> None:
    """Say what came of trying a copy."""
    stored = "a record, and " if trial.opened_record else ""
    echo(f"{file}: read back, and it opens {stored}what {trial.opened:,} of the stored data keys seal")
    if trial.is_current:
        echo(f"It has all keys in use, up to epoch {trial.epoch}. Keep it and its passphrase with different people.")
    else:
        echo("Keys were added or rotated since it was made: make a new copy, then destroy this one.", err=True)
    _echo_missing(trial.missing)


@click.command()
@click.argument("file", type=FILE)
@passphrase_option
@with_app
def recovery(app: App, file: Path, passphrase_file: Path | None) -> None:
    """Write a copy of all keys under a passphrase of its own, and try it. Keep it away from this machine."""
    echo_trial(file, make_copy(app, file, passphrase_file))


@click.command("check-recovery")
@click.argument("file", type=EXISTING_FILE)
@passphrase_option
@with_app
def check_recovery(app: App, file: Path, passphrase_file: Path | None) -> None:
    """Try whether a recovery copy opens what is stored here; exit code 3 where it doesn't open all of it."""
    trial = try_recovery_copy(app, file, read_passphrase(passphrase_file, confirm=False))
    echo_trial(file, trial)
    if trial.missing:
        click.get_current_context().exit(_INCOMPLETE)


@click.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--incomplete", is_flag=True, help="Take a copy that is too old to open all that is stored.")
@passphrase_option
@with_settings
def restore(settings: Settings, district: District, file: Path, incomplete: bool, passphrase_file: Path | None) -> None:
    """Make the key file of a folder that lost it from a recovery copy; the settings have to be there."""
    copy = read_recovery_copy(file, read_passphrase(passphrase_file, confirm=False))
    restored = restore_keys(district, settings, copy, incomplete=incomplete)
    echo(f"{settings.keys}: restored, the epoch in use is {restored.epoch}")
    if restored.is_protected:
        echo(f"It is protected by the passphrase from {settings.keys_passphrase}.")
    else:
        echo("It is in clear; `anninh keys protect` puts a passphrase on it.")
    for epoch, count in restored.missing.items():
        echo(f"NOT opened any more: {count:,} data keys, wrapped under epoch {epoch}.", err=True)
    echo("Nothing is stored yet: restore a backup." if restored.is_empty else "next: anninh doctor --deep")


def _echo_missing(missing: Sequence[EpochUse]) -> None:
    for use in missing:
        count = f"more than {use.count:,}" if use.is_capped else f"{use.count:,}"
        echo(f"NOT opened by it: {count} data keys, wrapped under epoch {use.name}, which it lacks.", err=True)
