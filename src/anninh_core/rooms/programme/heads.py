"""Naming who answers for a unit."""

from anninh_core.kernel.text import nfc
from anninh_core.rooms.programme.head import HEAD, Head
from anninh_core.rooms.programme.rules import require_text
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query
from anninh_core.work.read_session import ReadSession
from anninh_core.work.unit_of_work import UnitOfWork


class Heads(Service):
    """The responsible heads."""

    room = "programme"

    @command(Permission.PLAN_RUN)
    def name_head(
        self, draft: UnitOfWork, unit: str, *, name: str, title: str = "", officer: str = "", conversation: str = ""
    ) -> Head:
        """Name who answers for a unit from today; without a title, the one that the profile gives the office."""
        draft.permit(unit)
        draft.peek(HEAD, unit)  # loads the version that this one replaces, if there is one
        head = Head(
            id=unit,
            name=require_text(name, "a responsible head"),
            title=nfc(title) or self.context.district.unit(unit).head,
            since=draft.today,
            officer=officer,
            conversation=conversation,
        )
        draft.event("head.named")
        return draft.save(HEAD, head)

    @query(Permission.PLAN_READ)
    def head(self, look: ReadSession, unit: str) -> Head | None:
        """Return who answers for a unit, None where nobody is named."""
        look.permit(unit)
        return look.peek(HEAD, unit)
