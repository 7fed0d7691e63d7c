"""The person responsible for a unit's part of the plan (P-II.4)."""

from datetime import date

from attrs import frozen

from anninh_core.domain.index_specs import HEAD_SPEC
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.views import make_view, view


@view
class HeadView:
    """The responsible head of a unit.

    Attributes:
        has_chat: whether reminders go to a chat.
    """

    id: str
    version: int
    name: str
    title: str
    since: date
    officer: str
    has_chat: bool


@frozen(kw_only=True)
class Head:
    """The responsible head of a unit.

    Attributes:
        id: the unit's id: a unit has one head.
        officer: officer id, "" for a head without grants in this system.
        conversation: conversation id for reminders, "" for none.
        since: first day of responsibility for this programme.
    """

    id: str
    name: str
    title: str
    since: date
    officer: str = ""
    conversation: str = ""
    version: int = 0

    def to_view(self) -> HeadView:
        """Return the read-only view of the head."""
        return make_view(HeadView, self, has_chat=bool(self.conversation))


HEAD = Kind(
    spec=HEAD_SPEC,
    model=Head,
    unit=lambda head: head.id,
    columns=lambda _: {},
    scope=lambda head: f"head:{head.id}",
    numbered=True,
)
