"""Building the worker of an app: a file of its own, since a program that only answers a person doesn't wait for it."""

from collections.abc import Mapping

from anninh_core.app.bootstrap.messaging import build_inbox_processor, build_outcome_recorder, build_sender
from anninh_core.dispatch.fetching import Fetching
from anninh_core.dispatch.intake import Intake
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import Plugins
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.services import Services
from anninh_core.work.runner import UseCaseRunner
from anninh_core.worker.reactions.handlers import event_handlers
from anninh_core.worker.reactions.reader import Reactions
from anninh_core.worker.schedule import build_jobs
from anninh_core.worker.worker import Worker


def build_worker(
    runner: UseCaseRunner,
    rooms: Services,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    limits: Mapping[str, RateLimit],
) -> Worker:
    """Return what works through all that has come and must go.

    Args:
        limits: messenger instance -> how fast it may be sent to; those without a limit as fast as they take it.
    """
    fetching = Fetching(runner, rooms.conversations, messengers, build_outcome_recorder(runner, rooms))
    inbox = build_inbox_processor(runner, rooms, plugins, messengers, fetching.instances)
    return Worker(
        runner,
        inbox,
        Reactions(runner, event_handlers(rooms)),
        build_sender(runner, rooms, messengers, limits),
        jobs=build_jobs(rooms, inbox, Intake(runner, rooms.conversations, messengers), messengers),
        fetching=fetching,
    )
