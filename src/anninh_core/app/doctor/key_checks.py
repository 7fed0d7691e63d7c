"""Checks of the keys: requirements for a start, age of the key epoch, recovery copy."""

from collections.abc import Iterator
from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.app.settings import Settings
from anninh_core.domain.key_management.notes import read_epoch_log, read_recovery_note
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, warning
from anninh_core.ports.keys import PortableKeys, ProtectableKeys

_MAX_EPOCH_AGE = timedelta(days=45)
"""Greatest age of the epoch if the profile sets none: a month, and a fortnight of delay."""

_SLACK = timedelta(days=2)
"""Allowed delay of the worker if the profile sets the length of epochs."""


def check_start(app: App, settings: Settings) -> Iterator[Check]:
    """Report what a start of the program requires if a passphrase protects the keys."""
    keys = app.internals.context.keys
    source = settings.keys_passphrase
    if not isinstance(keys, ProtectableKeys) or not keys.is_protected:
        return
    if source == "prompt":
        what = Sentence(
            "The program starts only after a person types the passphrase: after a power cut, nothing is "
            "received until then."
        )
        yield warning("start", what, "Leave it so if you want that; otherwise name a source in `keys_passphrase`.")
    else:
        what = Sentence(
            "The program starts without a person, with the passphrase from {source}: anyone who has that "
            "source and the key file can read everything.",
            source=source,
        )
        yield ok("start", what)


def check_epochs(app: App) -> Check:
    """Check the age of the current key epoch."""
    current = read_epoch_log(app.internals.context).current
    rules = app.district.key_rules
    if current is None:
        return ok("epochs", "It isn't known yet when the current key epoch began; the worker will note it.")
    age = app.internals.context.clock.now() - current.began_at
    limit = _MAX_EPOCH_AGE if rules.epoch_days is None else timedelta(days=rules.epoch_days) + _SLACK
    if age > limit:
        what = Sentence(
            "Key epoch {epoch} has lasted for {days} days: data purged since it began can still be read from backups.",
            epoch=current.name,
            days=age.days,
        )
        todo = (
            Sentence("Run `anninh keys rotate`.")
            if rules.epoch_days is None
            else Sentence("Check that `anninh work` runs.")
        )
        return warning(
            "epochs", what, Sentence("{todo} Then make a new recovery copy with `anninh keys recovery`.", todo=todo)
        )
    began_on = local_date(current.began_at)
    return ok(
        "epochs",
        Sentence(
            "Key epoch {epoch} has been in use since {first_day}. {explanation}",
            epoch=current.name,
            first_day=began_on,
            explanation=rules.explanation,
        ),
    )


def check_recovery(app: App) -> Iterator[Check]:
    """Check that there is a recovery copy, and that it covers the current epoch."""
    if not isinstance(app.internals.context.keys, PortableKeys):
        return
    note = read_recovery_note(app.internals.context)
    epoch = app.internals.context.keys.epoch
    todo = Sentence("Run `anninh keys recovery FILE`, and keep the file away from this machine.")
    if note is None:
        yield warning(
            "recovery", "No recovery copy of the keys is known: if the key file is lost, everything is lost.", todo
        )
    elif note.epoch != epoch:
        what = Sentence(
            "The recovery copy ends with epoch {epoch}, so it doesn't open data sealed under epoch {current_epoch}.",
            epoch=note.epoch,
            current_epoch=epoch,
        )
        yield warning("recovery", what, todo)
    else:
        yield ok(
            "recovery",
            Sentence(
                "A recovery copy was tried on {day} and opened the stored data.",
                day=local_date(note.tried_at),
            ),
        )
