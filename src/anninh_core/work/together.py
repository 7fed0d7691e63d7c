"""Many small acts in one commit: as if each were carried out alone, at a fraction of the cost."""

from collections.abc import Callable, Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.changes import ChangeSet, Outcome
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft


@frozen(kw_only=True)
class Act:
    """A use case that is still to be carried out; see `Desk.carry_out`."""

    actor: Actor
    action: str
    permission: Permission
    body: Callable[[Draft], object]


def carry_out_together(desk: Desk, acts: Sequence[Act]) -> list[Exception | None]:
    """Carry acts out, each whole or not at all, and return for each what `Desk.carry_out` would have raised, or None.

    None of them sees another: one that meets what an earlier one changed is carried out again by itself.

    Raises:
        StorageError: the common commit failed; of no act anything was kept, apart from refusals.
    """
    gathered = [_gathered(desk, act) for act in acts]
    outcomes = iter(_committed(desk, [change for change in gathered if isinstance(change, ChangeSet)]))
    return [
        _ended(desk, act, change, next(outcomes)) if isinstance(change, ChangeSet) else change
        for act, change in zip(acts, gathered, strict=True)
    ]


def _gathered(desk: Desk, act: Act) -> ChangeSet | Exception | None:
    """Return what an act changes, None for nothing at all."""
    try:
        draft, _ = desk.drafted(act.actor, act.action, act.permission, act.body)
        return None if draft.leaves_nothing else draft.change_set()
    except Exception as error:  # noqa: BLE001  one act that fails must not stop the others; its caller hears of it
        return error


def _committed(desk: Desk, changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
    try:
        return desk.storage.commit(changes)
    except BadInput:  # one that no storage takes: each alone, so that only that one fails
        return [Outcome.CONFLICT] * len(changes)


def _ended(desk: Desk, act: Act, change: ChangeSet, outcome: Outcome) -> Exception | None:
    try:
        if not desk.settled(change, outcome):
            desk.carry_out(act.actor, act.action, act.permission, act.body)
    except Exception as error:  # noqa: BLE001  told to the caller beside the outcomes of the others
        return error
    return None
