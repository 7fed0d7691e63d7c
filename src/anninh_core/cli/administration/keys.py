"""`anninh keys`: the keys that open the storage."""

from datetime import datetime
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App, Settings, open_app
from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.bootstrap.passphrase import PassphraseSource
from anninh_core.cli.administration.recovery import check_recovery, recovery, restore
from anninh_core.cli.folder import as_officer, with_app, with_settings
from anninh_core.cli.language.phrasing import translate_sentence
from anninh_core.cli.output import TextTable, echo_facts, echo_json, format_day, format_iso, format_moment
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.domain.key_management.model import EpochUse, KeyStatus, RecoveryNote
from anninh_core.domain.key_management.service import read_key_status
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Unsupported
from anninh_core.ports.keys import Keys, ProtectableKeys
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District


@click.group()
def keys() -> None:
    """The keys without which nothing stored opens: protect them, rotate them, keep a recovery copy."""


keys.add_command(recovery)
keys.add_command(check_recovery)
keys.add_command(restore)


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_app
def status(app: App, as_json: bool) -> None:
    """Show whether a passphrase protects the keys, the epochs and their data keys, and the recovery copy."""
    summary = read_key_status(app.internals.context)
    if as_json:
        echo_json(_build_status_data(summary))
        return
    protection = {True: _("protected by a passphrase"), False: _("in clear"), None: _("kept by a key service")}
    echo_facts(
        [
            (_("keys"), protection[summary.is_protected]),
            (_("signing key"), summary.signing_key or _("none yet: it is made when something is signed")),
            (_("recovery copy"), _describe_recovery(summary.recovery, summary.epoch)),
            (_("backups"), translate_sentence(summary.rules.explanation)),
        ]
    )
    now = app.internals.context.clock.now()
    rows = [_build_epoch_row(use, now, in_use=use.name == summary.epoch) for use in summary.epochs]
    right = _("data keys"), _("days")
    headings = (_("epoch"), *right, _("since"), _("state"))
    TextTable(headings=headings, rows=rows, right=right, empty="").echo()


@keys.command()
@click.option("--remove", is_flag=True, help="Put the keys in clear again.")
@passphrase_option
@with_json_option
@with_settings
def protect(settings: Settings, district: District, remove: bool, passphrase_file: Path | None) -> None:
    """Put a passphrase on the key file, change it, or take it off.

    Running processes continue if `keys_passphrase` of the settings leads to the new passphrase; restart the others.
    """
    quiet = settings.model_copy(update={"messengers": {}})
    with open_app(district, quiet) as app:
        keeper = _require_protectable(app.internals.context.keys)
        passphrase = "" if remove else read_passphrase(passphrase_file, confirm=True, prompt=_("New passphrase"))
        if remove:
            keeper.unprotect()
        else:
            keeper.protect(passphrase)
        audit_system_action(
            app.internals.runner, "keeping.protect_keys", "keys.unprotected" if remove else "keys.protected"
        )
    if remove:
        words = _("{file}: in clear; a person who copies it and the storage reads everything, any start opens it")
    else:
        words = _("{file}: protected. Copies made before are not; destroy them.")
    output_sentence(words, file=settings.keys, protected=not remove)
    if not remove:
        _explain_start(settings, passphrase)


@keys.command()
@with_json_option
@as_officer
def rotate(app: App, me: Actor) -> None:
    """Rotate the epoch and the signing key; running processes continue.

    The blind key stays: receipts, known residents and the search index are hashed with it, and with another one no
    earlier resident would be recognised. Everything that was copied with the old keys can still be opened with them.
    """
    rotated = app.keys.rotate(me)
    words = _("New data keys are wrapped under epoch {epoch}; the worker rewraps the others within a day.")
    output_sentence(words, epoch=rotated.epoch)
    if rotated.signing_key:
        words = _("Heads are signed by {signing_key}; export them, so that others learn of it.")
        output_sentence(words, signing_key=rotated.signing_key)
    output_sentence(_("The blind key stays as it is: with another key no earlier reporter would be recognised."))
    output_sentence(
        _("Make a new recovery copy now: the last one won't open data that is wrapped from now on."), err=True
    )


def _require_protectable(keeper: Keys) -> ProtectableKeys:
    if not isinstance(keeper, ProtectableKeys):
        raise Unsupported(
            "Keys of type {type} can't have a passphrase: protect them with the means of the service that keeps them.",
            type=type(keeper).__name__,
        )
    return keeper


def _explain_start(settings: Settings, passphrase: str) -> None:
    source = settings.keys_passphrase
    if source == "prompt":
        words = _(
            "Every start asks for it at a terminal, and nothing starts unattended: after a power "
            "cut no message is received until a person types it. For an unattended start set "
            "`keys_passphrase` to env:, file: or credential:."
        )
        output_sentence(words, err=True)
    elif PassphraseSource(source, settings.keys).read_configured() == passphrase:
        words = _(
            "It starts unattended with the passphrase from {source}: a person with that and the file has the keys."
        )
        output_sentence(words, source=source)
    else:
        words = _(
            "{source}, which the settings name, doesn't have this passphrase here: put it there before the next "
            "start, or nothing starts without a person."
        )
        output_sentence(words, err=True, source=source)


def _describe_recovery(note: RecoveryNote | None, epoch: str) -> str:
    if note is None:
        return _("none is known; `anninh keys recovery FILE` makes one")
    behind = "" if note.epoch == epoch else _(", which is behind {epoch}: make a new one").format(epoch=epoch)
    words = _("{place}, tried on {time}, up to epoch {epoch}")
    return words.format(place=note.place, time=format_moment(note.tried_at), epoch=note.epoch) + behind


def _build_epoch_row(use: EpochUse, now: datetime, *, in_use: bool) -> tuple[str, ...]:
    days = f"{(local_date(now) - use.began_on).days:,}" if use.began_on else ""
    since = format_day(use.began_on) if use.began_on else _("not noted")
    ended = _("ended {day}").format(day=format_day(use.ended_on)) if use.ended_on else _("ended")
    state = _("in use") if in_use else ended
    return use.name, f"{use.count:,}{'+' if use.is_capped else ''}", days, since, state


def _build_status_data(summary: KeyStatus) -> dict[str, object]:
    note = summary.recovery
    return {
        "protected": summary.is_protected,
        "epoch": summary.epoch,
        "signing_key": summary.signing_key,
        "days_until_backups_forget": summary.rules.days_until_backups_forget,
        "epochs": [
            {
                "epoch": use.name,
                "data_keys": use.count,
                "more": use.is_capped,
                "since": use.began_on.isoformat() if use.began_on else None,
                "until": use.ended_on.isoformat() if use.ended_on else None,
            }
            for use in summary.epochs
        ],
        "recovery": note and {"place": note.place, "epoch": note.epoch, "tried_at": format_iso(note.tried_at)},
    }
