"""Checks that every storage backend makes before it writes, for errors that don't depend on concurrent writers."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import (
    ChangeSet,
    InboxSettled,
    IndexSpec,
    NewKey,
    NoneLeft,
    OutboxSettled,
    Record,
)
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, Row
from anninh_core.ports.storages.query import check_value, check_where, names
from anninh_core.ports.storages.queues import FOR_PEOPLE, LANES, LEASED, SETTLED, InboxState, OutboxState
from anninh_core.ports.storages.searching import check_terms

T = TypeVar("T")

_OUTBOX_ENDS = SETTLED | {OutboxState.READY}
_DECIDABLE_STATES = (OutboxState.WAITING, OutboxState.READY, *FOR_PEOPLE)
_INBOX_ENDS = {  # Whether a person decides -> states that an inbox row may then get.
    False: (InboxState.DONE, InboxState.FAILED),
    True: (InboxState.DONE, InboxState.NEW),
}
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,39}")


def require_kind(kinds: Mapping[str, T], kind: str) -> T:
    """Return the value that a backend has for a kind of record.

    Raises:
        BadInput: the kind wasn't passed to `prepare`.
    """
    if kind not in kinds:
        raise BadInput(
            "Kind {kind!r} is unknown: use one of those given to `prepare()`: {allowed}.",
            kind=kind,
            allowed=names(kinds),
        )
    return kinds[kind]


def check_change(specs: Mapping[str, IndexSpec], change: ChangeSet) -> None:
    """Raise `BadInput` for a change set that is invalid for any storage."""
    for record in change.records:
        check_record(require_kind(specs, record.kind), record)
    for guard in change.guards:
        spec = require_kind(specs, guard.kind)
        if isinstance(guard, NoneLeft):
            check_where(spec, guard.where)
    for search_terms in change.search:
        check_terms(search_terms.terms)
    _check_queues(change)


def check_spec(spec: IndexSpec) -> None:
    """Raise `BadInput` if the spec of a kind has names that are invalid in a database, untypable columns, or orders
    over unknown columns.
    """
    for name in (spec.kind, *spec.columns, *spec.multi, *spec.orders):
        if not _NAME.fullmatch(name):
            raise BadInput(
                "{name!r} isn't a valid name of a kind, column or order: use 1 to 40 characters of a-z, 0-9, "
                "_, . and -, beginning with a letter.",
                name=name,
            )
    if untyped := [name for name, kind in spec.columns.items() if kind not in (str, int, float, bool)]:
        raise BadInput(
            "{kind} has columns of an invalid type ({columns}): use str, int, float or bool.",
            kind=spec.kind,
            columns=names(untyped),
        )
    if duplicates := spec.columns.keys() & set(spec.multi):
        raise BadInput(
            "{kind} has columns that are both single and multi ({columns}): declare each of them only once.",
            kind=spec.kind,
            columns=names(duplicates),
        )
    for order in spec.orders:
        if unknown := {column.removeprefix("-") for column in spec.orders[order]} - spec.columns.keys():
            raise BadInput(
                "Order {order!r} of {kind} uses unknown columns ({columns}): choose from {allowed}.",
                kind=spec.kind,
                order=order,
                columns=names(unknown),
                allowed=names(spec.columns),
            )
    _check_filters(spec)


def _check_filters(spec: IndexSpec) -> None:
    if unknown := spec.filters.keys() - spec.orders.keys():
        raise BadInput(
            "{kind} has filters for unknown orders ({orders}): choose from {allowed}.",
            kind=spec.kind,
            orders=names(unknown),
            allowed=names(spec.orders),
        )
    columns = {"unit", *spec.columns}
    for combination in (columns_of_filter for several in spec.filters.values() for columns_of_filter in several):
        if not (combination and columns.issuperset(combination)) and combination not in [
            (name,) for name in spec.multi
        ]:
            raise BadInput(
                "{kind} can't be filtered by {combination}: choose from the columns {columns}, or use one of "
                "the multi columns {multi}.",
                kind=spec.kind,
                combination=combination,
                columns=names(columns),
                multi=names(spec.multi),
            )


def check_record(spec: IndexSpec, record: Record) -> None:
    """Raise `BadInput` if a record has a version below 1, or a column that isn't in the spec or has another type."""
    if record.version < 1:
        raise BadInput(
            "Record {kind}:{record} has the invalid version {version}: use 1 or more.",
            kind=record.kind,
            record=record.id,
            version=record.version,
        )
    for name, value in record.columns.items():
        kind = spec.columns.get(name)
        if not type(value) is kind is str:  # Nearly all values are texts in a text column, and need no check.
            check_value(spec, name, value, kind)
    if unknown := record.multi.keys() - set(spec.multi):
        raise BadInput(
            "{kind} has no multi columns {columns}: choose from {allowed}.",
            kind=spec.kind,
            columns=names(unknown),
            allowed=names(spec.multi),
        )


