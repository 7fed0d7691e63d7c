"""Running many small use cases in one commit: each succeeds or fails alone, at a fraction of the cost."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import ChangeSet, NewKey, Outcome
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import Prefetched, UseCaseContext
from anninh_core.usecase.keyed_hashes.blind_index import find_ids
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


@frozen(kw_only=True)
class BatchItem:
    """A use case to run as part of a batch.

    Attributes:
        reads: kinds and ids of records to load, prefetched for the whole batch.
        lists: pages to list, also read once for the whole batch.
        finds: kinds and texts for lookups of records; see `UnitOfWork.find_id`.
    """

    actor: Actor
    action: str
    permission: Permission
    body: Callable[[UnitOfWork], object]
    reads: tuple[tuple[str, str], ...] = ()
    lists: tuple[Find, ...] = ()
    finds: tuple[tuple[Kind[Any], str], ...] = ()


def run_batch(runner: UseCaseRunner, acts: Sequence[BatchItem]) -> list[Exception | None]:
    """Run items in one commit, each completely or not at all; return for each None or the exception that
    `UseCaseRunner.run_command` would raise.

    No item sees another's changes: an item that conflicts with an earlier one is run again alone.

    Raises:
        StorageError: the shared read or commit failed; nothing was stored, apart from refusals.
    """
    prefetched = _prefetch(runner.context, acts)
    units_of_work = [_prepare_item(runner, item, prefetched) for item in acts]
    stored = runner.context.encryptor.get_wrapped_keys(
        {scope for uow in units_of_work if isinstance(uow, UnitOfWork) for scope in uow.scopes}
    )
    change_sets = [_build_change_set(uow, stored) if isinstance(uow, UnitOfWork) else uow for uow in units_of_work]
    outcomes = iter(_commit_all(runner, [change for change in change_sets if isinstance(change, ChangeSet)]))
    return [
        _finish_item(runner, item, change, next(outcomes)) if isinstance(change, ChangeSet) else change
        for item, change in zip(acts, change_sets, strict=True)
    ]


def _prefetch(context: UseCaseContext, acts: Sequence[BatchItem]) -> Prefetched:
    ids_by_kind: dict[str, set[str]] = {}
    for kind, id in (read for item in acts for read in item.reads):
        ids_by_kind.setdefault(kind, set()).add(id)
    records_by_kind = {kind: context.storage.records.get_many(kind, ids) for kind, ids in ids_by_kind.items()}
    records = {(kind, id): records_by_kind[kind].get(id) for kind, ids in ids_by_kind.items() for id in ids}
    queries: list[Find] = []
    for query in (query for item in acts for query in item.lists):
        if query not in queries:
            queries.append(query)
    pages = [(query, context.storage.records.find(query)) for query in queries]
    return Prefetched(records, pages, find_ids(context.keys, context.storage.keyring, chain(*(a.finds for a in acts))))


def _prepare_item(runner: UseCaseRunner, act: BatchItem, ahead: Prefetched) -> UnitOfWork | Exception | None:
    """Run an item's body; return its unit of work, the exception that it raised, or None if it changes nothing."""
    try:
        uow, _ = runner.prepare(act.actor, act.action, act.permission, act.body, ahead)
    except Exception as error:  # noqa: BLE001  one failing item must not stop the others; its caller gets the error
        return error
    return None if uow.leaves_no_entry else uow


def _build_change_set(uow: UnitOfWork, stored: Mapping[str, NewKey]) -> ChangeSet | Exception:
    try:
        return uow.build_change_set(stored)
    except Exception as error:  # noqa: BLE001  returned to its caller together with the others' results
        return error


def _commit_all(runner: UseCaseRunner, changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
    try:
        return runner.apply(changes)
    # The storage rejects one of the change sets: each is run again alone, so that only that one fails.
    except BadInput:
        return [Outcome.CONFLICT] * len(changes)


def _finish_item(runner: UseCaseRunner, act: BatchItem, change: ChangeSet, outcome: Outcome) -> Exception | None:
    try:
        if outcome is Outcome.DUPLICATE and (done := runner.find_done(act.actor, act.action)):
            return done
        if not runner.check_outcome(change, outcome):
            runner.run_command(act.actor, act.action, act.permission, act.body)
    except Exception as error:  # noqa: BLE001  returned to its caller together with the others' results
        return error
    return None
