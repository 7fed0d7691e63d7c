"""The jobs of a worker, in the order in which a tick runs them."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import partial

from anninh_core.domain.audit.heads.journal_monitor import HeadSchedule
from anninh_core.domain.content.collected.configured import ConfiguredCollector
from anninh_core.domain.services import Services
from anninh_core.messaging.inbound.inbox_processor import InboxProcessor
from anninh_core.messaging.inbound.intake import Intake
from anninh_core.messaging.outbound.reconciliation import release_blocked_conversations
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.actor import system
from anninh_core.usecase.named_values.request_digests import RequestDigests
from anninh_core.worker.collecting.collecting import Collecting
from anninh_core.worker.jobs.alarms import DeliveryAlarms
from anninh_core.worker.jobs.alerts.digest import DailyDigest
from anninh_core.worker.jobs.alerts.drafts import LOOK_INTERVAL, DraftJobs
from anninh_core.worker.jobs.alerts.new_tips import NewTipNotices
from anninh_core.worker.jobs.alerts.pager import Pager
from anninh_core.worker.jobs.alerts.quarantined import QuarantineNotices
from anninh_core.worker.jobs.alerts.windows import WindowWarnings
from anninh_core.worker.jobs.backfill import Backfill
from anninh_core.worker.jobs.departures import record_lapsed_disclosures, release_tips_of_departed
from anninh_core.worker.jobs.duties import open_duties
from anninh_core.worker.jobs.duty_reach import CHECK_INTERVAL, DutyReach
from anninh_core.worker.jobs.duty_records import INSPECT_OFFICERS, INSPECTION_INTERVAL, DutyRecords
from anninh_core.worker.jobs.erasures import CarriesOut, carry_out_due_erasures
from anninh_core.worker.jobs.group_sync import GroupSync
from anninh_core.worker.jobs.health_monitor import HealthMonitor
from anninh_core.worker.jobs.housekeeping import Housekeeping
from anninh_core.worker.jobs.journal_heads import DELIVERY_INTERVAL, JournalHeadJobs
from anninh_core.worker.jobs.manual_tasks import ManualTaskNotices
from anninh_core.worker.jobs.messenger_access import MessengerAccess
from anninh_core.worker.jobs.polling import Polling
from anninh_core.worker.jobs.retention import FileRetention, RetentionJobs
from anninh_core.worker.key_epochs import EpochJobs
from anninh_core.worker.periodic_job import Job

_CLOCK = system("clock")

PAGING_INTERVAL = timedelta(seconds=15)
"""How often a running worker checks for due urgent notices: for an emergency minutes count, and a check reads only one
short list.
"""


def build_jobs(
    services: Services,
    inbound: InboxProcessor,
    intake: Intake,
    messengers: Mapping[str, Messenger],
    *,
    erasures: CarriesOut,
    heads: HeadSchedule,
    collectors: Mapping[str, ConfiguredCollector],
    retry_handlers: Callable[[], int],
) -> tuple[Job, ...]:
    """Return all jobs of a worker: polling first, backfill last, and the scheduled jobs between them.

    Args:
        intake: accepts the polled events.
        messengers: messengers by instance name.
        erasures: executes erasure requests.
        heads: when heads of the journal are signed, and the couriers that take them outside.
        collectors: configured collectors by their names in the settings.
        retry_handlers: retries event handlers on quarantined entries.
    """
    runner = services.units.runner
    journal_heads = JournalHeadJobs(services, heads)
    return (
        Polling(intake, messengers).job,
        Job("page_officers", Pager(services).take_due_steps, PAGING_INTERVAL),
        Job("release_held", partial(release_blocked_conversations, runner.context)),
        HealthMonitor(runner, messengers).job,
        MessengerAccess(runner.context, messengers).job,
        Job("check_duty", DutyReach(runner).store_problems, CHECK_INTERVAL),
        Job(INSPECT_OFFICERS, DutyRecords(services).inspect, INSPECTION_INTERVAL),
        Job("retry_failed", inbound.retry_failed),
        Job("retry_handlers", retry_handlers),
        *_build_calendar_jobs(services, messengers),
        Job("tell_new_tips", NewTipNotices(services).send_due_notices),
        Job("tell_digests", DailyDigest(services).send_due_digests),
        Job("warn_of_windows", WindowWarnings(runner, messengers).warn_due),
        Job("carry_out_erasures", partial(carry_out_due_erasures, runner.context, erasures)),
        Job("sign_heads", journal_heads.sign_head_if_due),
        Job("deliver_heads", journal_heads.deliver, DELIVERY_INTERVAL, own_thread=bool(heads.couriers)),
        Collecting(services, collectors).job,
        Job("backfill", Backfill(intake, messengers).run, own_thread=True),
        Job("inspect_groups", GroupSync(services, messengers).inspect_due, own_thread=True),
    )


def _build_calendar_jobs(services: Services, messengers: Collection[str]) -> tuple[Job, ...]:
    runner = services.units.runner
    housekeeping = Housekeeping(runner)
    retention = RetentionJobs(services)
    return (
        Job("open_duties", partial(open_duties, services)),
        Job("notify_manual_tasks", ManualTaskNotices(services).notify_owners),
        Job("write_looks", runner.flush_read_log),
        Job("lapse_disclosures", partial(record_lapsed_disclosures, services)),
        Job("raise_alarms", DeliveryAlarms(runner, messengers).send_due_notices),
        Job("tell_quarantined", QuarantineNotices(runner).notify_new),
        Job("forget_requests", RequestDigests(runner).remove_old, timedelta(hours=1)),
        Job("destroy_inbox_keys", housekeeping.destroy_inbox_keys),
        Job("prune_queues", housekeeping.prune_queues),
        Job("purge_expired", retention.purge_expired),
        Job("delete_files", FileRetention(services).delete_expired),
        Job("look_after_drafts", DraftJobs(services).expire_drafts, LOOK_INTERVAL),
        Job("release_departed", partial(release_tips_of_departed, services)),
        Job("rewrap_keys", retention.rewrap_keys),
        Job("seal_details", retention.seal_details),
        Job("renew_epochs", EpochJobs(services).renew_epochs),
        Job("remind_units", lambda: len(services.programme.reminders.urge_due(_CLOCK))),
        Job("remind_groups", lambda: len(services.groups.operations.remind_due(_CLOCK))),
        Job("expire_content", lambda: len(services.content.publishing.expire_due(_CLOCK))),
    )
