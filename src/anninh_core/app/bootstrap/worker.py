"""Building the worker of an app: a file of its own, since a program that only answers a person doesn't wait for it."""

from collections.abc import Mapping

from anninh_core.dispatch.buckets import Pace
from anninh_core.dispatch.fetching import Fetching
from anninh_core.dispatch.gate import Gate
from anninh_core.dispatch.intake import Intake
from anninh_core.dispatch.outgoing import Outgoing
from anninh_core.dispatch.pacing import Pacer
from anninh_core.dispatch.rooms import Rooms
from anninh_core.dispatch.wiring import inbound_at, settling_at, urgent
from anninh_core.plugins import Plugins
from anninh_core.ports.messenger import Messenger
from anninh_core.work.desk import Desk
from anninh_core.worker.reactions.handlers import event_handlers
from anninh_core.worker.reactions.reader import Reactions
from anninh_core.worker.schedule import build_jobs
from anninh_core.worker.worker import Worker


def build_worker(
    desk: Desk, rooms: Rooms, plugins: Plugins, messengers: Mapping[str, Messenger], paces: Mapping[str, Pace]
) -> Worker:
    """Return what works through all that has come and must go.

    Args:
        paces: messenger instance -> how fast it may be sent to; those without a pace as fast as they take it.
    """
    gate = Gate(desk.district, Pacer(desk.storage.states, paces), urgent(desk))
    settling = settling_at(desk, rooms)
    fetching = Fetching(desk, rooms.conversations, messengers, settling)
    inbox = inbound_at(desk, rooms, plugins, messengers, fetching.instances)
    return Worker(
        desk,
        inbox,
        Reactions(desk, event_handlers(rooms)),
        Outgoing(desk, rooms.conversations, messengers, settling, gate),
        jobs=build_jobs(rooms, inbox, Intake(desk, rooms.conversations, messengers), messengers),
        fetching=fetching,
    )
