"""A function that builds the worker; a separate module, so that programs without a worker don't import it."""

from collections.abc import Mapping

from anninh_core.app.bootstrap.messaging import build_inbox_processor, build_outcome_recorder, build_sender
from anninh_core.domain.audit.heads.journal_monitor import HeadSchedule
from anninh_core.domain.content.collected.configured import ConfiguredCollector
from anninh_core.domain.services import Services
from anninh_core.messaging.inbound.attachment_fetcher import AttachmentFetcher
from anninh_core.messaging.inbound.intake import Intake
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import Plugins
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.worker.event_handlers.journal_consumer import JournalConsumer
from anninh_core.worker.event_handlers.registry import event_handlers
from anninh_core.worker.quarantine import QuarantineRounds
from anninh_core.worker.schedule import build_jobs
from anninh_core.worker.worker import Worker
from anninh_core.workflows.claims import AlarmClaiming
from anninh_core.workflows.erasure import ErasureWorkflow


def build_worker(
    runner: UseCaseRunner,
    services: Services,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    *,
    limits: Mapping[str, RateLimit],
    heads: HeadSchedule,
    collectors: Mapping[str, ConfiguredCollector],
) -> Worker:
    """Build the worker, which processes events, sends messages and runs periodic jobs.

    Args:
        limits: messenger instance -> rate limit for sending; other instances are sent to without a limit.
        heads: when heads of the journal are signed, and the couriers that take them elsewhere.
        collectors: by their names in the settings.
    """
    fetching = AttachmentFetcher(runner, services.conversations, messengers, build_outcome_recorder(runner, services))
    inbox = build_inbox_processor(runner, services, plugins, messengers, fetching.instances)
    handlers = event_handlers(services, AlarmClaiming(runner, services).claim)
    journal_consumer = JournalConsumer(runner, handlers, QuarantineRounds(services))
    return Worker(
        runner,
        inbox,
        journal_consumer,
        build_sender(runner, services, messengers, limits),
        jobs=build_jobs(
            services,
            inbox,
            Intake(runner, services.conversations, messengers),
            messengers,
            erasures=ErasureWorkflow(runner, services),
            heads=heads,
            collectors=collectors,
            retry_handlers=journal_consumer.retry_due,
        ),
        fetching=fetching,
    )
