"""Naming who answers for a unit."""

from attrs import evolve

from anninh_core.domain.programme.head import HEAD, Head
from anninh_core.domain.programme.rules import require_text
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Id, OfficerId, OneLine, UnitId
from anninh_core.usecase.hand_over import Passed
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Heads(Service):
    """The responsible heads."""

    action_prefix = "programme"

    @command(Permission.PLAN_RUN, public=True)
    def name_head(
        self,
        uow: UnitOfWork,
        unit: UnitId,
        *,
        name: OneLine,
        title: OneLine = "",
        officer: OfficerId = "",
        conversation: Id = "",
    ) -> Head:
        """Name who answers for a unit from today; without a title, the one that the profile gives the office.

        Raises:
            BadInput: no name.
            NotFound: there is no such unit.
        """
        uow.permit(unit)
        uow.get(HEAD, unit)  # loads the version that this one replaces, if there is one
        head = Head(
            id=unit,
            name=require_text(name, "name"),
            title=nfc(title) or self.context.district.unit(unit).head,
            since=uow.today,
            officer=officer,
            conversation=conversation,
        )
        uow.add_event("head.named")
        return uow.save(HEAD, head)

    @step(Permission.GRANT)
    def pass_headships_on(self, uow: UnitOfWork, officer: str, successor: str) -> Passed:
        """Name a successor as head of the units of an officer who leaves; return what moved and what can't.

        Reminders go to no chat until one is named: it was the officer's who left.
        """
        permitted = uow.permitted_units()
        moved = 0
        left = list[str]()
        for head in tuple(uow.iter_all(HEAD, "id")):
            if head.officer != officer:
                continue
            if not successor or (permitted is not None and head.id not in permitted):
                left.append(head.id)
                continue
            name = uow.permits.name_officer(successor)
            uow.save(HEAD, evolve(head, name=name, officer=successor, since=uow.today, conversation=""))
            moved += 1
        return Passed(moved, tuple(left))

    @query(Permission.PLAN_READ, public=True)
    def head(self, session: ReadSession, unit: UnitId) -> Head | None:
        """Return who answers for a unit, None where nobody is named."""
        session.permit(unit)
        return session.get(HEAD, unit)
