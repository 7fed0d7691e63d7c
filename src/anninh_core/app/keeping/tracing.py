"""What is done with everything at once stands in the trail."""

from anninh_core.ports.changes import ChangeSet, Entry, Scalar
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork


def trace(runner: UseCaseRunner, actor: Actor, action: str, event: str, **facts: Scalar) -> None:
    """Check that an actor operates the system, and note what the actor does.

    Raises:
        Refused: the actor may not, and that stands in the trail too.
    """

    def noted(draft: UnitOfWork) -> None:
        draft.permit(runner.context.district.root)
        draft.facts |= facts
        draft.event(event)

    runner.run_command(actor, action, Permission.OPERATE, noted)


def trace_unasked(runner: UseCaseRunner, action: str, event: str, **facts: Scalar) -> None:
    """Note what was done by whoever holds the files, before there was anybody to ask for permission."""
    context = runner.context
    entry = Entry(
        id=context.ids.new(),
        at=context.clock.now(),
        actor="system:keeping",
        action=action,
        unit=context.district.root,
        events=(event,),
        facts=facts,
    )
    runner.apply([ChangeSet(entry=entry)])
