"""Rewrites records whose columns, body, scope or terms differ from the current version's format.

A rewrite is an ordinary act: a new version, committed with its journal entry, retried after a conflict. So a run is
safe during normal operation, and can be interrupted anywhere.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import dropwhile, islice
from typing import Any

import msgspec
from attrs import evolve, frozen

from anninh_core.kernel.errors import Conflict, Damaged, Purged
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.validation import fill_columns
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.journal.entries import REINDEX
from anninh_core.usecase.keyed_hashes.term_hashing import has_index
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_OWNER = "reindex"
_POSITION_NAME = "place"


@frozen(kw_only=True)
class ReindexProgress:
    """The progress of the current call of `reindex` in one kind of records.

    Attributes:
        rewritten: number of seen records that were outdated.
        unreadable: number of seen records that were purged.
    """

    kind: str
    seen: int = 0
    rewritten: int = 0
    unreadable: int = 0


def reindex(
    runner: UseCaseRunner, actor: Actor, kinds: Sequence[Kind[Any]], *, batch: int = 200
) -> Iterator[ReindexProgress]:
    """Reindex all records of some kinds, and yield the progress after each batch.

    An interrupted run over the same kinds is resumed. Counters are not checked.

    Args:
        actor: needs the permission to operate the system on the root unit.
        kinds: kinds to reindex, in this order.
        batch: how many records are held, and rewritten in one commit.

    Raises:
        Refused: the actor may not operate the system.
        Conflict: another run is under way, or concurrent changes to a record kept conflicting with its rewrite.
        StorageError: a record was written by a newer version.
    """
    runner.run_query(actor, REINDEX, Permission.OPERATE, False, partial(check_permission, runner.context.district.root))
    run = _ReindexRun(runner, kinds)
    for kind in run.remaining_kinds():
        progress = ReindexProgress(kind=kind.name)
        records = runner.context.storage.maintenance.scan(kind.name, batch, run.position.after)
        while chunk := list(islice(records, batch)):
            rewritten, unreadable = _rewrite_stale(runner, actor, kind, chunk)
            run.save_position(_ReindexPosition(kinds=run.kinds, kind=kind.name, after=chunk[-1].id))
            progress = ReindexProgress(
                kind=kind.name,
                seen=progress.seen + len(chunk),
                rewritten=progress.rewritten + rewritten,
                unreadable=progress.unreadable + unreadable,
            )
            yield progress
    run.save_position(_ReindexPosition(kinds=run.kinds))


@frozen(kw_only=True)
class _ReindexPosition:
    """Position of a reindex run: after record `after` of a kind; both are "" before the start and after the end.

    Attributes:
        kinds: digest of the kinds and their format.
    """

    kinds: str
    kind: str = ""
    after: str = ""


_POSITION_DECODER = msgspec.json.Decoder(_ReindexPosition)


class _ReindexRun:
    """A reindex run over several kinds of records, with its position kept in the storage."""

    def __init__(self, runner: UseCaseRunner, kinds: Sequence[Kind[Any]]) -> None:
        self._states = runner.context.storage.states
        self._kinds = kinds
        self.kinds = sha256("\n".join(_describe_kind_format(runner, kind) for kind in kinds).encode()).hexdigest()
        stored = self._states.get(_OWNER, _POSITION_NAME)
        self._version = stored.version if stored else 0
        position = _POSITION_DECODER.decode(stored.body) if stored else None
        self.position = (
            position if position is not None and position.kinds == self.kinds else _ReindexPosition(kinds=self.kinds)
        )

    def remaining_kinds(self) -> Iterator[Kind[Any]]:
        """Yield the kinds of records that aren't completely reindexed."""
        for kind in (
            dropwhile(lambda kind: kind.name != self.position.kind, self._kinds) if self.position.kind else self._kinds
        ):
            if kind.name != self.position.kind:
                self.position = _ReindexPosition(kinds=self.kinds, kind=kind.name)
            yield kind

    def save_position(self, place: _ReindexPosition) -> None:
        """Store the position of the run.

        Raises:
            Conflict: another run stored a position in between.
        """
        if not self._states.put(_OWNER, _POSITION_NAME, msgspec.json.encode(place), self._version):
            raise Conflict("Another reindexing is running: wait until it ends.")
        self._version += 1
        self.position = place


