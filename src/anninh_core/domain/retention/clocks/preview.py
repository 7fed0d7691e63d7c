"""Preview of retention: which encrypted data will be destroyed when, and why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.domain.retention.clocks.model import KeptScope, OpensScopes
from anninh_core.domain.retention.coverage import Policies, find_holds, is_excluded_from
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import LegalHold, PurgeOrder
from anninh_core.domain.retention.rules import PERSON_SCOPES, get_purge_delay
from anninh_core.domain.retention.views import make_public_scope_name
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.arguments import Cursor, Days, Limit
from anninh_core.usecase.keyed_hashes.people import iter_scopes
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission

_MAX_DAYS = 36_500


class Fate(StrEnum):
    """What will happen to data within the requested days."""

    GOES = "goes"
    """The retention period is or will be over."""
    ORDERED = "ordered"
    """The destruction was ordered."""
    HELD = "held"
    """The retention period is or will be over, but a legal hold prevents the destruction."""
    WAITS = "waits"
    """The retention period hasn't begun."""
    KEPT = "kept"
    """The destruction is later than the requested days, or never."""


@view
class PreviewItemView:
    """The future of the data encrypted under a scope.

    Attributes:
        scope: name of the scope, such as `tip:<id>`; for a person only the kind, `identity` or `conversation`.
    """

    scope: str
    unit: str
    data: str
    fate: Fate
    ended_on: date | None
    last_day: date | None
    goes_on: date | None
    holds: tuple[str, ...]
    waits_for: str


@frozen(kw_only=True)
class PreviewItem:
    """The future of the data that are encrypted under a scope.

    Attributes:
        data: kind of data, as the profile's `retention_days` name it.
        ended_on, last_day: day on which the retention period begins, and its last day; None if unknown.
        goes_on: first day on which its key may be destroyed; None if unknown.
        holds: ids of the legal holds that cover it, without those that the actor may not see.
        waits_for: why the retention period hasn't begun, such as a case that isn't over, or "".
    """

    scope: str
    unit: str
    data: str
    fate: Fate
    ended_on: date | None
    last_day: date | None
    goes_on: date | None
    holds: tuple[str, ...] = ()
    waits_for: str = ""

    def to_view(self) -> PreviewItemView:
        """Return the read-only view of the item."""
        return make_view(PreviewItemView, self, scope=make_public_scope_name(self.scope))


@view
class PreviewCount:
    """Number of scopes of a kind of data with the same fate within the requested days."""

    data: str
    fate: Fate
    count: int


