"""The job that checks whether the records needed for urgent notices can be read; unreadable ones are quarantined, and
so reported.
"""

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
"""How often a running worker reads all records needed for urgent notices."""

INSPECT_OFFICERS = "inspect_officers"
"""Name of the job that reads these records."""

_BATCH = 200


class DutyRecords:
    """Reads the records of all officers, of their chats and of their rosters.

    Urgent notices skip an officer with a damaged record, and go to the next one.
    """

    def __init__(self, services: Services) -> None:
        self._records = services.units.runner.context.storage.records
        self._rounds = QuarantineRounds(services)

    def inspect(self) -> int:
        """Read the records of all officers, chats and rosters; return how many are unreadable."""
        round = self._rounds.begin(INSPECT_OFFICERS)
        officers = [*round.iter_models(OFFICER, self._iter_all(OFFICER.name))]
        for _roster in round.iter_models(ROSTER, self._iter_all(ROSTER.name)):
            pass  # Reading the record is the whole inspection.
        for _chat in round.iter_models(CONVERSATION, self._iter_chats(officers)):
            pass
        return len(round.damaged)

    def _iter_all(self, kind: str) -> Iterator[Record]:
        return iter_records(self._records, Find(kind=kind, order="id", limit=_BATCH))

    def _iter_chats(self, officers: list[Officer]) -> Iterator[Record]:
        chats = [officer.conversation for officer in officers if officer.conversation]
        for start in range(0, len(chats), _BATCH):
            yield from self._records.get_many(CONVERSATION.name, chats[start : start + _BATCH]).values()