def _describe_kind_format(runner: UseCaseRunner, kind: Kind[Any]) -> str:
    columns = sorted(f"{name} {type.__name__}" for name, type in kind.spec.columns.items())
    shape = (kind.name, kind.schema, columns, sorted(kind.spec.multi), _is_indexed(runner.context, kind))
    return repr((*shape, sorted(kind.named_columns)))


def _is_indexed(context: UseCaseContext, kind: Kind[Any]) -> bool:
    return kind.has_identifiers or (kind.search is not None and has_index(context.district))


def _rewrite_stale(runner: UseCaseRunner, actor: Actor, kind: Kind[Any], records: Sequence[Record]) -> tuple[int, int]:
    """Rewrite outdated records; return the number of rewritten and the number of unreadable records."""
    context = runner.context
    stale = list[str]()
    current = list[str]()
    for record in records:
        for model in context.iter_readable(kind, (record,), skip_damaged):
            (current if _build_expected(context, kind, model, record) == record else stale).append(record.id)
    ids = sorted([*stale, *current]) if _is_indexed(context, kind) else stale
    if ids:
        _rewrite_batch(runner, actor, kind, ids, frozenset(stale))
    closed = [record for record in records if record.id not in {*stale, *current}]
    naming = [record for record in closed if any(map(record.columns.get, kind.named_columns))]
    if purged := [record.id for record in naming if context.is_purged(record.scope)]:
        runner.run_command(actor, REINDEX, Permission.OPERATE, partial(_blank_records, kind=kind, ids=purged))
    return len(stale) + len(purged), len(closed) - len(purged)


def _build_expected(context: UseCaseContext, kind: Kind[Any], model: Any, record: Record) -> Record:
    """Return a record as this version would store it, except its body."""
    unit = context.district.counting_unit(kind.unit(model))
    scope = kind.scope(model)
    if scope != record.scope and (kind.stays_sealed(model) or context.storage.keyring.get(scope) is None):
        # The scope stays if files outside the record are encrypted under it, or if the new scope has no key: it may
        # have been purged and must not get one.
        scope = record.scope
    columns = kind.clear_columns(model, context.names)
    expected = evolve(record, unit=unit, schema=kind.schema, scope=scope, columns=columns, multi=kind.multi(model))
    return fill_columns(kind.spec, expected)


def _rewrite_batch(
    runner: UseCaseRunner, actor: Actor, kind: Kind[Any], ids: Sequence[str], stale: Collection[str]
) -> None:
    """Rewrite outdated records, and the search terms of all given records, in one commit; after a conflict, purge or
    damage, try each half of the batch.
    """
    try:
        runner.run_command(
            actor, REINDEX, Permission.OPERATE, partial(_rewrite_records, kind=kind, ids=ids, stale=stale)
        )
    except (Conflict, Purged, Damaged) as error:
        half = len(ids) // 2
        if not half and not isinstance(error, Conflict):
            return  # The record was purged or damaged during the run.
        if not half:
            raise
        _rewrite_batch(runner, actor, kind, ids[:half], stale)
        _rewrite_batch(runner, actor, kind, ids[half:], stale)


def _rewrite_records(uow: UnitOfWork, *, kind: Kind[Any], ids: Sequence[str], stale: Collection[str]) -> None:
    check_permission(uow.context.district.root, uow)
    uow.facts["kind"] = kind.name
    for id in ids:
        model = uow.load(kind, id)
        if id in stale:
            uow.save(kind, model)
        else:
            uow.guard_version(kind, model)
        uow.index(kind, model)


def _blank_records(uow: UnitOfWork, *, kind: Kind[Any], ids: Sequence[str]) -> None:
    """Remove ids of people from the columns of purged records, where an earlier version left them."""
    check_permission(uow.context.district.root, uow)
    uow.facts["kind"] = kind.name
    for record in uow.context.storage.records.get_many(kind.name, ids).values():
        uow.blank_record(kind, record)


def check_permission(unit: str, session: ReadSession) -> None:
    """Check that the actor may operate the system on a unit.

    Raises:
        Refused: the actor may not.
    """
    session.permit(unit)
