"""`anninh keys recovery | check-recovery | restore`: a copy of the keys for the day on which they are lost."""

from collections.abc import Sequence
from functools import partial
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App, Settings
from anninh_core.app.recovery.copies import RecoveryTrial, make_recovery_copy, read_recovery_copy, try_recovery_copy
from anninh_core.app.recovery.restoration import restore_keys
from anninh_core.cli.folder import with_app, with_settings
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.cli.results import format_value, output_each, output_json_facts, output_sentence, with_json_option
from anninh_core.domain.key_management.model import EpochUse
from anninh_core.vocabulary.district import District

_INCOMPLETE = 3
"""Exit code for a copy that doesn't open all that is stored."""


def write_recovery_copy(app: App, file: Path, passphrase_file: Path | None) -> RecoveryTrial:
    """Write a recovery copy of the keys and try it; for the trial, the passphrase is read a second time."""
    passphrase = read_passphrase(passphrase_file, confirm=False, prompt=_("Passphrase for the recovery copy"))
    again = partial(read_passphrase, passphrase_file, confirm=False, prompt=_("Once more, to try the copy"))
    return make_recovery_copy(app, file, passphrase, again=again)


def print_trial(file: Path, trial: RecoveryTrial) -> None:
    """Print the result of trying a recovery copy."""
    if trial.opened_record:
        words = _("{file}: read back, and it opens a record, and what {opened} of the stored data keys seal")
    else:
        words = _("{file}: read back, and it opens what {opened} of the stored data keys seal")
    output_sentence(words, file=file, opened=trial.opened, opened_record=trial.opened_record, current=trial.is_current)
    if trial.is_current:
        words = _("It has all keys in use, up to epoch {epoch}. Keep it and its passphrase with different people.")
        output_sentence(words, epoch=trial.epoch)
    else:
        output_sentence(
            _("Keys were added or rotated since it was made: make a new copy, then destroy this one."), err=True
        )
    _print_missing_epochs(trial.missing)


@click.command()
@click.argument("file", type=FILE)
@passphrase_option
@with_json_option
@with_app
def recovery(app: App, file: Path, passphrase_file: Path | None) -> None:
    """Write a copy of all keys under a passphrase of its own, and try it. Keep it away from this machine."""
    print_trial(file, write_recovery_copy(app, file, passphrase_file))


@click.command("check-recovery")
@click.argument("file", type=EXISTING_FILE)
@passphrase_option
@with_json_option
@with_app
def check_recovery(app: App, file: Path, passphrase_file: Path | None) -> None:
    """Test whether a recovery copy opens everything that is stored here; exit code 3 if it doesn't."""
    trial = try_recovery_copy(app, file, read_passphrase(passphrase_file, confirm=False))
    print_trial(file, trial)
    if trial.missing:
        click.get_current_context().exit(_INCOMPLETE)


@click.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--incomplete", is_flag=True, help="Take a copy that is too old to open all that is stored.")
@passphrase_option
@with_json_option
@with_settings
def restore(settings: Settings, district: District, file: Path, incomplete: bool, passphrase_file: Path | None) -> None:
    """Restore a lost key file from a recovery copy; the settings of the folder have to be there."""
    copy = read_recovery_copy(file, read_passphrase(passphrase_file, confirm=False))
    restored = restore_keys(district, settings, copy, incomplete=incomplete)
    output_sentence(
        _("{file}: restored, the epoch in use is {epoch}"),
        file=settings.keys,
        epoch=restored.epoch,
        protected=restored.is_protected,
        empty=restored.is_empty,
    )
    if restored.is_protected:
        output_sentence(_("It is protected by the passphrase from {source}."), source=settings.keys_passphrase)
    else:
        output_sentence(_("It is in clear; `anninh keys protect` puts a passphrase on it."))
    missing = [{"epoch": epoch, "count": count} for epoch, count in restored.missing.items()]
    output_each("missing", missing, _("NOT opened any more: {count} data keys, wrapped under epoch {epoch}."), err=True)
    output_sentence(
        _("Nothing is stored yet: restore a backup.") if restored.is_empty else _("next: anninh doctor --deep")
    )


def _print_missing_epochs(missing: Sequence[EpochUse]) -> None:
    output_json_facts(missing=[{"epoch": use.name, "count": use.count, "more": use.is_capped} for use in missing])
    for use in missing:
        count = format_value(use.count)
        number = _("more than {number}").format(number=count) if use.is_capped else count
        words = _("NOT opened by it: {number} data keys, wrapped under epoch {name}, which it lacks.")
        output_sentence(words.format(number=number, name=use.name), err=True)