class Previews(Service):
    """Use cases that preview retention. They order nothing.

    Args:
        policies: retention policies of the kinds of case, by name.
        open_scopes: returns a function that reads the retention of a scope.
        scope_kinds: kinds of scopes that have a clock, in display order.
    """

    action_prefix = "governance"

    def __init__(
        self, runner: UseCaseRunner, policies: Policies, open_scopes: OpensScopes, scope_kinds: Sequence[str]
    ) -> None:
        super().__init__(runner)
        self._policies = policies
        self._open_scopes = open_scopes
        self._scope_kinds = tuple(scope_kinds)

    @query(Permission.OPERATE, public=True)
    def preview(
        self,
        session: ReadSession,
        *,
        days: Days = 30,
        data: str = "",
        fate: str = "",
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[PreviewItem]:
        """Return data of the actor's units with a destruction due within some days, ordered, or prevented by a hold.

        Identities and one-to-one conversations appear only for operators of the root unit.

        Args:
            days: length of the preview; 0 is today.
            data: only this kind of data, as the profile's `retention_days` name it.
            fate: only this fate: `goes`, `ordered`, `held`, `waits` or `kept`; the last two appear only if named here.

        Raises:
            BadInput: an unknown fate, or a number out of range.
        """
        if limit < 1:
            raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit, argument="limit")
        fates = _parse_fate(fate)
        items: list[PreviewItem] = []
        for item in self._iter_items(session, days, after):
            if item.fate in fates and data in ("", item.data):
                items.append(item)
            if len(items) > limit:
                return Listing(tuple(items[:limit]), _build_cursor(items[limit - 1].scope, items[limit].scope))
        return Listing(tuple(items))

    @query(Permission.OPERATE, public=True)
    def preview_counts(self, session: ReadSession, *, days: Days = 30) -> tuple[PreviewCount, ...]:
        """Return the numbers of scopes of the actor's units by kind of data and fate within some days."""
        counts = Counter((item.data, item.fate) for item in self._iter_items(session, days, ""))
        order = [*Fate]
        return tuple(
            PreviewCount(data=data, fate=fate, count=count)
            for (data, fate), count in sorted(counts.items(), key=lambda entry: (entry[0][0], order.index(entry[0][1])))
        )

    def _iter_items(self, session: ReadSession, days: int, after: str) -> Iterator[PreviewItem]:
        """Yield the scopes that have a key and a clock, after a cursor, unless the actor is excluded from them."""
        if not 0 <= days <= _MAX_DAYS:
            raise BadInput("A preview can't cover {days} days: give 0 to {most:,}.", days=days, most=_MAX_DAYS)
        permitted = session.permitted_units()
        read = self._open_scopes(session)
        until = session.today + timedelta(days=days)
        for scope in self._iter_scopes(after):
            kept_scope = read(scope)
            if kept_scope is None or self._is_excluded(session, kept_scope):
                continue
            if permitted is None or self._get_owner_unit(kept_scope) in permitted:
                yield self._build_item(session, kept_scope, until)

    def _is_excluded(self, session: ReadSession, kept_scope: KeptScope) -> bool:
        """Return whether a conflict of interest excludes the actor from all cases that a scope is about."""
        cases = kept_scope.cases or (kept_scope.scope,)
        return all(is_excluded_from(session, self._policies, case) for case in cases)

    def _get_owner_unit(self, kept_scope: KeptScope) -> str:
        """Return the unit whose operators may see the scope: the root for personal scopes, which concern all units."""
        is_personal = Ref.parse(kept_scope.scope).kind in PERSON_SCOPES
        return self.context.district.root if is_personal else self.context.district.unit(kept_scope.unit).id

    def _iter_scopes(self, after: str) -> Iterator[str]:
        """Yield the scopes that have a key, kind by kind."""
        first_kind = after.partition(":")[0]
        kinds = (
            self._scope_kinds[self._scope_kinds.index(first_kind) :]
            if first_kind in self._scope_kinds
            else self._scope_kinds
        )
        for kind in kinds:
            yield from iter_scopes(self.context.storage.keyring, kind, after if kind == first_kind else "")

    def _build_item(self, session: ReadSession, kept_scope: KeptScope, until: date) -> PreviewItem:
        order = session.get(PURGE_ORDER, kept_scope.scope)
        is_ordered = order is not None and order.is_pending
        goes_on = (
            _get_order_day(order)
            if order is not None and is_ordered
            else self._compute_destruction_day(session, kept_scope)
        )
        holds = (
            find_holds(session, self._policies, kept_scope.scope) if goes_on is not None and goes_on <= until else ()
        )
        return PreviewItem(
            scope=kept_scope.scope,
            unit=kept_scope.unit,
            data=kept_scope.data,
            fate=_judge_fate(kept_scope, goes_on, until, is_held=bool(holds), is_ordered=is_ordered),
            ended_on=kept_scope.ended_on,
            last_day=kept_scope.last_day,
            goes_on=goes_on,
            holds=tuple(hold.id for hold in holds if self._may_see_hold(session, hold)),
            waits_for=kept_scope.waits_for,
        )

    def _may_see_hold(self, session: ReadSession, hold: LegalHold) -> bool:
        permitted = session.permitted_units()
        is_own = permitted is None or self.context.district.unit(hold.unit).id in permitted
        return is_own and not is_excluded_from(session, self._policies, hold.scope)

    def _compute_destruction_day(self, session: ReadSession, kept_scope: KeptScope) -> date | None:
        """Return the day on which data without a purge order would be destroyed, or None."""
        if kept_scope.last_day is None:
            return None
        ordered_on = max(kept_scope.last_day + timedelta(days=1), session.today)
        return ordered_on + get_purge_delay(self.context.district.retention_days)


def _get_order_day(order: PurgeOrder) -> date:
    return local_date(order.due_at or order.ordered_at)


def _judge_fate(kept_scope: KeptScope, goes_on: date | None, until: date, *, is_held: bool, is_ordered: bool) -> Fate:
    if is_held:
        return Fate.HELD
    if kept_scope.ended_on is None:
        return Fate.WAITS
    if is_ordered:
        return Fate.ORDERED
    return Fate.GOES if goes_on is not None and goes_on <= until else Fate.KEPT


def _build_cursor(last: str, following: str) -> str:
    """Return a cursor between two successive scopes, shortened so that it names neither of them in full if possible."""
    kind = Ref.parse(following).kind
    if Ref.parse(last).kind != kind:
        return f"{kind}:"
    cursor = next(begin for end in range(1, len(following) + 1) if (begin := following[:end]) > last)
    return cursor if cursor != following else last


def _parse_fate(fate: str) -> frozenset[Fate]:
    if not fate:
        return frozenset({Fate.GOES, Fate.ORDERED, Fate.HELD})
    if fate not in [*Fate]:
        raise BadInput(
            "{fate!r} isn't a fate: choose one of {allowed}.", fate=fate, allowed=tuple(Fate), argument="fate"
        )
    return frozenset({Fate(fate)})
