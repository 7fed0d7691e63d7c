"""Where everything stands that an erasure scope seals: whether its time runs, from when, or what it waits for."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic

from attrs import evolve, frozen

from anninh_core.domain.clocks import CHATTER, DECIDED, DRAFT, FIGURES, GROUPS, IDENTITY, STAFF, retention_days
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item, ItemState
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, TALK
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.programme.activity import CAMPAIGN, INSPECTION, TRAINING
from anninh_core.domain.programme.difficulty import DIFFICULTY
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.retention.clocks.model import KeptScope, ReadsScope
from anninh_core.domain.retention.coverage import Policies, cases_about, cases_in, cases_of_resident
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.ports.changes import Record, Scalar
from anninh_core.ports.query import iter_records
from anninh_core.ports.queues import PENDING, InboxRow, InboxState
from anninh_core.ports.storage import Find
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

_PAGE = 500
_CASE = "a case is kept"  # not which: it may be another unit's
_POST = "a post in it isn't over"
_UNDONE = (*PENDING, InboxState.FAILED)


@frozen(kw_only=True)
class RecordRule(Generic[M]):
    """From which day the time of a kind's records counts, each of which has a scope of its own.

    Attributes:
        ended_on: the day; None while it waits.
        case: `kind:id` of a case that it is about, "" for none.
        waits_for: what it waits for then.
    """

    kind: Kind[M]
    data: Callable[[M], str]
    ended_on: Callable[[M], date | None]
    waits_for: str
    case: Callable[[M], str] = lambda _: ""

    def read(self, session: ReadSession, id: str) -> KeptScope | None:
        """Tell where a record stands, None for one that can't be read."""
        model = session.get_readable(self.kind, id)
        if model is None:
            return None
        if isinstance(session, UnitOfWork):
            session.guard_version(self.kind, model)
        ended_on = self.ended_on(model)
        return KeptScope(
            scope=self.kind.scope(model),
            unit=self.kind.unit(model),
            data=self.data(model),
            ended_on=ended_on,
            waits_for="" if ended_on else self.waits_for,
            cases=tuple(filter(None, (self.case(model),))),
        )


def _item_end(item: Item) -> date | None:
    if item.published_day is None:
        return local_date(item.versions[-1].at)
    if item.withdrawal is not None:
        return local_date(item.withdrawal.at)
    return item.piece.expires if item.state is ItemState.EXPIRED else None


def _disclosure_end(disclosure: Disclosure) -> date | None:
    end = disclosure.lapsed_at or disclosure.until or disclosure.decided_at
    return local_date(end) if end else None


def _opening_end(opening: EmergencyOpening) -> date | None:
    return local_date(opening.reviewed_at) if opening.reviewed_at else None


def _erasure_end(erasure: Erasure) -> date | None:
    end = erasure.done_at or erasure.decided_at
    return local_date(end) if end and not erasure.is_pending else None


def _officer_end(officer: Officer) -> date | None:
    last = max((grant.valid_to for grant in officer.grants), default=date.max)
    return None if last == date.max else last


def _always(data: str) -> Callable[[Any], str]:
    return lambda _: data


RECORD_RULES: tuple[RecordRule[Any], ...] = (
    RecordRule(
        kind=ITEM,
        data=lambda item: DRAFT if item.published_day is None else "content",
        ended_on=_item_end,
        waits_for="it is published",
    ),
    RecordRule(
        kind=DISCLOSURE,
        data=_always(DECIDED),
        ended_on=_disclosure_end,
        waits_for="nobody decided",
        case=lambda disclosure: disclosure.case,
    ),
    RecordRule(
        kind=EMERGENCY_OPENING,
        data=_always(DECIDED),
        ended_on=_opening_end,
        waits_for="nobody reviewed it",
        case=lambda opening: opening.case,
    ),
    RecordRule(kind=ERASURE, data=_always(DECIDED), ended_on=_erasure_end, waits_for="it isn't carried out"),
    RecordRule(kind=RIGHTS_REQUEST, data=_always(DECIDED), ended_on=lambda r: r.ended_on, waits_for="it isn't over"),
    RecordRule(kind=GROUP, data=_always(GROUPS), ended_on=lambda group: group.closed_on, waits_for="it runs"),
    RecordRule(kind=OFFICER, data=_always(STAFF), ended_on=_officer_end, waits_for="they have a role"),
    RecordRule(
        kind=ALARM, data=_always(DECIDED), ended_on=lambda a: a.over_on, waits_for="it is open", case=lambda a: a.case
    ),
    RecordRule(kind=ROSTER, data=_always(STAFF), ended_on=lambda roster: roster.over_on, waits_for="it holds"),
    RecordRule(kind=REPORT, data=_always(FIGURES), ended_on=lambda report: report.last_day, waits_for=""),
    RecordRule(kind=DUTY, data=_always(FIGURES), ended_on=lambda duty: duty.last_day, waits_for=""),
    RecordRule(kind=OWN_PLAN, data=_always(FIGURES), ended_on=lambda plan: plan.day, waits_for=""),
    RecordRule(kind=TRAINING, data=_always(FIGURES), ended_on=lambda training: training.day, waits_for=""),
    RecordRule(kind=INSPECTION, data=_always(FIGURES), ended_on=lambda inspection: inspection.day, waits_for=""),
    RecordRule(kind=CAMPAIGN, data=_always(FIGURES), ended_on=lambda campaign: campaign.period.end, waits_for=""),
    RecordRule(kind=DIFFICULTY, data=_always(FIGURES), ended_on=lambda d: d.remarks[-1].day, waits_for=""),
)
"""Of the kinds that aren't cases."""


