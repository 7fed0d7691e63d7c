"""What is done with everything at once stands in the trail."""

from anninh_core.ports.changes import ChangeSet, Entry, Scalar
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft


def trace(desk: Desk, actor: Actor, action: str, event: str, **facts: Scalar) -> None:
    """Check that an actor operates the system, and note what the actor does.

    Raises:
        Refused: the actor may not, and that stands in the trail too.
    """

    def noted(draft: Draft) -> None:
        draft.permit(desk.district.root)
        draft.facts |= facts
        draft.event(event)

    desk.carry_out(actor, action, Permission.OPERATE, noted)


def trace_unasked(desk: Desk, action: str, event: str, **facts: Scalar) -> None:
    """Note what was done by whoever holds the files, before there was anybody to ask for permission."""
    entry = Entry(
        id=desk.ids.new(),
        at=desk.clock.now(),
        actor="system:keeping",
        action=action,
        unit=desk.district.root,
        events=(event,),
        facts=facts,
    )
    desk.storage.commit([ChangeSet(entry=entry)])
