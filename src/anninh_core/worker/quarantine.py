"""Rounds of work on many items, in which a failing item doesn't block the others.

An item that can't be read, or that makes its consumer fail, is quarantined under its id, its version and the consumer's
name, and retried after a growing pause. A failure of the whole storage or of the keys is no item's fault: it ends the
round, and nothing is quarantined.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from attrs import define, field

from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.domain.quarantine.reading import iter_quarantined
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import AlreadyDone, Damaged, NewerDatabase, TooMuchDamage
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.retries import is_transient
from anninh_core.ports.storages.changes import Record
from anninh_core.usecase.actor import system
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

T = TypeVar("T")

MOST_FAILURES = 20
"""Limit of failed items in a round: more of them aren't damage of single items, so that the job stops."""
_MOST_SHARE = 0.05
_LARGE_ROUND = 100
"""A round with this many items stops as soon as more than a twentieth of them have failed."""

_DELIVERY = system("delivery")
_log = logging.getLogger(__name__)


class QuarantineRounds:
    """Begins rounds of work that quarantine failing items."""

    def __init__(self, services: Services) -> None:
        self._service = services.quarantine
        self._runner = services.units.runner

    def begin(self, consumer: str, *, stops: bool = True) -> "Round":
        """Begin a round of a consumer's work.

        Args:
            consumer: name of the job.
            stops: whether too many failures end the round; urgent notices about emergencies continue regardless of
                their number.
        """
        entries = iter_quarantined(self._runner.context.storage.records, {"consumer": consumer})
        return Round(self, consumer, {entry.about: entry for entry in entries}, stops=stops)

    def iter_readable(
        self, kind: Kind[M], records: Iterable[Record], note: Callable[[Record, Damaged], None]
    ) -> Iterator[M]:
        """Yield the models in readable records of a kind; `note` is called with each record that can't be read."""
        return self._runner.context.iter_readable(kind, records, note)

    def is_due(self, entry: Quarantined | None, version: int) -> bool:
        """Return whether a quarantined item is retried in this round."""
        return entry is None or not entry.is_skipped(version, self._runner.context.clock.now())

    def note(self, consumer: str, about: str, version: int, reason: str) -> None:
        """Quarantine an item. If that fails because the quarantine entry is damaged, log it, and continue the round."""

        def store_entry(uow: UnitOfWork) -> None:
            self._service.note(uow, consumer, about, version, reason)

        self._run_action("quarantine.note", store_entry)

    def release(self, entry: Quarantined) -> None:
        """Release an item from quarantine after it was processed."""
        self._run_action("quarantine.release", lambda uow: self._service.release(uow, entry.id))

    def _run_action(self, action: str, body: Callable[[UnitOfWork], object]) -> None:
        def run_permitted(uow: UnitOfWork) -> None:
            uow.permit(self._runner.context.district.root)
            body(uow)

        try:
            self._runner.run_command(_DELIVERY, action, Permission.INTAKE, run_permitted)
        except (Damaged, NewerDatabase) as error:
            _log.warning("%s failed: %s", action, error)


@define(eq=False)
class Round:
    """One round of a consumer's work on many items.

    Attributes:
        damaged: records that this round leaves out.
    """

    _rounds: QuarantineRounds
    _consumer: str
    _entries: dict[str, Quarantined]
    _stops: bool = field(kw_only=True)
    _seen: int = field(default=0, init=False)
    _failures: int = field(default=0, init=False)
    damaged: list[Record] = field(factory=list, init=False)

    @property
    def quarantined(self) -> Sequence[Quarantined]:
        """Items that this consumer quarantined in earlier rounds, oldest first."""
        return tuple(self._entries.values())

    def iter_models(self, kind: Kind[M], records: Iterable[Record]) -> Iterator[M]:
        """Yield the models in readable records of a kind, and quarantine the unreadable records.

        Raises:
            KeysUnavailable: the available keys open nothing of an epoch.
            TooMuchDamage: too many records can't be read.
        """
        for model in self._rounds.iter_readable(kind, filter(self._is_due, records), self._note_damaged):
            about = str(Ref(kind.name, model.id))
            entry = self._entries.get(about)
            if entry is not None and entry.reason == Damaged.__name__:
                self._release(about)
            yield model

    def attempt(self, about: str, version: int, act: Callable[[], T]) -> T | None:
        """Process an item by `act` and return the result, or None if it failed, was done before, or its pause isn't
        over.

        Raises:
            Conflict, StorageError: a failure of the storage or the keys, which is no fault of the item.
            TooMuchDamage: too many items of this round have failed.
        """
        if not self._rounds.is_due(self._entries.get(about), version):
            return None
        result = None
        try:
            result = act()
        except AlreadyDone:
            _log.debug("%s has worked on %s before", self._consumer, about)
        except Exception as error:
            if is_transient(error) or isinstance(error, TooMuchDamage):
                raise
            self._quarantine_item(about, version, error)
            return None
        self._release(about)
        return result

    def _is_due(self, record: Record) -> bool:
        """Return whether a record is due to be processed in this round, and count it."""
        is_due = self._rounds.is_due(self._entries.get(str(Ref(record.kind, record.id))), record.version)
        if is_due:
            self._seen += 1
        else:
            self.damaged.append(record)
        return is_due

    def _note_damaged(self, record: Record, error: Damaged) -> None:
        self.damaged.append(record)
        self._quarantine_item(str(Ref(record.kind, record.id)), record.version, error)

    def _quarantine_item(self, about: str, version: int, error: Exception) -> None:
        _log.warning("%s leaves out %s: %s", self._consumer, about, type(error).__name__)
        self._failures += 1
        if self._stops and self._has_too_many_failures():
            raise TooMuchDamage(
                "The job {consumer} failed on {failures} of {count} items in one round, so it stopped: "
                "{act:quarantine.items} lists the items; check the storage with `anninh doctor --deep`.",
                consumer=self._consumer,
                failures=self._failures,
                count=self._seen,
            ) from error
        self._rounds.note(self._consumer, about, version, type(error).__name__)

    def _has_too_many_failures(self) -> bool:
        is_large = self._seen >= _LARGE_ROUND
        return self._failures > MOST_FAILURES or (is_large and self._failures > self._seen * _MOST_SHARE)

    def _release(self, about: str) -> None:
        entry = self._entries.pop(about, None)
        if entry is not None:
            self._rounds.release(entry)
