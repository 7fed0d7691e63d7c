"""Exclusion of scopes that are too young for the end of their retention period, by unencrypted columns, and for people
by their conversation record.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from anninh_core.domain.clocks import CHATTER, DRAFT, IDENTITY
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.conversations.model import CONVERSATION, TALK, build_identity_scope
from anninh_core.domain.kept_scopes import KeptScopes, get_last_day_of_month
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.read_session import ReadSession

_DATA = {"identity": (IDENTITY,), TALK: (CHATTER,), ITEM.name: (DRAFT, "content")}


class ScopeAges:
    """Finds the earliest day on which the retention period of a scope can be over.

    Args:
        kept_scopes: retention rules and periods.
    """

    def __init__(self, session: ReadSession, kept_scopes: KeptScopes) -> None:
        self._session = session
        self._kept_scopes = kept_scopes

    def exclude_young(self, scopes: Collection[str]) -> list[str]:
        """Return the given scopes with a retention period that may be over, in their order.

        A record's first day is never after the start of its retention period, so no scope is excluded wrongly.
        """
        refs: dict[str, list[Ref]] = {}
        for ref in map(Ref.parse, scopes):
            refs.setdefault(ref.kind, []).append(ref)
        first_days = {scope: day for kind in refs for scope, day in self._read_first_days(kind, refs[kind]).items()}
        return [scope for scope in scopes if self._may_be_over(Ref.parse(scope).kind, first_days.get(scope))]

    def _may_be_over(self, kind: str, day: date | None) -> bool:
        return day is None or day + self._get_min_retention(kind) < self._session.today

    def _read_first_days(self, kind: str, refs: Sequence[Ref]) -> dict[str, date | None]:
        """Return the earliest first day of each scope's retention period; None or no entry if unknown."""
        if kind == "identity":
            return self._read_last_days([ref.id for ref in refs])
        if kind == TALK:
            return {str(ref): get_last_day_of_month(ref.id.rpartition(".")[2]) for ref in refs}
        rule = self._kept_scopes.rules.get(kind)
        order = next(iter(rule.kind.spec.orders.values()), ()) if rule else ()
        if rule is None or not order or rule.kind.spec.columns[column := order[0].removeprefix("-")] is not str:
            return {}
        records = self._session.context.storage.records.get_many(kind, [ref.id for ref in refs])
        return {str(ref): _parse_clear_day(records[ref.id].columns[column]) for ref in refs if ref.id in records}

    def _read_last_days(self, conversations: Sequence[str]) -> dict[str, date | None]:
        """Return the day of each person's last private message, without people with an unreadable record."""
        context = self._session.context
        records = context.storage.records.get_many(CONVERSATION.name, conversations)
        people = context.iter_readable(CONVERSATION, records.values(), skip_damaged)
        return {
            build_identity_scope(person.id): local_date(person.last_heard) if person.last_heard else None
            for person in people
        }

    def _get_min_retention(self, kind: str) -> timedelta:
        """Return the shortest retention period of a kind's data."""
        data_kinds = _DATA.get(kind) or (self._kept_scopes.rules[kind].data(None),)
        days = self._kept_scopes.days
        return timedelta(days=min((days[data] for data in data_kinds if data in days), default=0))


def _parse_clear_day(value: Scalar) -> date | None:
    """Return the day in a column with a day or an hour in UTC; a UTC day is never after the district's day."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
