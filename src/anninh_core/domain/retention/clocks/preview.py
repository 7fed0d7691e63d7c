"""What goes when, and why: everything that is sealed, seen ahead."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.domain.retention.clocks.model import KeptScope, OpensScopes
from anninh_core.domain.retention.coverage import Policies, find_holds, is_excluded_from
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import LegalHold, PurgeOrder
from anninh_core.domain.retention.rules import PERSON_SCOPES, purge_delay
from anninh_core.domain.retention.views import show_scope
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
    """What becomes of something.

    GOES: its time will be over, or is. ORDERED: its destruction was ordered. HELD: it would go, and a legal hold keeps
    it. WAITS: its time doesn't count yet. KEPT: it goes later than was asked, or never.
    """

    GOES = "goes"
    """Its time will be over, or is."""
    ORDERED = "ordered"
    """Its destruction was ordered."""
    HELD = "held"
    """It would go, and a legal hold keeps it."""
    WAITS = "waits"
    """Its time doesn't count yet."""
    KEPT = "kept"
    """It goes later than was asked, or never."""


@view
class PreviewItemView:
    """What becomes of something that a scope seals.

    Attributes:
        scope: what it is, such as `tip:<id>`; of a person only the kind, `identity` or `conversation`.
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
    """What becomes of something that a scope seals.

    Attributes:
        data: kind of data, as the profile's `retention_days` name it.
        ended_on, last_day: day from which its time counts, and last one on which it is kept; None where nobody knows.
        goes_on: first day on which its key may be destroyed; None where nobody knows.
        holds: ids of the legal holds that cover it, as far as the actor may know of them.
        waits_for: what it waits for, such as a case that isn't over, or "".
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
        """Return what may leave."""
        return make_view(PreviewItemView, self, scope=show_scope(self.scope))


@view
class PreviewCount:
    """How many things of a kind of data have a fate within the days asked for."""

    data: str
    fate: Fate
    count: int


