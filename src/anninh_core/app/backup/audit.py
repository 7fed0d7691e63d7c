"""Audit log entries for backup, restore and other operations on all data."""

from anninh_core.ports.storages.changes import ChangeSet, Entry, Scalar
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


def audit_action(runner: UseCaseRunner, actor: Actor, action: str, event: str, **facts: Scalar) -> None:
    """Require the permission `operate` on the root, and record `action` in the audit log.

    Raises:
        Refused: the actor lacks the permission; the refusal is recorded too.
    """

    def add_action_event(uow: UnitOfWork) -> None:
        uow.permit(runner.context.district.root)
        uow.facts |= facts
        uow.add_event(event)

    runner.run_command(actor, action, Permission.OPERATE, add_action_event)


def audit_system_action(runner: UseCaseRunner, action: str, event: str, **facts: Scalar) -> None:
    """Record an operation by a person with access to the files, for which no permission can be checked."""
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
