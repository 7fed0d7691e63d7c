"""For how long backups open what was purged."""

from anninh_core.usecase.context import UseCaseContext


def days_until_unreadable(_: UseCaseContext) -> int | None:
    """Return how many days after a purge no backup opens it any more; None where that hangs on a person.

    A backup opens it as long as the key of its epoch exists, and destroying that is a person's act.
    """
    return None
