"""Danger that is told of in a group: the group reads the emergency numbers, and whoever is on duty is paged.

Nothing said in a group becomes a case by itself: the page holds a code and a unit, and a person looks.
"""

from anninh_core.domain.conversations.model import Message
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.services import Services
from anninh_core.kernel.ids import spell
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane

_CODE = 5


class GroupDanger:
    """Answers words of danger in groups."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def note(self, uow: UnitOfWork, said: Message) -> None:
        """Raise the alarm about a message, once for all that is said about it in the profile's minutes."""
        district = uow.context.district
        where = {"chat": said.conversation}
        recent = uow.find(ALARM, "newest", where=where, limit=5).items
        newest = max(recent, key=lambda alarm: alarm.opened_at, default=None)
        if newest is not None and self._is_same(uow, newest):
            self._services.duty.alarms.add_danger(uow, newest.id)
            return
        self._services.duty.alarms.open_alarm(
            uow, f"message:{said.id}", unit=said.unit, code=message_code(uow, said.id), chat=said.conversation
        )
        uow.send(
            said.conversation,
            district.say("group.danger"),
            purpose="group.danger",
            cause=f"message:{said.id}",
            scope=outbox_scope(uow.at),
            lane=Lane.EMERGENCY,
        )

    @staticmethod
    def _is_same(uow: UnitOfWork, alarm: Alarm) -> bool:
        return uow.at - alarm.opened_at < uow.context.district.duty.group_pause


def message_code(uow: UnitOfWork, message_id: str) -> str:
    """Return what officers call a message on the phone: five letters that tell nothing of it."""
    return spell(bytes.fromhex(uow.context.keys.blind("message code", message_id))[:_CODE])
