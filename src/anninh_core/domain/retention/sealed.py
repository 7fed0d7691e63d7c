"""Functions that find the records encrypted under an erasure scope, which become unreadable once its key is
destroyed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry, Record, Scalar
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.resident_names import shorten_scope_for_journal
from anninh_core.usecase.unit_of_work import UnitOfWork

_PAGE = 500
MAX_NAMED = 1000
"""Maximal number of records that an audit entry of a purge names."""


@frozen(kw_only=True)
class SealedWith:
    """Records that are encrypted under another record's scope.

    Attributes:
        kind: kind of the records.
        column: column that identifies the scope.
        scope_kind: the scope is `scope_kind:value of the column`; "" if the column has the whole scope.
        column_value: returns the column's value for the scope's id, if they differ.
    """

    kind: Kind[Any]
    column: str
    scope_kind: str = ""
    column_value: Callable[[str], str] = str

    def value(self, scope: Ref) -> str:
        """Return the column's value for a scope, "" if the scope can't encrypt such records."""
        if not self.scope_kind:
            return str(scope)
        return self.column_value(scope.id) if scope.kind == self.scope_kind else ""


def name_destroyed(uow: UnitOfWork, sealed_with: Sequence[SealedWith], scope: str) -> list[Entry]:
    """Add the names of the records that are destroyed with a scope's key to the audit entry of the use case.

    Returns:
        Further entries for the names that don't fit in that entry; they must be written before the key is destroyed.
    """
    return _name_records(uow, scope, iter_sealed_records(uow.context, sealed_with, scope))


def name_lost_records(uow: UnitOfWork, sealed_with: Sequence[SealedWith], scope: str) -> list[Entry]:
    """Add the names of the records that were lost with an earlier key of a scope to the audit entry; return as
    `name_destroyed_records` does.
    """
    context = uow.context
    kept = {
        (record.kind, record.id) for record, _ in context.open_bodies(iter_sealed_records(context, sealed_with, scope))
    }
    records = iter_sealed_records(context, sealed_with, scope)
    return _name_records(uow, scope, (record for record in records if (record.kind, record.id) not in kept))


def _name_records(uow: UnitOfWork, scope: str, records: Iterable[Record]) -> list[Entry]:
    names = [f"{record.kind}:{record.id}@{record.version}" for record in records]
    room = max(0, MAX_NAMED - len(uow.opened.destroyed))
    uow.opened.destroyed += names[:room]
    rest = names[room:]
    facts: dict[str, Scalar] = {"scope": shorten_scope_for_journal(scope), "part": True, **uow.actor.sign_in.facts}
    template = Entry(id="", at=uow.at, actor=uow.actor.label, action=uow.action, unit=uow.unit, facts=facts)
    return [
        evolve(template, id=uow.context.ids.new(), named=tuple(rest[start : start + MAX_NAMED]))
        for start in range(0, len(rest), MAX_NAMED)
    ]


def iter_sealed_records(context: UseCaseContext, sealed_with: Sequence[SealedWith], scope: str) -> Iterator[Record]:
    """Yield the records encrypted under a scope, except an identity's own record, which the order names already."""
    if (own := context.find_own_record(scope)) is not None:
        yield own
    yield from iter_dependent_records(context, sealed_with, scope)


def iter_dependent_records(context: UseCaseContext, sealed_with: Sequence[SealedWith], scope: str) -> Iterator[Record]:
    """Yield the records of other kinds encrypted under a scope, in addition to its own record."""
    for dependent in sealed_with:
        if value := dependent.value(Ref.parse(scope)):
            yield from (
                record for record in _find_dependent_records(context, dependent, value) if record.scope == scope
            )


def iter_indexed_records(
    context: UseCaseContext, kinds: Mapping[str, Kind[Any]], sealed_with: Sequence[SealedWith], scope: str
) -> Iterator[Record]:
    """Yield the records encrypted under a scope that the index may have entries for, including identity records."""
    for record in iter_sealed_records(context, sealed_with, scope):
        kind = kinds.get(record.kind)
        if kind is None or kind.search is not None or kind.has_identifiers:
            yield record
    for kind in kinds.values():
        identity = context.storage.records.get(kind.name, Ref.parse(scope).id) if kind.is_person else None
        if identity is not None and identity.scope == scope:
            yield identity


def _find_dependent_records(context: UseCaseContext, dependent: SealedWith, value: str) -> Iterator[Record]:
    spec = dependent.kind.spec
    query = Find(kind=spec.kind, order=next(iter(spec.orders)), where={dependent.column: value}, limit=_PAGE)
    return iter_records(context.storage.records, query)
