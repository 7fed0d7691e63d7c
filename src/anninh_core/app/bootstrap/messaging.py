"""Building messaging: what sends, what processes events, and what an arrival or a failure changes in the domain."""

from collections.abc import Callable, Collection, Mapping

from anninh_core.dispatch.inbound import Inbound
from anninh_core.dispatch.processes.echoes import Echoes
from anninh_core.dispatch.processes.heard import Heard
from anninh_core.dispatch.processes.posting import TaskSheets
from anninh_core.dispatch.processes.withdrawals import WithdrawalHandler
from anninh_core.kernel.errors import DecryptionError
from anninh_core.messaging.failures.desk import FailureDesk
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
from anninh_core.rooms.content.kind import ITEM
from anninh_core.rooms.content.values import Urgency
from anninh_core.rooms.services import Services
from anninh_core.work.context import UseCaseContext
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork


def build_sender(
    runner: UseCaseRunner, rooms: Services, messengers: Mapping[str, Messenger], limits: Mapping[str, RateLimit]
) -> OutboxSender:
    """Return what sends, as fast as each messenger may be used."""
    reconciler = build_reconciler(runner, rooms, messengers)
    scheduler = SendScheduler(
        runner.context.district, RateLimiter(runner.context.storage.states, limits), urgent(runner.context)
    )
    opener = RowOpener(runner, rooms.conversations, messengers)
    return OutboxSender(runner, messengers, opener, build_outcome_recorder(runner, rooms), reconciler, scheduler)


def build_reconciler(runner: UseCaseRunner, rooms: Services, messengers: Mapping[str, Messenger]) -> Reconciler:
    """Return what finds out what became of sends."""
    opener = RowOpener(runner, rooms.conversations, messengers)
    return Reconciler(runner, rooms.conversations, build_outcome_recorder(runner, rooms), opener, messengers)


def build_inbox_processor(
    runner: UseCaseRunner,
    rooms: Services,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    fetched: Collection[str] = (),
) -> Inbound:
    """Return what works through events; what comes with the messages of some instances is fetched."""
    echoes = Echoes(rooms, build_reconciler(runner, rooms, messengers))
    return Inbound(runner, messengers, Heard(rooms, plugins, fetched), echoes, WithdrawalHandler(runner, rooms))


def build_outcome_recorder(runner: UseCaseRunner, rooms: Services) -> OutcomeRecorder:
    """Return what ends rows of the outbox, with all that hangs on it."""
    return OutcomeRecorder(runner, arrival_handlers(rooms), failures(rooms))


def build_failure_desk(runner: UseCaseRunner, rooms: Services, messengers: Mapping[str, Messenger]) -> FailureDesk:
    """Return what lists and decides about what was not processed or not delivered."""
    sheets = TaskSheets(runner, messengers)
    return FailureDesk(runner, build_outcome_recorder(runner, rooms).arrived, sheets.confirm)


def arrival_handlers(rooms: Services) -> Mapping[str, OutcomeHandler]:
    """Return what a known arrival changes, by the purpose of what arrived."""

    def tip_answered(draft: UnitOfWork, id: str, proof: str) -> None:
        rooms.tips.intake.confirm_answer(draft, id, proof)

    def receipt_arrived(draft: UnitOfWork, id: str, proof: str) -> None:  # noqa: ARG001  that it arrived is enough
        rooms.tips.intake.confirm_receipt(draft, id)

    def inquiry_answered(draft: UnitOfWork, id: str, proof: str) -> None:
        rooms.inquiries.intake.confirm_answer(draft, id, proof)

    def ruling_carried_out(draft: UnitOfWork, id: str, proof: str) -> None:
        rooms.moderation.rulings.confirm_execution(draft, id, proof)

    return {
        "tip.answer": tip_answered,
        "tip.receipt": receipt_arrived,
        "inquiry.answer": inquiry_answered,
        "moderation.act": ruling_carried_out,
    }


def failures(rooms: Services) -> Mapping[str, OutcomeHandler]:
    """Return what changes when something can't be sent or done for good, by its purpose."""

    def ruling_not_carried_out(draft: UnitOfWork, id: str, _reason: str) -> None:
        rooms.moderation.rulings.request_manual_action(draft, id)

    return {"moderation.act": ruling_not_carried_out}


def urgent(context: UseCaseContext) -> Callable[[OutboxRow], bool]:
    """Return what tells whether a row can't wait for the morning: it is about an item published as immediate."""

    def is_urgent(row: OutboxRow) -> bool:
        kind, _, id = row.cause.partition(":")
        record = context.storage.records.get(ITEM.name, id) if kind == ITEM.name else None
        try:
            return record is not None and context.opened(ITEM, record).piece.urgency is Urgency.IMMEDIATE
        except DecryptionError:  # purged: it won't be sent, now or in the morning
            return False

    return is_urgent