def fill_columns(spec: IndexSpec, record: Record) -> Record:
    """Return the record in the form that every storage returns: with all columns, empty ones as None or ()."""
    columns = {name: record.columns.get(name) for name in spec.columns}
    multi = {name: tuple(record.multi.get(name, ())) for name in spec.multi}
    return evolve(record, columns=columns, multi=multi)


def check_row(specs: Mapping[str, IndexSpec], row: Row) -> None:
    """Raise `BadInput` for a row of a dump that is invalid for any storage.

    Args:
        specs: the kinds of the storage, and those of the dump.
        row: row to load, a record after `fit_record`.
    """
    match row:
        case IndexSpec():
            check_spec(row)
        case Record():
            check_record(require_kind(specs, row.kind), row)
        case KeptInbox(row=inbox):
            _check_among(inbox.state, tuple(InboxState), f"inbox row {inbox.id} is in state")
        case KeptOutbox(row=outbox):
            _check_among(outbox.state, tuple(OutboxState), f"outbox row {outbox.id} is in state")
            _check_among(outbox.lane, LANES, f"outbox row {outbox.id} is in lane")
        case _:
            pass


def fit_record(specs: Mapping[str, IndexSpec], record: Record) -> Record:
    """Return a record with the current columns of its kind.

    Columns that the kind no longer has are dropped, as an upgrade leaves them unread; new ones are empty.
    """
    return fill_columns(require_kind(specs, record.kind), record)


def _check_among(value: str, allowed: Sequence[str], label: str) -> None:
    if value not in allowed:
        raise BadInput(
            "The state or lane of {row} can't be {code!r}: choose from {allowed}.",
            row=label.partition(" is in ")[0],
            code=value,
            allowed=names(allowed),
        )


def _check_queues(change: ChangeSet) -> None:
    if change.inbox and len({(new.source, new.dedupe) for new in change.inbox}) < len(change.inbox):
        raise BadInput("A change set contains the same event twice: remove one of them.")
    for row in change.outbox:
        if row.lane not in LANES:
            raise BadInput(
                "Outbox row {row} has the unknown lane {lane!r}: choose from {allowed}.",
                row=row.id,
                lane=row.lane,
                allowed=names(LANES),
            )
    if (inbox := change.inbox_settled) and inbox.state not in (allowed := _INBOX_ENDS[inbox.token is None]):
        raise BadInput(
            "Inbox row {row} can't become {state}: choose from {allowed}.",
            row=inbox.id,
            state=inbox.state,
            allowed=names(allowed),
        )
    if (outbox := change.outbox_settled) and outbox.state not in _OUTBOX_ENDS:
        raise BadInput(
            "An outbox row can't become {state}: choose from {allowed}.",
            state=outbox.state,
            allowed=names(_OUTBOX_ENDS),
        )


def may_settle_inbox(settled: InboxSettled, state: InboxState, token: int) -> bool:
    """Return whether an inbox row in this state may get this settlement: from the worker with its claim, or from a
    person.
    """
    if settled.token is None:
        return state == InboxState.FAILED
    return state == InboxState.CLAIMED and token == settled.token


def may_settle_outbox(settled: OutboxSettled, state: OutboxState, token: int) -> bool:
    """Return whether an outbox row in this state may get this settlement: from the worker with its claim, or from a
    person.
    """
    if settled.token is None:
        decidable = state in _DECIDABLE_STATES or (state, settled.state) == (OutboxState.DELIVERED, OutboxState.FAILED)
        return decidable and settled.seen in (None, token)
    return state in LEASED and token == settled.token


def are_keys_current(held: Mapping[str, NewKey], indexed: Mapping[str, str], change: ChangeSet) -> bool:
    """Return whether a change set's new keys, and those it was encrypted under, are consistent with the key ring.

    Args:
        held: current keys of their scopes.
        indexed: blind index -> scope that has it.
        change: the change set.
    """
    if not (change.keys or change.sealed_under):
        return True
    epochs = {key.scope: held[key.scope].epoch for key in change.keys if key.scope in held}
    return (
        all(epochs.get(key.scope, "") == key.replaces for key in change.keys)
        and all(indexed.get(key.blind_index, key.scope) == key.scope for key in change.keys if key.blind_index)
        and all(_is_same_key(held.get(key.scope), key) for key in change.sealed_under)
    )


def _is_same_key(held: NewKey | None, key: NewKey) -> bool:
    return held is not None and (held.epoch, held.wrapped) == (key.epoch, key.wrapped)
