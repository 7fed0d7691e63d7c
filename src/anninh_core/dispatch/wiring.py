"""Which kinds there are, and how the rooms hang together: what an arrival or a failure changes in them."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from anninh_core.dispatch.inbound import Inbound
from anninh_core.dispatch.processes.echoes import Echoes
from anninh_core.dispatch.processes.heard import Heard
from anninh_core.dispatch.processes.withdrawals import WithdrawalHandler
from anninh_core.dispatch.rooms import Rooms
from anninh_core.kernel.errors import SealBroken
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.messaging.outbound.opening import RowOpener
from anninh_core.messaging.outbound.outcomes import OutcomeHandler, OutcomeRecorder
from anninh_core.messaging.outbound.rate_limits import RateLimiter
from anninh_core.messaging.outbound.reconciliation import Reconciler
from anninh_core.messaging.outbound.scheduling import SendScheduler
from anninh_core.messaging.outbound.sender import OutboxSender
from anninh_core.plugins import Plugins
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.queues import OutboxRow
from anninh_core.rooms.audit.kind import CHECKPOINT
from anninh_core.rooms.content.kind import ITEM, PUBLICATION
from anninh_core.rooms.content.sources import SOURCE
from anninh_core.rooms.content.values import Urgency
from anninh_core.rooms.conversations.model import CONVERSATION, MESSAGE
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.identity.kind import DISCLOSURE
from anninh_core.rooms.inquiries.kind import ARTICLE, INQUIRY
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.programme.activity import CAMPAIGN, INSPECTION, TRAINING
from anninh_core.rooms.programme.difficulty import DIFFICULTY
from anninh_core.rooms.programme.duty import DUTY
from anninh_core.rooms.programme.head import HEAD
from anninh_core.rooms.programme.own_plan import OWN_PLAN
from anninh_core.rooms.reports.figures import DatedQuery
from anninh_core.rooms.reports.kind import REPORT
from anninh_core.rooms.retention.kind import ERASURE, LEGAL_HOLD, TOMBSTONE
from anninh_core.rooms.tips.dated import overdue_at
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.units.model import OFFICER
from anninh_core.work.context import UseCaseContext
from anninh_core.work.decision import DECISION
from anninh_core.work.draft import Draft
from anninh_core.work.kinds import Kind
from anninh_core.work.runner import UseCaseRunner

KINDS: tuple[Kind[Any], ...] = (
    ARTICLE,
    CAMPAIGN,
    CHECKPOINT,
    CONVERSATION,
    DECISION,
    DIFFICULTY,
    DISCLOSURE,
    DUTY,
    ERASURE,
    GROUP,
    HEAD,
    INQUIRY,
    INSPECTION,
    ITEM,
    LEGAL_HOLD,
    MESSAGE,
    OFFICER,
    OWN_PLAN,
    POST,
    PUBLICATION,
    REPORT,
    SOURCE,
    TIP,
    TOMBSTONE,
    TRAINING,
)
"""Every kind of record, in alphabetical order."""


def dated_queries(runner: UseCaseRunner) -> Mapping[str, DatedQuery]:
    """Return who answers the indicators' dated questions."""
    return {"tips_overdue": partial(overdue_at, runner.context)}


def sender_at(
    runner: UseCaseRunner, rooms: Rooms, messengers: Mapping[str, Messenger], limits: Mapping[str, RateLimit]
) -> OutboxSender:
    """Return what sends, as fast as each messenger may be used."""
    reconciler = reconciler_at(runner, rooms, messengers)
    scheduler = SendScheduler(
        runner.context.district, RateLimiter(runner.context.storage.states, limits), urgent(runner.context)
    )
    opener = RowOpener(runner, rooms.conversations, messengers)
    return OutboxSender(runner, messengers, opener, outcomes_at(runner, rooms), reconciler, scheduler)


def reconciler_at(runner: UseCaseRunner, rooms: Rooms, messengers: Mapping[str, Messenger]) -> Reconciler:
    """Return what finds out what became of sends."""
    opener = RowOpener(runner, rooms.conversations, messengers)
    return Reconciler(runner, rooms.conversations, outcomes_at(runner, rooms), opener, messengers)


def inbound_at(
    runner: UseCaseRunner,
    rooms: Rooms,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    fetched: Collection[str] = (),
) -> Inbound:
    """Return what works through events; what comes with the messages of some instances is fetched."""
    echoes = Echoes(rooms, reconciler_at(runner, rooms, messengers))
    return Inbound(runner, messengers, Heard(rooms, plugins, fetched), echoes, WithdrawalHandler(runner, rooms))


def outcomes_at(runner: UseCaseRunner, rooms: Rooms) -> OutcomeRecorder:
    """Return what ends rows of the outbox, with all that hangs on it."""
    return OutcomeRecorder(runner, arrivals(rooms), failures(rooms))


def arrivals(rooms: Rooms) -> Mapping[str, OutcomeHandler]:
    """Return what a known arrival changes, by the purpose of what arrived."""

    def tip_answered(draft: Draft, id: str, proof: str) -> None:
        rooms.tips.intake.answer_arrived(draft, id, proof)

    def receipt_arrived(draft: Draft, id: str, proof: str) -> None:  # noqa: ARG001  that it arrived is enough
        rooms.tips.intake.receipt_arrived(draft, id)

    def inquiry_answered(draft: Draft, id: str, proof: str) -> None:
        rooms.inquiries.intake.answer_arrived(draft, id, proof)

    def ruling_carried_out(draft: Draft, id: str, proof: str) -> None:
        rooms.moderation.rulings.carried_out(draft, id, proof)

    return {
        "tip.answer": tip_answered,
        "tip.receipt": receipt_arrived,
        "inquiry.answer": inquiry_answered,
        "moderation.act": ruling_carried_out,
    }


def failures(rooms: Rooms) -> Mapping[str, OutcomeHandler]:
    """Return what changes when something can't be sent or done for good, by its purpose."""

    def ruling_not_carried_out(draft: Draft, id: str, _reason: str) -> None:
        rooms.moderation.rulings.leave_to_hand(draft, id)

    return {"moderation.act": ruling_not_carried_out}


def urgent(context: UseCaseContext) -> Callable[[OutboxRow], bool]:
    """Return what tells whether a row can't wait for the morning: it is about an item published as immediate."""

    def is_urgent(row: OutboxRow) -> bool:
        kind, _, id = row.cause.partition(":")
        record = context.storage.records.get(ITEM.name, id) if kind == ITEM.name else None
        try:
            return record is not None and context.opened(ITEM, record).piece.urgency is Urgency.IMMEDIATE
        except SealBroken:  # purged: it won't be sent, now or in the morning
            return False

    return is_urgent
