from attrs import evolve

from anninh_core.domain.programme.head import HEAD, Head
from anninh_core.domain.programme.rules import require_text
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Id, OfficerId, OneLine, UnitId
from anninh_core.usecase.hand_over import HandOverResult
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Heads(Service):
    """Use cases of the units' responsible heads."""

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
        """Appoint a unit's responsible head from today; the title defaults to the profile's title of the office.

        Raises:
            BadInput: no name.
            NotFound: the unit doesn't exist.
        """
        uow.permit(unit)
        # The unit's present head, if there is one, is loaded so that the new head is saved as its next version.
        uow.get(HEAD, unit)
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
    def pass_headships_on(self, uow: UnitOfWork, officer: str, successor: str) -> HandOverResult:
        """Appoint a successor as head of an officer's units; return the number of changed units, and the others.

        The successor has no chat for reminders until one is set, since the stored chat belonged to the officer who
        left.
        """
        permitted = uow.permitted_units()
        moved_count = 0
        unchanged_units = list[str]()
        for head in tuple(uow.iter_all(HEAD, "id")):
            if head.officer != officer:
                continue
            if not successor or (permitted is not None and head.id not in permitted):
                unchanged_units.append(head.id)
                continue
            name = uow.permits.name_officer(successor)
            uow.save(HEAD, evolve(head, name=name, officer=successor, since=uow.today, conversation=""))
            moved_count += 1
        return HandOverResult(moved_count, tuple(unchanged_units))

    @query(Permission.PLAN_READ, public=True)
    def head(self, session: ReadSession, unit: UnitId) -> Head | None:
        """Return a unit's responsible head, or None."""
        session.permit(unit)
        return session.get(HEAD, unit)
