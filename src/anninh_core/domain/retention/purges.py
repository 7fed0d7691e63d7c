"""Purges, which execute due orders and destroy the keys of their data.

A destroyed key can't be restored, so a purge has several stages. The order is committed first, with the guard that no
hold covers it; for some days a hold still cancels it; then its execution begins, with a mark of the key, and no hold
cancels it any more; finally, one order at a time, all conditions are checked again, the key is destroyed, and the order
is marked as done. A crash leaves an order that the next run executes: for the marked key, and for no key that its scope
got since.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from anninh_core.domain.retention.clocks.model import OpensScopes, ReadsScope, make_empty_reader
from anninh_core.domain.retention.coverage import guard_against_hold, is_excluded_from, is_held, require_no_hold
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.domain.retention.policy import RetentionPolicy, is_case_open
from anninh_core.domain.retention.remains import (
    count_facts,
    find_files,
    find_handed_out_exports,
    find_sealed_files,
)
from anninh_core.domain.retention.rules import (
    IDENTITY_SCOPE,
    PurgeCandidate,
    RetainedItem,
    find_purgeable,
    get_purge_delay,
)
from anninh_core.domain.retention.sealed import (
    SealedWith,
    iter_indexed_records,
    iter_sealed_records,
    name_destroyed,
    name_lost_records,
)
from anninh_core.domain.retention.views import make_public_scope_name
from anninh_core.kernel.errors import AlreadyDone, BadInput, Damaged, Purged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import ChangeSet, Entry
from anninh_core.ports.storages.queues import FOR_PEOPLE, InboxState, iter_rows
from anninh_core.ports.storages.storage import Lease
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import CaseRef, Id, Limit, Reason
from anninh_core.usecase.decision import require_reason_code
from anninh_core.usecase.key_marks import is_other_key, mark_key
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, command, query, step, workflow
from anninh_core.usecase.outbox_message import is_outbox_scope
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.resident_names import (
    build_author_name,
    has_alias,
    is_alias,
    is_recipient,
    shorten_scope_for_journal,
)
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_log = logging.getLogger(__name__)

_PAGE = 500
_LEASE = "purge"
# The lease lasts long enough for one key with its files; it is acquired again for each key.
_LEASE_TIME = timedelta(minutes=10)


class Purges(Service):
    """Use cases of purges: data are kept as long as needed, and no longer.

    Args:
        policies: retention policies of the kinds of case, by name: a person can order only the purge of these.
        sealed_with: records that are encrypted under another record's scope.
        open_scopes: returns a function that reads the retention of a scope.
        kinds: all kinds whose facts for the reports a purge keeps.
    """

    action_prefix = "governance"

    def __init__(
        self,
        runner: UseCaseRunner,
        policies: Mapping[str, RetentionPolicy[Any]] | None = None,
        sealed_with: Sequence[SealedWith] = (),
        *,
        open_scopes: OpensScopes = make_empty_reader,
        kinds: Sequence[Kind[Any]] = (),
    ) -> None:
        super().__init__(runner)
        self._policies = policies or {}
        self._sealed_with = sealed_with
        self._open_scopes = open_scopes
        self._kinds = {kind.name: kind for kind in kinds}

    @query(Permission.OPERATE)
    def preview_purge(self, session: ReadSession, keepsakes: Iterable[RetainedItem]) -> tuple[PurgeCandidate, ...]:
        """Return which of the retained items are due to be destroyed today, and which of them are held."""
        session.permit(self.context.district.root)
        due = find_purgeable(keepsakes, self.context.district.retention_days, (), session.today)
        held_scopes = {
            candidate.keepsake.scope for candidate in due if is_held(session, self._policies, candidate.keepsake.scope)
        }
        due_items = (candidate.keepsake for candidate in due)
        return find_purgeable(due_items, self.context.district.retention_days, held_scopes, session.today)

    @command(Permission.OPERATE, public=True, step_up=True)
    def order_purge(self, uow: UnitOfWork, case: CaseRef, *, reason: Reason) -> PurgeOrder:
        """Order the purge of a case that is over, some days from now; until then a legal hold cancels it.

        Args:
            case: `kind:id` of a tip, an inquiry or a post; the reporter is read from its record.
            reason: reason code, such as `retention` or `request`.

        Raises:
            BadInput: `case` names no case.
            Refused: the case isn't the actor's, or the actor released a hold that covered it.
            WrongStep: a legal hold forbids it, the case isn't over, or it was ordered before.
        """
        uow.record_every_refusal()
        uow.permitted_units()
        ref = Ref.parse(case)
        policy = self._policies.get(ref.kind)
        if policy is None:
            kinds = ", ".join(self._policies)
            raise BadInput(
                "{case!r} can't be destroyed by an order, because only cases can: name one as kind:id, with "
                "one of the kinds {allowed}.",
                case=case,
                allowed=kinds,
            )
        try:
            model = uow.get_permitted(policy.kind, ref.id)
        except Purged:
            raise WrongStep("The purge of {case!r} was ordered before and has been carried out.", case=case) from None
        if is_purge_ordered(uow, str(ref)):
            raise WrongStep(
                "The purge of {scope!r} was ordered before: {act:retention.purge} carries it out once it is due.",
                scope=case,
            )
        if is_case_open(self._policies, uow, case):
            raise WrongStep(
                "{case!r} isn't over, because something is still owed or under appeal: end the case first.", case=case
            )
        delay = get_purge_delay(self.context.district.retention_days)
        return self.order_destruction(uow, str(ref), policy.kind.unit(model), delay, reason)

    @step(Permission.OPERATE)
    def order_expired(self, uow: UnitOfWork, scope: str) -> PurgeOrder:
        """Order the purge of a scope whose retention period is over, whatever its kind.

        Raises:
            WrongStep: its retention period isn't over, it was ordered before, or a legal hold forbids it.
        """
        uow.permitted_units()
        kept_scope = self._open_scopes(uow)(scope)
        if kept_scope is None or not kept_scope.is_over(uow.today):
            raise WrongStep("{scope!r} must still be kept: {act:retention.preview} shows how long.", scope=scope)
        if is_purge_ordered(uow, scope):
            raise WrongStep(
                "The purge of {scope!r} was ordered before: {act:retention.purge} carries it out once it is due.",
                scope=scope,
            )
        uow.unit = self.context.district.unit(kept_scope.unit).id
        delay = get_purge_delay(self.context.district.retention_days)
        return self.order_destruction(uow, scope, kept_scope.unit, delay, "retention", clock=kept_scope.data)

    @step(Permission.OPERATE)
    def order_destruction(
        self, uow: UnitOfWork, scope: str, unit: str, delay: timedelta, reason: str, *, clock: str = ""
    ) -> PurgeOrder:
        """Order the purge of a scope after the caller has established that it may be destroyed.

        A scope that got a new key after its purge, because a person came back, may be ordered again.
        """
        uow.permit(unit)
        require_no_hold(uow, self._policies, {scope})
        earlier = uow.get(PURGE_ORDER, scope)
        uow.facts |= {"scope": shorten_scope_for_journal(scope), "reason": require_reason_code(reason)}
        uow.add_event("purge.ordered")
        order = PurgeOrder(
            id=scope,
            unit=unit,
            reason=reason,
            ordered_by=uow.actor.id,
            ordered_at=uow.at,
            due_at=uow.at + delay,
            clock=clock,
            purged_at=(earlier.done_at or earlier.purged_at) if earlier else None,
            counted=earlier.counted if earlier else None,
        )
        return uow.save(PURGE_ORDER, order)

    @workflow(Permission.OPERATE, public=True, step_up=True)
    def purge(self, actor: Actor, *, limit: Limit = 100, scopes: Sequence[Id] = ()) -> tuple[PurgeOrder, ...]:
        """Destroy the keys of the due orders, at most `limit` at once, and mark the orders as done.

        With `scopes`, only the orders of these scopes are executed. The encrypted data become unreadable in the live
        storage at once; in backups once the epoch key is destroyed, too. After a conflict or crash, run it again. An
        order for a case that was reopened waits until the case is over; an order covered by a hold waits for the end of
        the hold. While another worker purges, nothing is destroyed.

        Raises:
            Damaged: the record of an order can't be read; the others are destroyed.
        """
        begin = partial(self.begin_purge, actor.for_step("begin"), limit=limit, scopes=scopes)
        begun_orders = run_or_resume(actor, begin, lambda done: self._read_begun_orders(actor, done))
        holder = self.context.ids.new()
        done: list[PurgeOrder] = []
        failures: list[Damaged] = []
        lease: Lease | None = None
        try:
            for order in begun_orders:
                if order.done_at is not None:  # An earlier call, which was interrupted, has executed the order.
                    done.append(order)
                    continue
                if (lease := self._acquire_lease(holder)) is None:
                    break
                try:
                    done += self.finish_purge(actor.without_request(), [order.id])
                except Damaged as error:
                    failures.append(error)
        finally:
            if lease is not None:
                self.context.storage.leases.release(lease)
        if failures:
            raise failures[0]
        return tuple(done)

    def _read_begun_orders(self, actor: Actor, done: AlreadyDone) -> tuple[PurgeOrder, ...]:
        """Return the orders that an earlier call of the purge began, in their present state."""

        def load_begun_orders(session: ReadSession) -> tuple[PurgeOrder, ...]:
            session.permitted_units()
            orders = (session.load(PURGE_ORDER, scope) for scope in self._find_scopes(done))
            return tuple(order for order in orders if order.begun_at and (order.is_pending or order.done_at))

        return self.runner.run_query(actor, "governance.purge", Permission.OPERATE, False, load_begun_orders)

    def _find_scopes(self, done: AlreadyDone) -> tuple[str, ...]:
        """Return the scopes of the orders written in a commit; aliases identify those of conversations."""
        written = [(id, version) for kind, id, version in done.touched if kind == PURGE_ORDER.name]
        aliases = [(id, version) for id, version in written if is_alias(PURGE_ORDER.name, id)]
        scopes = [id for id, _ in written if not is_alias(PURGE_ORDER.name, id)]
        if aliases:
            names = self.context.names
            stored = [record.id for record in self.context.storage.maintenance.scan(PURGE_ORDER.name)]
            conversation_scopes = [scope for scope in stored if has_alias(PURGE_ORDER.name, scope)]
            scopes += [
                scope
                for scope in conversation_scopes
                if any(names.alias(PURGE_ORDER.name, scope, version) == alias for alias, version in aliases)
            ]
        return tuple(scopes)

    def _acquire_lease(self, holder: str) -> Lease | None:
        return self.context.storage.leases.acquire(_LEASE, holder, self.context.clock.now(), _LEASE_TIME)

    @command(Permission.OPERATE)
    def begin_purge(self, uow: UnitOfWork, *, limit: int, scopes: Collection[str]) -> tuple[PurgeOrder, ...]:
        """Begin the execution of due orders, and record the key that each destroys: from now on no hold cancels them.

        An order of the retention clock is cancelled if its period runs again, because the person wrote again or a case
        was reopened.
        """
        permitted = uow.permitted_units()
        conditions = {"done": False} | ({"scope": tuple(scopes)} if scopes else {})
        begun: list[PurgeOrder] = []
        waiting = 0
        read = self._open_scopes(uow)
        for order in uow.iter_all(PURGE_ORDER, "id", units=permitted, where=conditions, complete=False):
            if len(begun) == limit:
                break
            if not order.is_due(uow.at):
                continue
            try:
                if (started := self._begin_order(uow, order, read)) is not None:
                    begun.append(started)
            except Damaged as error:  # The facts, exclusions or holds of the order's record can't be read.
                _log.warning("the purge of %s waits: %s", make_public_scope_name(order.id), error)
                waiting += 1
        uow.facts |= {"scopes": len(begun)} | ({"waiting": waiting} if waiting else {})
        return tuple(begun)

    def _begin_order(self, uow: UnitOfWork, order: PurgeOrder, read: ReadsScope) -> PurgeOrder | None:
        """Begin the execution of a due order, and return it; None if it waits or was cancelled.

        Raises:
            Damaged: the record that the order is about can't be read.
        """
        if is_excluded_from(uow, self._policies, order.id):  # Another officer has to execute the order.
            return None
        if order.begun_at is None and _is_retained_again(uow, order, read):
            self._cancel_order(uow, order)
            return None
        if is_case_open(self._policies, uow, order.id) or not guard_against_hold(uow, self._policies, order.id):
            return None
        counted = count_facts(uow, self._kinds, order.id)
        return uow.save(PURGE_ORDER, order.begun(uow.at, counted, mark_key(self.context, order.id)))

    @staticmethod
    def _cancel_order(uow: UnitOfWork, order: PurgeOrder) -> None:
        uow.save(PURGE_ORDER, order.given_up(uow.at))
        uow.add_event("purge.cancelled")

    @command(Permission.OPERATE)
    def finish_purge(self, uow: UnitOfWork, scopes: Collection[str]) -> tuple[PurgeOrder, ...]:
        """Destroy the keys of begun orders, with files, index entries and queue rows, and mark the orders as done.

        All conditions of an order are checked again directly before its key is destroyed. An order of the retention
        clock is cancelled if its period runs again; an order covered by a hold meanwhile waits; and a key that the
        scope got since is left alone.

        Raises:
            WrongStep: an order wasn't begun, or was executed or cancelled already; nothing is destroyed then.
        """
        uow.record_every_refusal()
        uow.permitted_units()
        orders = [self._load_order(uow, scope) for scope in scopes]
        for order in orders:
            if not order.is_pending:
                raise WrongStep(
                    "The purge of {scope!r} was carried out or cancelled already: if it is still needed, "
                    "order it again with {act:retention.order_purge}.",
                    scope=order.id,
                )
            if order.begun_at is None or order.key_mark is None:
                raise WrongStep("The purge of {scope!r} hasn't begun: run {act:retention.purge}.", scope=order.id)
        executed = [(order, removed) for order in orders if (removed := self._execute_order(uow, order)) is not None]
        files, rows = (sum(counts) for counts in zip((0, 0), *(removed for _, removed in executed), strict=True))
        uow.facts |= {"scopes": len(executed), "files": files, "rows": rows}
        if executed:
            uow.add_event("purge.done")
        journal = self.context.storage.journal
        return tuple(
            uow.save(PURGE_ORDER, executed_order.done(uow.at, find_handed_out_exports(journal, executed_order.id)))
            for executed_order, _ in executed
        )

    def _execute_order(self, uow: UnitOfWork, order: PurgeOrder) -> tuple[int, int] | None:
        """Destroy an order's data, and return the numbers of deleted files and rows; None if it waits or is cancelled.

        Data encrypted with a new key, of a person who came back after the destruction, stay.
        """
        scope = order.id
        mark = order.key_mark or ""
        if is_other_key(self.context, scope, mark):
            self._write_entries(name_lost_records(uow, self._sealed_with, scope))
            return 0, 0
        # Files are found before the last check, since that takes long; only the key identifies them.
        named_files = find_files(self.context, iter_sealed_records(self.context, self._sealed_with, scope))
        files = [*find_sealed_files(self.runner, scope, named_files)]
        if self.context.storage.keyring.get(scope) is not None:
            if _is_retained_again(uow, order, self._open_scopes(uow)):
                self._cancel_order(uow, order)
                return None
            if not guard_against_hold(uow, self._policies, scope):
                return None
        return self._destroy_key(uow, scope, files)

    def _destroy_key(self, uow: UnitOfWork, scope: str, files: Collection[str]) -> tuple[int, int]:
        """Destroy a key, after its files: so a retry after a crash still deletes the rest of them."""
        self._write_entries(name_destroyed(uow, self._sealed_with, scope))
        removed = sum(self.context.blobs.delete(name) for name in files)
        uow.remove_from_index(iter_indexed_records(self.context, self._kinds, self._sealed_with, scope))
        self.context.storage.keyring.destroy(scope)
        self.context.encryptor.forget(scope)
        return removed, self._remove_rows(scope)

    def _remove_rows(self, scope: str) -> int:
        """Remove the queue rows about a scope and its records; for an identity also the rows addressed to the person.

        While an officer's decision about a row of another scope is pending, such as a failed answer to a case, the rows
        addressed to the person stay: they are removed with their case, or after the retention days of queue rows.
        """
        ref = Ref.parse(scope)
        queues = self.context.storage.queues
        sealed = {
            f"{record.kind}:{record.id}" for record in iter_sealed_records(self.context, self._sealed_with, scope)
        }
        removes_person = ref.kind == IDENTITY_SCOPE and not self._has_pending_decision(ref.id)
        return queues.remove_ended({scope, *sealed}, self._list_queue_names(ref.id) if removes_person else ())

    def _list_queue_names(self, conversation: str) -> set[str]:
        """Return the names that queue rows, pending or ended, may have for a conversation."""
        queues = self.context.storage.queues
        names = self.context.names
        # Rows are read in the order of their ids alone, which needs no sorting.
        messages = iter_rows(lambda last: queues.outbox(limit=_PAGE, after=last))
        events = iter_rows(lambda last: queues.inbox((InboxState.DONE,), limit=_PAGE, after=last))
        return {
            conversation,
            *(row.conversation for row in messages if is_recipient(names, conversation, row)),
            *(row.conversation for row in events if row.conversation == build_author_name(names, conversation, row)),
        }

    def _has_pending_decision(self, conversation: str) -> bool:
        queues = self.context.storage.queues
        after = ""
        while rows := queues.outbox(FOR_PEOPLE, after=after, conversation=conversation):
            if self.context.storage.keyring.get_many({row.scope for row in rows if not is_outbox_scope(row.scope)}):
                return True
            after = rows[-1].id
        return False

    def _write_entries(self, parts: Sequence[Entry]) -> None:
        self.runner.apply([ChangeSet(entry=entry) for entry in parts])

    def _load_order(self, session: ReadSession, scope: str) -> PurgeOrder:
        order = session.get_permitted(PURGE_ORDER, scope)
        if is_excluded_from(session, self._policies, scope):
            raise session.build_withheld_error(
                PURGE_ORDER.name, scope, "the actor is excluded from its case", unit=order.unit
            )
        return order


def _is_retained_again(uow: UnitOfWork, order: PurgeOrder, read: ReadsScope) -> bool:
    """Return whether the retention period of a clock's order runs again."""
    if not order.clock:
        return False
    kept_scope = read(order.id)
    return kept_scope is not None and not kept_scope.is_over(uow.today)


def is_purge_ordered(uow: UnitOfWork, scope: str) -> bool:
    """Return whether a purge was ordered; an executed order no longer counts once the scope has a new key."""
    order = uow.get(PURGE_ORDER, scope)
    if order is None or order.cancelled_at is not None:
        return False
    return order.done_at is None or uow.context.storage.keyring.get(scope) is None
