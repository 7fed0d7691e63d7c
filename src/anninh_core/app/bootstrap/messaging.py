"""Functions that build the sender, the event processing, and the handlers that update the domain after an arrival or
failure.
"""

from collections.abc import Callable, Collection, Mapping

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.leaks.check import Outgoing
from anninh_core.domain.leaks.detection import Exposure
from anninh_core.domain.services import Services
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.failures.desk import FailureDesk
from anninh_core.messaging.failures.postings import TaskSheets
from anninh_core.messaging.inbound.echo_handler import EchoHandler
from anninh_core.messaging.inbound.inbox_processor import InboxProcessor
from anninh_core.messaging.inbound.message_handler import MessageHandler
from anninh_core.messaging.inbound.withdrawal_handler import WithdrawalHandler
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.messaging.outbound.leak_gate import LeakGate, describe_outgoing_item
from anninh_core.messaging.outbound.outcomes import OutcomeHandler, OutcomeRecorder
from anninh_core.messaging.outbound.rate_limits import RateLimiter
from anninh_core.messaging.outbound.reconciliation import Reconciler
from anninh_core.messaging.outbound.row_opener import RowOpener
from anninh_core.messaging.outbound.scheduling import SendScheduler
from anninh_core.messaging.outbound.sender import OutboxSender
from anninh_core.plugins import Plugins
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane


def build_sender(
    runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger], limits: Mapping[str, RateLimit]
) -> OutboxSender:
    """Build the outbox sender, which keeps to each messenger's rate limit."""
    reconciler = build_reconciler(runner, services, messengers)
    scheduler = SendScheduler(
        runner.context.district,
        RateLimiter(runner.context.storage.states, limits, runner.context.names),
        build_urgency_check(runner.context),
    )
    opener = RowOpener(runner, services.conversations, messengers)
    gate = LeakGate(runner, services.leaks, services.duty, build_outgoing_description(runner.context))
    outcomes = build_outcome_recorder(runner, services)
    return OutboxSender(runner, messengers, opener, outcomes, reconciler, scheduler, gate)


def build_reconciler(runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> Reconciler:
    """Build the reconciler, which finds out the results of uncertain sends."""
    opener = RowOpener(runner, services.conversations, messengers)
    return Reconciler(runner, services.conversations, build_outcome_recorder(runner, services), opener, messengers)


def build_inbox_processor(
    runner: UseCaseRunner,
    services: Services,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    fetched: Collection[str] = (),
) -> InboxProcessor:
    """Build the processor of inbox events; attachments are fetched for the messenger instances in `fetched`."""
    echoes = EchoHandler(services, build_reconciler(runner, services, messengers))
    return InboxProcessor(
        runner, messengers, MessageHandler(services, plugins, fetched), echoes, WithdrawalHandler(runner, services)
    )


def build_outcome_recorder(runner: UseCaseRunner, services: Services) -> OutcomeRecorder:
    """Build the recorder of outcomes, which settles rows of the outbox and runs the handlers of arrivals and
    failures.
    """
    return OutcomeRecorder(runner, arrival_handlers(services), failure_handlers(services))


def build_failure_desk(runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> FailureDesk:
    """Build the service that lists failed events and deliveries and carries out operators' decisions about them."""
    sheets = TaskSheets(runner, messengers)
    return FailureDesk(runner, build_outcome_recorder(runner, services).handle_arrival, sheets.confirm)


def arrival_handlers(services: Services) -> Mapping[str, OutcomeHandler]:
    """Return the handlers that update the domain when the arrival of an outbox row is confirmed, by the row's
    purpose.
    """

    def confirm_tip_answer(uow: UnitOfWork, id: str, proof: str) -> None:
        services.tips.intake.confirm_answer(uow, id, proof)

    def confirm_tip_receipt(uow: UnitOfWork, id: str, proof: str) -> None:  # noqa: ARG001  that it arrived is enough
        services.tips.intake.confirm_receipt(uow, id)

    def confirm_inquiry_answer(uow: UnitOfWork, id: str, proof: str) -> None:
        services.inquiries.intake.confirm_answer(uow, id, proof)

    def confirm_ruling(uow: UnitOfWork, id: str, proof: str) -> None:
        services.moderation.rulings.confirm_execution(uow, id, proof)

    return {
        "tip.answer": confirm_tip_answer,
        "tip.receipt": confirm_tip_receipt,
        "inquiry.answer": confirm_inquiry_answer,
        "moderation.act": confirm_ruling,
    }


def failure_handlers(services: Services) -> Mapping[str, OutcomeHandler]:
    """Return the handlers that update the domain when an outbox row can never be sent or carried out, by the row's
    purpose.
    """

    def request_manual_ruling(uow: UnitOfWork, id: str, _reason: str) -> None:
        services.moderation.rulings.request_manual_action(uow, id)

    return {"moderation.act": request_manual_ruling}


def build_urgency_check(context: UseCaseContext) -> Callable[[OutboxRow], bool]:
    """Return a function that checks whether an outbox row can't wait until morning, because its item is published as
    immediate.
    """

    def is_urgent(row: OutboxRow) -> bool:
        item = _find_item(context, row)
        return item is not None and item.is_urgent

    return is_urgent


def build_outgoing_description(context: UseCaseContext) -> Callable[[OutboxRow, Exposure], Outgoing]:
    """Return a function that describes an outbox row for the leak check."""

    def describe(row: OutboxRow, exposure: Exposure) -> Outgoing:
        ref = Ref.parse(row.cause)
        district = context.district
        if (item := _find_item(context, row)) is not None:
            return describe_outgoing_item(item, exposure)
        is_known_kind = ref.kind in context.storage.maintenance.kinds()
        record = context.storage.records.get(ref.kind, ref.id) if is_known_kind else None
        unit = district.root if record is None or record.unit not in district.units else record.unit
        is_urgent = row.lane is Lane.EMERGENCY
        return Outgoing(about=row.cause, unit=unit, officer="", exposure=exposure, is_urgent=is_urgent)

    return describe


def _find_item(context: UseCaseContext, row: OutboxRow) -> Item | None:
    """Return the item that an outbox row sends, or None if the row has another cause or the item was purged and isn't
    sent.
    """
    ref = Ref.parse(row.cause)
    record = context.storage.records.get(ITEM.name, ref.id) if ref.kind == ITEM.name else None
    return next(iter(context.iter_readable(ITEM, () if record is None else (record,))), None)
