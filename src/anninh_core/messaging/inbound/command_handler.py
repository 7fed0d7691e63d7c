"""What a reporter can order by a word: the state of a tip, taking it back, help."""

from typing import assert_never

from anninh_core.domain.conversations.model import CONVERSATION, Message, conversation_scope
from anninh_core.domain.services import Services
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import NotFound, WrongStep
from anninh_core.messaging.inbound.message_router import ResidentCommand, Route
from anninh_core.usecase.unit_of_work import UnitOfWork


class CommandHandler:
    """Runs residents' commands; if one can't be run, the resident is told so."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def handle(self, uow: UnitOfWork, said: Message, found: Route) -> None:
        """Do what the reporter asked for."""
        if found.command is ResidentCommand.HELP or not found.receipt:
            self._reply(uow, said, "help")
            return
        try:
            tip = self._run_command(uow, said, found)
        except (NotFound, WrongStep):
            # Whether the receipt is unknown or somebody else's is not told: a receipt alone opens nothing.
            self._reply(uow, said, "tip.not_found", receipt=found.receipt)
            return
        self._services.conversations.link(uow, said.id, f"tip:{tip.id}", kind="command")

    def _run_command(self, uow: UnitOfWork, said: Message, found: Route) -> Tip:
        match found.command:
            case ResidentCommand.WITHDRAW:
                return self._services.tips.intake.withdraw(uow, found.receipt, said.conversation)
            case ResidentCommand.STATE:
                return self._services.tips.intake.send_state(uow, found.receipt, said.conversation)
            case ResidentCommand.HELP | None:
                raise NotFound(f"message {said.id} orders nothing about a tip")
            case never:
                assert_never(never)

    def _reply(self, uow: UnitOfWork, said: Message, wording: str, **facts: str) -> None:
        conversation = uow.load(CONVERSATION, said.conversation)
        uow.send(
            conversation.id,
            uow.context.district.say(wording, **facts),
            purpose=wording,
            cause=f"message:{said.id}",
            scope=conversation_scope(said.conversation),
        )