class Previews(Service):
    """Looks ahead. Nothing is ordered by it.

    Args:
        policies: how the kinds are kept whose cases end, by their names.
        open_scopes: tells where anything stands that a scope seals.
        scope_kinds: kinds of scopes that have a clock, in the order in which they are shown.
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
        """Return what of the actor's units goes within some days, what was ordered, and what only a hold keeps.

        Identities and one-to-one conversations are told of to those who operate the whole.

        Args:
            days: how far ahead; 0 is today.
            data: only this kind of data, as the profile's `retention_days` name it.
            fate: only this one: `goes`, `ordered`, `held`, `waits` or `kept`; the last two are shown only so.

        Raises:
            BadInput: no such fate, or a number that can't be.
        """
        if limit < 1:
            raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit, argument="limit")
        shown = _parse_fate(fate)
        found: list[PreviewItem] = []
        for item in self._iter_items(session, days, after):
            if item.fate in shown and data in ("", item.data):
                found.append(item)
            if len(found) > limit:
                return Listing(tuple(found[:limit]), _cursor(found[limit - 1].scope, found[limit].scope))
        return Listing(tuple(found))

    @query(Permission.OPERATE, public=True)
    def preview_counts(self, session: ReadSession, *, days: Days = 30) -> tuple[PreviewCount, ...]:
        """Return how much of the actor's units has which fate within some days, by kind of data."""
        counts = Counter((item.data, item.fate) for item in self._iter_items(session, days, ""))
        order = [*Fate]
        return tuple(
            PreviewCount(data=data, fate=fate, count=count)
            for (data, fate), count in sorted(counts.items(), key=lambda one: (one[0][0], order.index(one[0][1])))
        )

    def _iter_items(self, session: ReadSession, days: int, after: str) -> Iterator[PreviewItem]:
        """Yield everything that has a key and a clock, after a scope; of what excludes the actor nothing is told."""
        if not 0 <= days <= _MAX_DAYS:
            raise BadInput("A preview can't cover {days} days: give 0 to {most:,}.", days=days, most=_MAX_DAYS)
        permitted = session.permitted_units()
        read = self._open_scopes(session)
        until = session.today + timedelta(days=days)
        for scope in self._iter_scopes(after):
            kept = read(scope)
            if kept is None or self._is_excluded(session, kept):
                continue
            if permitted is None or self._owner(kept) in permitted:
                yield self._look_ahead(session, kept, until)

    def _is_excluded(self, session: ReadSession, kept: KeptScope) -> bool:
        """Tell whether a conflict of interest keeps the actor away from all the cases that something is about."""
        cases = kept.cases or (kept.scope,)
        return all(is_excluded_from(session, self._policies, case) for case in cases)

    def _owner(self, kept: KeptScope) -> str:
        """Return the unit whose operator may know; who somebody is, and what they say, hangs on cases of all units."""
        is_anybody_s = Ref.parse(kept.scope).kind in PERSON_SCOPES
        return self.context.district.root if is_anybody_s else self.context.district.unit(kept.unit).id

    def _iter_scopes(self, after: str) -> Iterator[str]:
        """Yield the scopes that have a key, kind by kind."""
        begun = after.partition(":")[0]
        kinds = self._scope_kinds[self._scope_kinds.index(begun) :] if begun in self._scope_kinds else self._scope_kinds
        for kind in kinds:
            yield from iter_scopes(self.context.storage.keyring, kind, after if kind == begun else "")

    def _look_ahead(self, session: ReadSession, kept: KeptScope, until: date) -> PreviewItem:
        order = session.get(PURGE_ORDER, kept.scope)
        is_ordered = order is not None and order.is_pending
        goes_on = _order_day(order) if order is not None and is_ordered else self._day_of_deed(session, kept)
        holds = find_holds(session, self._policies, kept.scope) if goes_on is not None and goes_on <= until else ()
        return PreviewItem(
            scope=kept.scope,
            unit=kept.unit,
            data=kept.data,
            fate=_tell_fate(kept, goes_on, until, is_held=bool(holds), is_ordered=is_ordered),
            ended_on=kept.ended_on,
            last_day=kept.last_day,
            goes_on=goes_on,
            holds=tuple(hold.id for hold in holds if self._may_know(session, hold)),
            waits_for=kept.waits_for,
        )

    def _may_know(self, session: ReadSession, hold: LegalHold) -> bool:
        permitted = session.permitted_units()
        is_own = permitted is None or self.context.district.unit(hold.unit).id in permitted
        return is_own and not is_excluded_from(session, self._policies, hold.scope)

    def _day_of_deed(self, session: ReadSession, kept: KeptScope) -> date | None:
        """Return the day on which something goes that nobody has ordered yet."""
        if kept.last_day is None:
            return None
        ordered_on = max(kept.last_day + timedelta(days=1), session.today)
        return ordered_on + purge_delay(self.context.district.retention_days)


def _order_day(order: PurgeOrder) -> date:
    return local_date(order.due_at or order.ordered_at)


def _tell_fate(kept: KeptScope, goes_on: date | None, until: date, *, is_held: bool, is_ordered: bool) -> Fate:
    if is_held:
        return Fate.HELD
    if kept.ended_on is None:
        return Fate.WAITS
    if is_ordered:
        return Fate.ORDERED
    return Fate.GOES if goes_on is not None and goes_on <= until else Fate.KEPT


def _cursor(last: str, following: str) -> str:
    """Return a text between two scopes that follow each other, which names neither in full where that can be."""
    kind = Ref.parse(following).kind
    if Ref.parse(last).kind != kind:
        return f"{kind}:"
    between = next(begin for end in range(1, len(following) + 1) if (begin := following[:end]) > last)
    return between if between != following else last


def _parse_fate(fate: str) -> frozenset[Fate]:
    if not fate:
        return frozenset({Fate.GOES, Fate.ORDERED, Fate.HELD})
    if fate not in [*Fate]:
        raise BadInput(
            "{fate!r} isn't a fate: choose one of {allowed}.", fate=fate, allowed=tuple(Fate), argument="fate"
        )
    return frozenset({Fate(fate)})
