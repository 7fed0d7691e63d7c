"""The keys of an open app: what a start takes, how old the epoch is, and whether there is a recovery copy."""

from collections.abc import Iterator
from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.app.settings import Settings
from anninh_core.domain.key_management.notes import read_epochs, read_recovery
from anninh_core.kernel.dates import local_date
from anninh_core.ports.health import Check, ok, warning
from anninh_core.ports.keys import PortableKeys, ProtectableKeys

_MAX_EPOCH_AGE = timedelta(days=45)
"""Where the profile doesn't say when the epoch turns: each month, and a fortnight late is late."""

_SLACK = timedelta(days=2)
"""So late the worker may be where the profile says when."""


def check_start(app: App, settings: Settings) -> Iterator[Check]:
    """Tell what a start of the program takes where a passphrase protects the keys."""
    keys = app.context.keys
    source = settings.keys_passphrase
    if not isinstance(keys, ProtectableKeys) or not keys.is_protected:
        return
    if source == "prompt":
        what = "A start takes a person who types the passphrase: after a power cut nothing is taken in until then."
        yield warning("start", what, "Leave it so if that is wanted; else name a source as `keys_passphrase`.")
    else:
        what = f"It starts by itself with the passphrase from {source}: whoever has that and the file reads everything."
        yield ok("start", what)


def check_epochs(app: App) -> Check:
    """Check when the epoch in use began."""
    current = read_epochs(app.context).current
    rules = app.district.key_rules
    if current is None:
        return ok("epochs", "Since when the epoch lasts is not known yet; the worker notes it.")
    age = app.context.clock.now() - current.began_at
    limit = _MAX_EPOCH_AGE if rules.epoch_days is None else timedelta(days=rules.epoch_days) + _SLACK
    if age > limit:
        what = f"Epoch {current.name} of the keys has lasted for {age.days} days: what was purged since is in backups."
        todo = "Run `anninh keys rotate`" if rules.epoch_days is None else "See that `anninh work` runs"
        return warning("epochs", what, f"{todo}, then make a new recovery copy.")
    began_on = local_date(current.began_at)
    return ok("epochs", f"Epoch {current.name} of the keys has been in use since {began_on}. {rules.explanation}")


def check_recovery(app: App) -> Iterator[Check]:
    """Check that there is a recovery copy, and that it opens what is wrapped now."""
    if not isinstance(app.context.keys, PortableKeys):
        return
    note = read_recovery(app.context)
    epoch = app.context.keys.epoch
    todo = "Run `anninh keys recovery FILE`, and keep the file away from this machine."
    if note is None:
        yield warning("recovery", "No recovery copy of the keys is known: with the key file everything is lost.", todo)
    elif note.epoch != epoch:
        what = f"The recovery copy ends with epoch {note.epoch}; what is wrapped under {epoch} it won't open."
        yield warning("recovery", what, todo)
    else:
        yield ok("recovery", f"A recovery copy was tried on {local_date(note.tried_at)}, and opened what is stored.")
