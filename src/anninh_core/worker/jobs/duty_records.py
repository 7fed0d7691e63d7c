"""Whether the records by which officers are paged can be read; those that can't be are quarantined, and so reported."""

from collections.abc import Iterator
from datetime import timedelta

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.duty.kind import ROSTER
from anninh_core.domain.services import Services
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.worker.quarantine import QuarantineRounds

INSPECTION_INTERVAL = timedelta(minutes=5)
"""How often a running worker reads them all."""

INSPECT_OFFICERS = "inspect_officers"
"""Name of the job."""

_BATCH = 200


class DutyRecords:
    """Reads the officers, their chats and their rosters.

    A page leaves out an officer whose record is damaged, and goes to the next one.
    """

    def __init__(self, services: Services) -> None:
        self._records = services.units.runner.context.storage.records
        self._rounds = QuarantineRounds(services)

    def inspect(self) -> int:
        """Read them all, and return how many can't be read."""
        round = self._rounds.begin(INSPECT_OFFICERS)
        officers = [*round.iter_models(OFFICER, self._iter_all(OFFICER.name))]
        for _roster in round.iter_models(ROSTER, self._iter_all(ROSTER.name)):
            pass  # reading it is the inspection
        for _chat in round.iter_models(CONVERSATION, self._iter_chats(officers)):
            pass
        return len(round.damaged)

    def _iter_all(self, kind: str) -> Iterator[Record]:
        return iter_records(self._records, Find(kind=kind, order="id", limit=_BATCH))

    def _iter_chats(self, officers: list[Officer]) -> Iterator[Record]:
        chats = [officer.conversation for officer in officers if officer.conversation]
        for start in range(0, len(chats), _BATCH):
            yield from self._records.get_many(CONVERSATION.name, chats[start : start + _BATCH]).values()
