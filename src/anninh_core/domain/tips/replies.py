"""Messages to the reporter."""

from anninh_core.domain.tips.model import Tip
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane


def notify_reporter(uow: UnitOfWork, tip: Tip, wording: str, *, lane: Lane = Lane.REPLY, **facts: str) -> None:
    """Send the reporter one of the profile's texts, if they have a chat."""
    if tip.conversation:
        uow.send(
            tip.conversation,
            uow.context.district.say(wording, receipt=tip.receipt, **facts),
            purpose=wording,
            cause=f"tip:{tip.id}",
            scope=f"tip:{tip.id}",
            lane=lane,
        )