class KeptScopes:
    """Reads scopes in one act; what many of them hang on is read once.

    Args:
        session: the act. In a unit of work the commit fails if what a scope hangs on changes meanwhile.
        policies: how the kinds are kept whose cases end.

    Attributes:
        rules: from which day the time of each kind counts.
        days: how many days data are kept.
    """

    def __init__(self, session: ReadSession, policies: Policies) -> None:
        self._session = session
        self._policies = policies
        rules = (*map(_case_rule, policies.values()), *RECORD_RULES)
        self.rules: Mapping[str, RecordRule[Any]] = {rule.kind.name: rule for rule in rules}
        self.days = retention_days(session.context.district)

    def read(self, scope: str) -> KeptScope | None:
        """Tell where a scope stands."""
        kept = self._read(scope)
        return kept and evolve(kept, days=self.days.get(kept.data))

    def _read(self, scope: str) -> KeptScope | None:
        try:
            ref = Ref.parse(scope)
        except BadInput:  # such as `blobs`, which seals nothing of anybody
            return None
        match ref.kind:
            case "identity":
                return self._read_identity(ref)
            case "conversation":
                return self._read_words(ref)
            case kind if kind == TALK:
                return self._read_talk(ref)
            case kind if kind in self.rules:
                return self.rules[kind].read(self._session, ref.id)
        return None

    def _read_identity(self, ref: Ref) -> KeptScope | None:
        conversation = self._session.get_readable(CONVERSATION, ref.id)
        if conversation is None:
            return self._read_unrecorded(ref)
        self._guard_silence(ref.id)
        cases = self._cases_of(ref.id)
        kept = KeptScope(scope=str(ref), unit=conversation.unit, data=IDENTITY, cases=cases)
        hours = [
            found.columns["hour"] for column in ("conversation", "sender") for found in self.newest(column, ref.id)
        ]
        heard = [local_day(hour) for hour in hours]
        if conversation.last_heard is not None:
            heard.append(local_date(conversation.last_heard))
        waits_for = _CASE if cases else "it is an official chat" if ref.id in self._reserved else ""
        return _decide(
            kept, waits_for or self._unprocessed(ref.id), max(heard, default=None), "nothing was heard of them yet"
        )

    def _read_unrecorded(self, ref: Ref) -> KeptScope | None:
        """Tell where the address of somebody stands whose only events were given up; None where a record was purged.

        Its days are those of talk that became nothing. Rows of events go after a time: once none is left, it is over.
        """
        if self._session.context.storage.records.get(CONVERSATION.name, ref.id) is not None:
            return None
        root = self._session.context.district.root
        kept = KeptScope(scope=str(ref), unit=root, data=CHATTER, cases=self._cases_of(ref.id))
        long_ago = self._session.today - timedelta(days=self.days[CHATTER] + 1)
        waits_for = _CASE if kept.cases else self._unprocessed(ref.id)
        return _decide(kept, waits_for, self._days_of_events.get(ref.id, long_ago), "")

    def _read_words(self, ref: Ref) -> KeptScope | None:
        messages = [record for record in self._messages("conversation", ref.id) if record.scope == str(ref)]
        if not messages:
            return None
        self._guard_silence(ref.id)
        kept = KeptScope(scope=str(ref), unit=messages[0].unit, data=CHATTER)
        # Cases seal their own messages since they do; those of before still stand under the conversation.
        cases = {str(message.columns["case"]) for message in messages} - {""}
        kept = evolve(kept, cases=tuple(sorted(filter(self._is_kept, cases))))
        posts = self._unended(cases_about(self._session, self._policies, [message.id for message in messages]))
        waits_for = _CASE if kept.cases else _POST if posts else self._unprocessed(ref.id)
        kept = evolve(kept, cases=kept.cases or posts)
        return _decide(kept, waits_for, local_day(messages[0].columns["hour"]), "")

    def _read_talk(self, ref: Ref) -> KeptScope | None:
        conversation, _, month = ref.id.rpartition(".")
        last = last_of_month(month)
        if last is None:
            return None
        group = self._session.context.storage.records.get(CONVERSATION.name, conversation)
        posts = self._unended(cases_in(self._session, self._policies, str(ref)))
        kept = KeptScope(
            scope=str(ref),
            unit=group.unit if group else self._session.context.district.root,
            data=CHATTER,
            cases=posts,
        )
        return _decide(kept, _POST if posts else "", last, "")

    def _unended(self, cases: Iterable[str]) -> tuple[str, ...]:
        """Return those of some cases that aren't over yet; what is appealed against is looked at in its own words."""
        read = ((case, self._read(case)) for case in sorted(cases))
        return tuple(
            case
            for case, kept in read
            if kept is not None and (kept.ended_on is None or kept.ended_on >= self._session.today)
        )

    def _cases_of(self, conversation: str) -> tuple[str, ...]:
        return tuple(sorted(cases_of_resident(self._session, self._policies, conversation)))

    def _unprocessed(self, conversation: str) -> str:
        return "a message isn't processed" if conversation in self._unprocessed_conversations else ""

    def _is_kept(self, case: str) -> bool:
        ref = Ref.parse(case)
        policy = self._policies.get(ref.kind)
        return policy is not None and self._session.get_readable(policy.kind, ref.id) is not None

    def _guard_silence(self, conversation: str) -> None:
        """Let the commit fail if somebody writes meanwhile: each message changes their conversation."""
        if isinstance(self._session, UnitOfWork):
            known = self._session.get_readable(CONVERSATION, conversation)
            if known is not None:
                self._session.guard_version(CONVERSATION, known)

    def newest(self, column: str, value: str) -> tuple[Record, ...]:
        """Return the newest message with a value in a column, if there is one."""
        query = Find(kind=MESSAGE.name, order="newest", where={column: value}, limit=1)
        return self._session.context.storage.records.find(query).records

    def _messages(self, column: str, value: str) -> Iterator[Record]:
        query = Find(kind=MESSAGE.name, order="newest", where={column: value}, limit=_PAGE)
        return iter_records(self._session.context.storage.records, query)

    @cached_property
    def _reserved(self) -> frozenset[str]:
        """The chats of officers, heads and groups."""
        owners: tuple[Kind[Any], ...] = (OFFICER, HEAD, GROUP)
        return frozenset(model.conversation for kind in owners for model in self._session.iter_all(kind, "id")) - {""}

    @cached_property
    def _unprocessed_conversations(self) -> frozenset[str]:
        return frozenset(row.conversation for row in self._rows(_UNDONE))

    @cached_property
    def _days_of_events(self) -> Mapping[str, date]:
        """The day of the newest event of each conversation, of those that were done with."""
        days: dict[str, date] = {}
        for row in self._rows((InboxState.DONE,)):
            day = local_date(row.received_at)
            days[row.conversation] = max(day, days.get(row.conversation, day))
        return days

    def _rows(self, states: Sequence[InboxState]) -> Iterator[InboxRow]:
        queues, after = self._session.context.storage.queues, ""
        while rows := queues.inbox(states, limit=_PAGE, after=after):
            yield from rows
            after = rows[-1].id


