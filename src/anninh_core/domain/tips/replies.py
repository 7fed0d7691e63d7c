"""Functions that send messages to the reporter of a tip."""

from anninh_core.domain.tips.model import Tip
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane


def notify_reporter(
    uow: UnitOfWork, tip: Tip, purpose: str, *, wording: str = "", lane: Lane = Lane.REPLY, **facts: str
) -> None:
    """Send the reporter one of the profile's texts, if they have a chat.

    Args:
        tip: tip of the reporter.
        purpose: purpose of the message.
        wording: key of the text in the profile; "" if it is the purpose.
        lane: lane of the outbox.
        facts: values for the text's placeholders.
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
    """Send the reporter the emergency numbers, in the profile's text for this category of danger."""
    incoming_category = uow.context.district.incoming.get(category)
    wording = incoming_category.danger_reply if incoming_category else ""
    notify_reporter(uow, tip, "tip.emergency", wording=wording, lane=Lane.EMERGENCY)
