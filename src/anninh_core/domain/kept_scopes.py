"""Retention state of erasure scopes: since when the retention period runs, or what it waits for."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from attrs import evolve

from anninh_core.domain.clocks import CHATTER, IDENTITY, retention_days
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, TALK, Conversation
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.record_rules import RECORD_RULES, RecordRule, make_constant_function
from anninh_core.domain.retention.clocks.model import KeptScope, ReadsScope
from anninh_core.domain.retention.coverage import (
    Policies,
    iter_cases_about,
    iter_cases_in_scope,
    iter_cases_of_resident,
)
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Damaged
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.queues import PENDING, InboxRow, InboxState, iter_rows
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

_PAGE = 500
_CASE = "a case is kept"  # The text doesn't name the case, since the case may belong to another unit.
_POST = "a post in it isn't over"
_UNDONE = (*PENDING, InboxState.FAILED)


class KeptScopes:
    """Reads the retention state of erasure scopes in one session, and caches lookups that many scopes share.

    Args:
        session: session to read with; in a unit of work the commit fails if the records that a state depends on change
            meanwhile.
        policies: retention policies of the kinds of cases.

    Attributes:
        rules: start of the retention period of each kind's records, by the kind's name.
        days: retention period in days of each kind of data.
    """

    def __init__(self, session: ReadSession, policies: Policies) -> None:
        self._session = session
        self._policies = policies
        rules = (*map(_build_case_rule, policies.values()), *RECORD_RULES)
        self.rules: Mapping[str, RecordRule[Any]] = {rule.kind.name: rule for rule in rules}
        self.days = retention_days(session.context.district)

    def read(self, scope: str) -> KeptScope | None:
        """Return the retention state of a scope, or None if nothing can be read for it."""
        kept = self._read(scope)
        return kept and evolve(kept, days=self.days.get(kept.data))

    def _read(self, scope: str) -> KeptScope | None:
        try:
            ref = Ref.parse(scope)
        except BadInput:  # A scope that isn't a reference, such as `blobs`, seals no person's data.
            return None
        match ref.kind:
            case "identity":
                return self._read_identity(ref)
            case "conversation":
                return self._read_conversation(ref)
            case kind if kind == TALK:
                return self._read_group_month(ref)
            case kind if kind in self.rules:
                return self.rules[kind].read(self._session, ref.id)
        return None

    def _read_identity(self, ref: Ref) -> KeptScope | None:
        conversation = self._session.get_unpurged(CONVERSATION, ref.id)
        if conversation is None:
            return self._read_unrecorded_address(ref)
        self._guard_conversation_version(ref.id)
        cases = self._find_cases_of_resident(ref.id)
        kept = KeptScope(scope=str(ref), unit=conversation.unit, data=IDENTITY, cases=cases)
        waits_for = _CASE if cases else "it is an official chat" if ref.id in self._official_conversations else ""
        waits_for = waits_for or self._describe_unprocessed(ref.id)
        last_heard = None if waits_for else self._find_last_day(conversation)
        return _complete_state(kept, waits_for, last_heard, "nothing was heard of them yet")

    def _find_last_day(self, conversation: Conversation) -> date | None:
        """Return the day of a person's last message, in private or in a group."""
        candidate_days = [
            require_local_day(message)
            for column in ("conversation", "sender")
            for message in self._find_newest_message(column, conversation.id)
        ]
        if conversation.last_heard is not None:
            candidate_days.append(local_date(conversation.last_heard))
        return max(candidate_days, default=None)

    def _read_unrecorded_address(self, ref: Ref) -> KeptScope | None:
        """Return the state of an address without a conversation record, known by events only; None if a record was
        purged.

        It is kept as long as chat messages without a case, counted from its newest processed event. Inbox rows are
        deleted after a time: without any row the period is over.
        """
        if self._session.context.storage.records.get(CONVERSATION.name, ref.id) is not None:
            return None
        root = self._session.context.district.root
        kept = KeptScope(scope=str(ref), unit=root, data=CHATTER, cases=self._find_cases_of_resident(ref.id))
        long_ago = self._session.today - timedelta(days=self.days[CHATTER] + 1)
        waits_for = _CASE if kept.cases else self._describe_unprocessed(ref.id)
        return _complete_state(kept, waits_for, self._newest_event_days.get(ref.id, long_ago), "")

    def _read_conversation(self, ref: Ref) -> KeptScope | None:
        messages = [record for record in self._iter_messages("conversation", ref.id) if record.scope == str(ref)]
        if not messages:
            return None
        self._guard_conversation_version(ref.id)
        kept = KeptScope(scope=str(ref), unit=messages[0].unit, data=CHATTER)
        # Newer messages of a case are sealed under the case; older ones are still sealed under the conversation.
        cases = {str(message.columns["case"]) for message in messages} - {""}
        kept = evolve(kept, cases=tuple(sorted(filter(self._is_kept, cases))))
        posts = self._filter_unended(
            iter_cases_about(self._session, self._policies, [message.id for message in messages])
        )
        waits_for = _CASE if kept.cases else _POST if posts else self._describe_unprocessed(ref.id)
        kept = evolve(kept, cases=kept.cases or posts)
        return _complete_state(kept, waits_for, require_local_day(messages[0]), "")

    def _read_group_month(self, ref: Ref) -> KeptScope | None:
        conversation, _, month = ref.id.rpartition(".")
        last = get_last_day_of_month(month)
        if last is None:
            return None
        group = self._session.context.storage.records.get(CONVERSATION.name, conversation)
        posts = self._filter_unended(iter_cases_in_scope(self._session, self._policies, str(ref)))
        kept = KeptScope(
            scope=str(ref),
            unit=group.unit if group else self._session.context.district.root,
            data=CHATTER,
            cases=posts,
        )
        return _complete_state(kept, _POST if posts else "", last, "")

    def _filter_unended(self, cases: Iterable[str]) -> tuple[str, ...]:
        """Return the given cases that aren't over yet; the messages of a post under appeal have a state of their
        own.
        """
        states = ((case, self._read(case)) for case in sorted(cases))
        return tuple(
            case
            for case, kept in states
            if kept is not None and (kept.ended_on is None or kept.ended_on >= self._session.today)
        )

    def _find_cases_of_resident(self, conversation: str) -> tuple[str, ...]:
        return tuple(sorted(iter_cases_of_resident(self._session, self._policies, conversation)))

    def _describe_unprocessed(self, conversation: str) -> str:
        return "a message isn't processed" if conversation in self._unprocessed_conversations else ""

    def _is_kept(self, case: str) -> bool:
        ref = Ref.parse(case)
        policy = self._policies.get(ref.kind)
        return policy is not None and self._session.get_unpurged(policy.kind, ref.id) is not None

    def _guard_conversation_version(self, conversation: str) -> None:
        """Make the commit fail if the person sends a message meanwhile: each message changes their conversation's
        version.
        """
        if isinstance(self._session, UnitOfWork):
            record = self._session.get_unpurged(CONVERSATION, conversation)
            if record is not None:
                self._session.guard_version(CONVERSATION, record)

    def _find_newest_message(self, column: str, value: str) -> tuple[Record, ...]:
        """Return the newest message with this value in the column, or an empty tuple."""
        conditions = self._session.replace_person_ids(MESSAGE, {column: value})
        query = Find(kind=MESSAGE.name, order="newest", where=conditions, limit=1)
        return self._session.context.storage.records.find(query).records

    def _iter_messages(self, column: str, value: str) -> Iterator[Record]:
        conditions = self._session.replace_person_ids(MESSAGE, {column: value})
        query = Find(kind=MESSAGE.name, order="newest", where=conditions, limit=_PAGE)
        return iter_records(self._session.context.storage.records, query)

    @cached_property
    def _official_conversations(self) -> frozenset[str]:
        """Ids of the conversations of officers, heads and groups, which are official."""
        owners: tuple[Kind[Any], ...] = (OFFICER, HEAD, GROUP)
        return frozenset(model.conversation for kind in owners for model in self._session.iter_all(kind, "id")) - {""}

    @cached_property
    def _unprocessed_conversations(self) -> frozenset[str]:
        return frozenset(row.conversation for row in self._iter_rows(_UNDONE))

    @cached_property
    def _newest_event_days(self) -> Mapping[str, date]:
        """Day of the newest processed event of each conversation, in the district's time zone."""
        days: dict[str, date] = {}
        for row in self._iter_rows((InboxState.DONE,)):
            day = local_date(row.received_at)
            days[row.conversation] = max(day, days.get(row.conversation, day))
        return days

    def _iter_rows(self, states: Sequence[InboxState]) -> Iterator[InboxRow]:
        queues = self._session.context.storage.queues
        return iter_rows(lambda last: queues.inbox(states, limit=_PAGE, after=last))


