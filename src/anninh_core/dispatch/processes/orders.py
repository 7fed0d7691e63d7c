"""What a reporter can order by a word: the state of a tip, taking it back, help."""

from typing import assert_never

from anninh_core.dispatch.router import Order, Route
from anninh_core.kernel.errors import NotFound, WrongStep
from anninh_core.rooms.conversations.model import CONVERSATION, Message
from anninh_core.rooms.services import Services
from anninh_core.rooms.tips.model import Tip
from anninh_core.work.unit_of_work import UnitOfWork


class Orders:
    """Carries orders out; what can't be done is told, never guessed."""

    def __init__(self, rooms: Services) -> None:
        self._rooms = rooms

    def carry_out(self, draft: UnitOfWork, said: Message, found: Route) -> None:
        """Do what the reporter asked for."""
        if found.order is Order.HELP or not found.receipt:
            self._say(draft, said, "help")
            return
        try:
            tip = self._act(draft, said, found)
        except (NotFound, WrongStep):
            # Whether the receipt is unknown or somebody else's is not told: a receipt alone opens nothing.
            self._say(draft, said, "tip.not_found", receipt=found.receipt)
            return
        self._rooms.conversations.link(draft, said.id, f"tip:{tip.id}", tip.unit, kind="command")

    def _act(self, draft: UnitOfWork, said: Message, found: Route) -> Tip:
        match found.order:
            case Order.WITHDRAW:
                return self._rooms.tips.intake.withdraw(draft, found.receipt, said.conversation)
            case Order.STATE:
                return self._rooms.tips.intake.send_state(draft, found.receipt, said.conversation)
            case Order.HELP | None:
                raise NotFound(f"message {said.id} orders nothing about a tip")
            case never:
                assert_never(never)

    def _say(self, draft: UnitOfWork, said: Message, wording: str, **facts: str) -> None:
        conversation = draft.load(CONVERSATION, said.conversation)
        draft.send(
            conversation.id,
            draft.context.district.say(wording, **facts),
            purpose=wording,
            cause=f"message:{said.id}",
            scope=f"conversation:{said.conversation}",
        )
