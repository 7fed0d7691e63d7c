"""Check of the newest backup's age."""

from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.app.backup_notes import read_backups
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, warning

_MAX_AGE = timedelta(days=7)


def check_backups(app: App) -> Check:
    """Check that a backup was made within a week, and report whether it was verified."""
    newest = next(iter(read_backups(app.internals.context)), None)
    todo = Sentence("Run `anninh backup make FILE`, keep the file away from this machine, and verify it there.")
    if newest is None:
        return warning("backups", "No backup is known: if the storage is lost, everything is lost.", todo)
    age = app.internals.context.clock.now() - newest.made_at
    if age > _MAX_AGE:
        return warning("backups", Sentence("The last backup was made {days} days ago.", days=age.days), todo)
    made_on = local_date(newest.made_at)
    if newest.verified_at is None:
        return ok(
            "backups",
            Sentence(
                "The last backup was made on {made_on}, but hasn't been verified with the keys yet.", made_on=made_on
            ),
        )
    verified_on = local_date(newest.verified_at)
    return ok(
        "backups",
        Sentence(
            "The last backup was made on {made_on} and verified on {verified_on}.",
            made_on=made_on,
            verified_on=verified_on,
        ),
    )
