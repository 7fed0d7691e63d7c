"""Messages to the reporter."""

from anninh_core.rooms.tips.model import Tip
from anninh_core.vocabulary.delivery import Lane
from anninh_core.work.unit_of_work import UnitOfWork


def notify_reporter(draft: UnitOfWork, tip: Tip, wording: str, *, lane: Lane = Lane.REPLY, **facts: str) -> None:
    """Send the reporter one of the profile's texts, if they have a chat."""
    if tip.conversation:
        draft.send(
            tip.conversation,
            draft.context.district.say(wording, receipt=tip.receipt, **facts),
            purpose=wording,
            cause=f"tip:{tip.id}",
            scope=f"tip:{tip.id}",
            lane=lane,
        )