def open_scopes(policies: Policies) -> Callable[[ReadSession], ReadsScope]:
    """Return what reads scopes, by how the kinds are kept whose cases end."""
    return lambda session: KeptScopes(session, policies).read


def clocked_scopes(policies: Policies) -> tuple[str, ...]:
    """Return the kinds of scopes that have a clock: words before who said them, as they go earlier."""
    return (*policies, TALK, "conversation", "identity", *(rule.kind.name for rule in RECORD_RULES))


def _case_rule(policy: RetentionPolicy[Any]) -> RecordRule[Any]:
    return RecordRule(
        kind=policy.kind, data=_always(policy.data), ended_on=policy.ended_on, waits_for="the case isn't over"
    )


def _decide(kept: KeptScope, waits_for: str, ended_on: date | None, unknown: str) -> KeptScope:
    """Return where something stands that waits for this, or ended on that day, or of which no day is known."""
    waits_for = waits_for or ("" if ended_on else unknown)
    return evolve(kept, ended_on=None if waits_for else ended_on, waits_for=waits_for)


def last_of_month(month: str) -> date | None:
    """Return the last day of a month, such as 2021-09; None for anything else."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first.replace(day=monthrange(first.year, first.month)[1])


def local_day(hour: Scalar) -> date:
    """Return the day of an hour as messages have it, which is in UTC."""
    return local_date(datetime.fromisoformat(f"{hour}:00+00:00"))
