"""Which records an erasure scope seals: those that nobody can open any more once its key is destroyed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry, Record, Scalar
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.resident_names import journal_scope
from anninh_core.usecase.unit_of_work import UnitOfWork

_PAGE = 500
MAX_NAMED = 1000
"""Records that one entry of a purge names."""


@frozen(kw_only=True)
class SealedWith:
    """Records that are sealed under a scope which isn't their own.

    Attributes:
        kind: of the records.
        column: which of its columns tells the scope.
        scope_kind: the scope is `scope_kind:value of the column`; "" where the column has all of it.
        column_value: the column's value by the scope's id, where that says more.
    """

    kind: Kind[Any]
    column: str
    scope_kind: str = ""
    column_value: Callable[[str], str] = str

    def value(self, scope: Ref) -> str:
        """Return the column's value of what a scope seals, "" where it can't seal any."""
        if not self.scope_kind:
            return str(scope)
        return self.column_value(scope.id) if scope.kind == self.scope_kind else ""


def name_destroyed(uow: UnitOfWork, sealed_with: Sequence[SealedWith], scope: str) -> list[Entry]:
    """Let an act's entry name what destroying a scope's key destroys.

    Returns:
        Entries of their own for what the act's entry has no room for; to be written before the key is destroyed.
    """
    return _name(uow, scope, iter_sealed(uow.context, sealed_with, scope))


def name_lost(uow: UnitOfWork, sealed_with: Sequence[SealedWith], scope: str) -> list[Entry]:
    """Let an act's entry name what was destroyed with an earlier key of a scope; returns as for `name_destroyed`."""
    context = uow.context
    kept = {(record.kind, record.id) for record, _ in context.open_bodies(iter_sealed(context, sealed_with, scope))}
    records = iter_sealed(context, sealed_with, scope)
    return _name(uow, scope, (record for record in records if (record.kind, record.id) not in kept))


def _name(uow: UnitOfWork, scope: str, records: Iterable[Record]) -> list[Entry]:
    names = [f"{record.kind}:{record.id}@{record.version}" for record in records]
    room = max(0, MAX_NAMED - len(uow.opened.destroyed))
    uow.opened.destroyed += names[:room]
    rest = names[room:]
    facts: dict[str, Scalar] = {"scope": journal_scope(scope), "part": True, **uow.actor.sign_in.facts}
    template = Entry(id="", at=uow.at, actor=uow.actor.label, action=uow.action, unit=uow.unit, facts=facts)
    return [
        evolve(template, id=uow.context.ids.new(), named=tuple(rest[start : start + MAX_NAMED]))
        for start in range(0, len(rest), MAX_NAMED)
    ]


def iter_sealed(context: UseCaseContext, sealed_with: Sequence[SealedWith], scope: str) -> Iterator[Record]:
    """Yield the records that a scope seals; who somebody is isn't named, as the order itself does."""
    if (own := context.own_record(scope)) is not None:
        yield own
    yield from iter_beside(context, sealed_with, scope)


def iter_beside(context: UseCaseContext, sealed_with: Sequence[SealedWith], scope: str) -> Iterator[Record]:
    """Yield the records beside its own that a scope seals."""
    for beside in sealed_with:
        if value := beside.value(Ref.parse(scope)):
            yield from (record for record in _find(context, beside, value) if record.scope == scope)


def iter_indexed(
    context: UseCaseContext, kinds: Mapping[str, Kind[Any]], sealed_with: Sequence[SealedWith], scope: str
) -> Iterator[Record]:
    """Yield the records that a scope seals and of which the index may hold something, who somebody is among them."""
    for record in iter_sealed(context, sealed_with, scope):
        kind = kinds.get(record.kind)
        if kind is None or kind.search is not None or kind.identifies:
            yield record
    for kind in kinds.values():
        found = context.storage.records.get(kind.name, Ref.parse(scope).id) if kind.is_somebody else None
        if found is not None and found.scope == scope:
            yield found


def _find(context: UseCaseContext, beside: SealedWith, value: str) -> Iterator[Record]:
    spec = beside.kind.spec
    query = Find(kind=spec.kind, order=next(iter(spec.orders)), where={beside.column: value}, limit=_PAGE)
    return iter_records(context.storage.records, query)
