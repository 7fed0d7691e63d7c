"""The jobs of a worker, in the order in which a tick runs them."""

from collections.abc import Mapping
from functools import partial

from anninh_core.dispatch.inbound import Inbound
from anninh_core.dispatch.intake import Intake
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.services import Services
from anninh_core.work.actor import system
from anninh_core.worker.job import Job
from anninh_core.worker.jobs.alarms import Alarms
from anninh_core.worker.jobs.backfill import Backfill
from anninh_core.worker.jobs.duties import open_duties
from anninh_core.worker.jobs.group_sync import GroupSync
from anninh_core.worker.jobs.health_monitor import HealthMonitor
from anninh_core.worker.jobs.held import release_held
from anninh_core.worker.jobs.housekeeping import Housekeeping
from anninh_core.worker.jobs.manual_tasks import ManualTaskNotices
from anninh_core.worker.jobs.polling import Polling
from anninh_core.worker.jobs.retention import RetentionJobs

_CLOCK = system("clock")


def build_jobs(
    rooms: Services, inbound: Inbound, intake: Intake, messengers: Mapping[str, Messenger]
) -> tuple[Job, ...]:
    """Return all jobs: those that ask platforms for events come first and last, what is due by the calendar between."""
    runner = rooms.units.runner
    return (
        Polling(intake, messengers).job,
        Job("release_held", partial(release_held, runner.context)),
        HealthMonitor(runner, messengers).job,
        Job("retry_failed", inbound.take_up),
        *_jobs_by_calendar(rooms),
        Job("backfill", Backfill(intake, messengers).run, own_thread=True),
        Job("inspect_groups", GroupSync(rooms, messengers).inspect_some, own_thread=True),
    )


def _jobs_by_calendar(rooms: Services) -> tuple[Job, ...]:
    runner = rooms.units.runner
    housekeeping, retention = Housekeeping(runner), RetentionJobs(rooms)
    return (
        Job("open_duties", partial(open_duties, rooms)),
        Job("notify_manual_tasks", ManualTaskNotices(rooms).notify_owners),
        Job("raise_alarms", Alarms(runner).raise_due),
        Job("destroy_inbox_keys", housekeeping.destroy_inbox_keys),
        Job("prune_queues", housekeeping.prune_queues),
        Job("purge_expired", retention.purge_expired),
        Job("rewrap_keys", retention.rewrap_keys),
        Job("remind_units", lambda: len(rooms.programme.reminders.urge_due(_CLOCK))),
        Job("remind_groups", lambda: len(rooms.groups.operations.remind_due(_CLOCK))),
        Job("expire_content", lambda: len(rooms.content.publishing.expire_due(_CLOCK))),
    )
