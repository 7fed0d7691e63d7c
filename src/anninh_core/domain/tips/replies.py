"""Messages to the reporter."""

from anninh_core.domain.tips.model import Tip
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane


def notify_reporter(
    uow: UnitOfWork, tip: Tip, purpose: str, *, wording: str = "", lane: Lane = Lane.REPLY, **facts: str
) -> None:
    """Send the reporter one of the profile's texts, if they have a chat.

    Args:
        tip: whose reporter.
        purpose: what it is for.
        wording: the text's name in the profile, where that isn't the purpose's.
        lane: of the outbox.
        facts: what the text names.
    """
    if tip.conversation:
        uow.send(
            tip.conversation,
            uow.context.district.say(wording or purpose, receipt=tip.receipt, **facts),
            purpose=purpose,
            cause=f"tip:{tip.id}",
            scope=f"tip:{tip.id}",
            lane=lane,
        )


def send_emergency_numbers(uow: UnitOfWork, tip: Tip, category: str) -> None:
    """Send the reporter whom to call, in the words that the profile has for this kind of danger."""
    known = uow.context.district.incoming.get(category)
    wording = known.danger_reply if known else ""
    notify_reporter(uow, tip, "tip.emergency", wording=wording, lane=Lane.EMERGENCY)