def make_scope_opener(policies: Policies) -> Callable[[ReadSession], ReadsScope]:
    """Return a factory of functions that read the retention state of a scope."""
    return lambda session: KeptScopes(session, policies).read


def list_clocked_scope_kinds(policies: Policies) -> tuple[str, ...]:
    """Return the kinds of erasure scopes with a retention period; messages come before identities, because they are
    erased earlier.
    """
    return (*policies, TALK, "conversation", "identity", *(rule.kind.name for rule in RECORD_RULES))


def _build_case_rule(policy: RetentionPolicy[Any]) -> RecordRule[Any]:
    return RecordRule(
        kind=policy.kind,
        data=make_constant_function(policy.data),
        ended_on=policy.ended_on,
        waits_for="the case isn't over",
    )


def _complete_state(kept: KeptScope, waits_for: str, ended_on: date | None, unknown: str) -> KeptScope:
    """Return `kept` with what it waits for, or with its end day; it waits for `unknown` if it has neither."""
    waits_for = waits_for or ("" if ended_on else unknown)
    return evolve(kept, ended_on=None if waits_for else ended_on, waits_for=waits_for)


def get_last_day_of_month(month: str) -> date | None:
    """Return the last day of a month, such as 2021-09; None for anything else."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first.replace(day=monthrange(first.year, first.month)[1])


def find_local_day(message: Record) -> date | None:
    """Return the local day of a message from its unencrypted hour (UTC); None if that was altered and isn't an hour."""
    try:
        return local_date(datetime.fromisoformat(f"{message.columns['hour']}:00+00:00"))
    except ValueError:
        return None


def require_local_day(message: Record) -> date:
    """Return the local day of a message from its unencrypted hour.

    Raises:
        Damaged: the column was altered and isn't an hour.
    """
    day = find_local_day(message)
    if day is None:
        hour = message.columns["hour"]
        raise Damaged(
            "Message {message} has the invalid hour {hour!r} because it was altered: run {act:audit.verify}.",
            message=message.id,
            hour=hour,
        )
    return day
