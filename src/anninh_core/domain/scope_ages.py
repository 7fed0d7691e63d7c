"""Which scopes are too young to be over: by what is in clear, and of people by their own record."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from anninh_core.domain.clocks import CHATTER, DRAFT, IDENTITY
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.conversations.model import CONVERSATION, TALK, identity_scope
from anninh_core.domain.kept_scopes import KeptScopes, last_of_month
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.encryption.encryptor import leave_out
from anninh_core.usecase.read_session import ReadSession

_DATA = {"identity": (IDENTITY,), TALK: (CHATTER,), ITEM.name: (DRAFT, "content")}


class ScopeAges:
    """Knows since when scopes can have been over at the earliest.

    Args:
        kept_scopes: knows the rules.
    """

    def __init__(self, session: ReadSession, kept_scopes: KeptScopes) -> None:
        self._session = session
        self._kept_scopes = kept_scopes

    def leave_out_young(self, scopes: Collection[str]) -> list[str]:
        """Return those of some scopes whose time may be over. What is sealed begins no later than it ends."""
        refs: dict[str, list[Ref]] = {}
        for ref in map(Ref.parse, scopes):
            refs.setdefault(ref.kind, []).append(ref)
        begun = {scope: day for kind in refs for scope, day in self._read_begins(kind, refs[kind]).items()}
        return [scope for scope in scopes if self._may_be_over(Ref.parse(scope).kind, begun.get(scope))]

    def _may_be_over(self, kind: str, day: date | None) -> bool:
        return day is None or day + self._least_days(kind) < self._session.today

    def _read_begins(self, kind: str, refs: Sequence[Ref]) -> dict[str, date | None]:
        """Return the first day on which the time of each can have begun; None where that isn't known."""
        if kind == "identity":
            return self._read_last_days([ref.id for ref in refs])
        if kind == TALK:
            return {str(ref): last_of_month(ref.id.rpartition(".")[2]) for ref in refs}
        rule = self._kept_scopes.rules.get(kind)
        order = next(iter(rule.kind.spec.orders.values()), ()) if rule else ()
        if rule is None or not order or rule.kind.spec.columns[column := order[0].removeprefix("-")] is not str:
            return {}
        records = self._session.context.storage.records.get_many(kind, [ref.id for ref in refs])
        return {str(ref): _clear_day(records[ref.id].columns[column]) for ref in refs if ref.id in records}

    def _read_last_days(self, conversations: Sequence[str]) -> dict[str, date | None]:
        """Return the day of each person's last private message, without people whose record can't be read."""
        context = self._session.context
        records = context.storage.records.get_many(CONVERSATION.name, conversations)
        people = context.iter_readable(CONVERSATION, records.values(), leave_out)
        return {
            identity_scope(person.id): local_date(person.last_heard) if person.last_heard else None for person in people
        }

    def _least_days(self, kind: str) -> timedelta:
        """Return for how long something of a kind is kept at least."""
        named = _DATA.get(kind) or (self._kept_scopes.rules[kind].data(None),)
        days = self._kept_scopes.days
        return timedelta(days=min((days[data] for data in named if data in days), default=0))


def _clear_day(value: Scalar) -> date | None:
    """Return the day of a column that holds one, or an hour in UTC, which is no later than the day here."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
