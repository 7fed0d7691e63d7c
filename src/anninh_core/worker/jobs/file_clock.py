"""Files that came with messages of cases and are over: they go earlier than the words, if the profile says so."""

from datetime import timedelta
from functools import partial
from itertools import islice

from anninh_core.domain.clocks import MEDIA, retention_days
from anninh_core.domain.conversations.model import MESSAGE, Message
from anninh_core.domain.registry import retention_policies
from anninh_core.domain.retention.coverage import guard_unheld
from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Conflict
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.query import iter_records
from anninh_core.ports.storage import Find
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs.retention import RETENTION_ACTOR

_OWNER, _NAME = "keeper", "files"
_BATCH = 200  # messages


class FileClock:
    """Deletes files that were kept for long enough.

    Their key is that of the words, so that a backup may open them until those go.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.units.runner
        self._context = self._runner.context
        self._policies = retention_policies(self._context.district)
        self._days = timedelta(days=retention_days(self._context.district)[MEDIA])

    def delete_expired(self) -> int:
        """Look at some messages, each once a day, and delete files that are over; return how many went."""
        today = local_date(self._context.clock.now())
        position = StreamPosition.read(self._context.storage.states, _OWNER, _NAME)
        after = position.position_on(today)
        if after is None:
            return 0
        scanned = self._context.storage.maintenance.scan(MESSAGE.name, _BATCH, after)
        records = tuple(islice(scanned, _BATCH))
        linked = [record for record in records if record.columns["case"]]
        messages = self._context.iter_readable(MESSAGE, linked)
        deleted = sum(self._delete_files(message) for message in messages if _file_names(message))
        position.move_to(today, records[-1].id if len(records) == _BATCH else "")
        return deleted

    def _delete_files(self, message: Message) -> int:
        """Let a message know no files any more, then delete them; what a crash leaves is garbage that nothing names."""
        try:
            names: tuple[str, ...] = self._runner.run_command(
                RETENTION_ACTOR, "conversations.remove_files", Permission.OPERATE, partial(self._let_go, message.id)
            )
        except Conflict:  # somebody works on it just now
            return 0
        began = self._context.clock.now()  # what is stored again from now on stays
        gone = set(names) - self._names_in(message.conversation) if names else set[str]()
        return sum(self._context.blobs.delete(name, began) for name in sorted(gone))

    def _names_in(self, conversation: str) -> set[str]:
        """Return the files that messages of a conversation name: one that was sent twice is kept once."""
        query = Find(kind=MESSAGE.name, order="newest", where={"conversation": conversation}, limit=_BATCH)
        messages = self._context.iter_readable(MESSAGE, iter_records(self._context.storage.records, query))
        return {name for message in messages for name in _file_names(message)}

    def _let_go(self, message_id: str, uow: UnitOfWork) -> tuple[str, ...]:
        """Take the files off a message whose case is over for so long; return their names."""
        uow.permit(self._context.district.root)
        message = uow.load(MESSAGE, message_id)
        if not self._is_over(uow, message.case):
            return ()
        self._services.conversations.remove_files(uow, message_id)
        return _file_names(message)

    def _is_over(self, uow: UnitOfWork, case: str) -> bool:
        ref = Ref.parse(case)
        policy = self._policies.get(ref.kind)
        model = uow.get_readable(policy.kind, ref.id) if policy else None
        if policy is None or model is None:
            return False
        uow.guard_version(policy.kind, model)
        ended_on = policy.ended_on(model)
        is_late = ended_on is not None and ended_on + self._days < uow.today
        return is_late and guard_unheld(uow, self._policies, case)


def _file_names(message: Message) -> tuple[str, ...]:
    return tuple(attachment.blob for attachment in message.attachments if attachment.blob)
