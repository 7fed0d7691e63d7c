"""Naming who answers for a unit."""

from anninh_core.domain.programme.head import HEAD, Head
from anninh_core.domain.programme.rules import require_text
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Heads(Service):
    """The responsible heads."""

    action_prefix = "programme"

    @command(Permission.PLAN_RUN)
    def name_head(
        self, uow: UnitOfWork, unit: str, *, name: str, title: str = "", officer: str = "", conversation: str = ""
    ) -> Head:
        """Name who answers for a unit from today; without a title, the one that the profile gives the office."""
        uow.permit(unit)
        uow.get(HEAD, unit)  # loads the version that this one replaces, if there is one
        head = Head(
            id=unit,
            name=require_text(name, "a responsible head"),
            title=nfc(title) or self.context.district.unit(unit).head,
            since=uow.today,
            officer=officer,
            conversation=conversation,
        )
        uow.add_event("head.named")
        return uow.save(HEAD, head)

    @query(Permission.PLAN_READ)
    def head(self, session: ReadSession, unit: str) -> Head | None:
        """Return who answers for a unit, None where nobody is named."""
        session.permit(unit)
        return session.get(HEAD, unit)
