"""Reactions to danger reported in a group: the group gets the emergency numbers, and the officer on duty an urgent
notice.

Nothing written in a group becomes a case automatically: the urgent notice holds a code and a unit, and an officer
checks.
"""

from anninh_core.domain.conversations.model import Message
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.services import Services
from anninh_core.kernel.ids import spell_code
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane

_CODE = 5


class GroupDanger:
    """Reacts to reports of danger in groups."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def note(self, uow: UnitOfWork, message: Message) -> None:
        """Raise an alarm about a message, one for all messages of the group within the profile's `group_pause`."""
        district = uow.context.district
        criteria = {"chat": message.conversation}
        recent = uow.find(ALARM, "newest", where=criteria, limit=5).items
        newest = max(recent, key=lambda alarm: alarm.opened_at, default=None)
        if newest is not None and self._is_recent(uow, newest):
            self._services.duty.alarms.add_danger(uow, newest.id)
            return
        self._services.duty.alarms.open_alarm(
            uow,
            f"message:{message.id}",
            unit=message.unit,
            code=compute_message_code(uow, message.id),
            chat=message.conversation,
        )
        uow.send(
            message.conversation,
            district.say("group.danger"),
            purpose="group.danger",
            cause=f"message:{message.id}",
            scope=build_outbox_scope(uow.at),
            lane=Lane.EMERGENCY,
        )

    @staticmethod
    def _is_recent(uow: UnitOfWork, alarm: Alarm) -> bool:
        return uow.at - alarm.opened_at < uow.context.district.duty.group_pause


def compute_message_code(uow: UnitOfWork, message_id: str) -> str:
    """Return the code of a message for officers on the phone: five letters that reveal nothing about it."""
    return spell_code(bytes.fromhex(uow.context.keys.blind("message code", message_id))[:_CODE])
