"""The jobs that check the journal each minute, sign its head when enough time or entries have passed, and send it to
the superior authority.
"""

import logging
from datetime import timedelta

from anninh_core.domain.audit.heads.head_file import encode_head_file
from anninh_core.domain.audit.heads.journal_monitor import HeadSchedule, watch_journal
from anninh_core.domain.audit.heads.signing import build_head_file, get_newest_number
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import DeliveryError
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.messengers.courier import Courier
from anninh_core.usecase.actor import system

DELIVERY_INTERVAL = timedelta(minutes=10)
"""How often couriers that haven't taken the newest journal head are offered the heads again."""

_KEEPER = system("keeper")
_OWNER = "heads"
_log = logging.getLogger(__name__)


class JournalHeadJobs:
    """Signs journal heads and delivers them by couriers.

    Args:
        schedule: when a head is due, and the couriers that take heads outside the authority.
    """

    def __init__(self, services: Services, schedule: HeadSchedule) -> None:
        self._services = services
        self._context = services.units.context
        self._schedule = schedule

    def sign_head_if_due(self) -> int:
        """Continue the journal if it fell behind its recorded position, record the position, and sign a head if it is
        due; return how many continuations and heads there were.
        """
        continued = watch_journal(self._services.units.runner)
        head = self._services.audit.heads.sign_due_head(
            _KEEPER, hours=self._schedule.every_hours, entries=self._schedule.every_entries
        )
        return continued + (head is not None)

    def deliver(self) -> int:
        """Deliver all journal heads to each courier that hasn't taken the newest; return how many couriers took them.

        A courier that fails is retried the next time.
        """
        couriers = self._schedule.couriers
        newest = get_newest_number(self._context) if couriers else 0
        return (
            sum(self._deliver_by_courier(name, courier, newest) for name, courier in couriers.items()) if newest else 0
        )

    def _deliver_by_courier(self, name: str, courier: Courier, newest: int) -> bool:
        position = StreamPosition.read(self._context.storage.states, _OWNER, name)
        if position.value == str(newest):
            return False
        file = build_head_file(self._context)
        try:
            courier.deliver(f"{file.authority}.{file.store[:16]}.heads.jsonl", encode_head_file(file))
        except DeliveryError as error:
            _log.warning("courier %s could not take the heads of the journal: %s", name, error)
            return False
        return position.store_next(str(newest))
