"""Reporting of faults: each channel gets the report that is due on it, and its memory is updated."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from anninh_core.app.watchdog.memory import FaultReport, WatchMemory
from anninh_core.kernel.errors import AnninhError
from anninh_core.kernel.stored_sentences import pack_sentence
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.health import Check
from anninh_core.ports.messengers.courier import Courier

OUTPUT = "(output)"
"""Name of the channel that is a command's output, which cron mails."""

Deliver = Callable[[FaultReport], None]
"""Type of a function that delivers a report, and raises an exception if the report isn't accepted."""


_MAX_FAILURE = 500  # Greatest length of the stored reason of a failure, in characters of the English sentence.


@frozen
class Delivery:
    """A delivery of a report on a channel.

    Attributes:
        failed: why the report wasn't accepted; "" if it was.
    """

    channel: str
    report: FaultReport
    failed: str = ""


def deliver_due_reports(
    memory: WatchMemory,
    channels: Mapping[str, Deliver],
    faults: Sequence[Check],
    now: datetime,
    remind_after: timedelta,
) -> tuple[WatchMemory, tuple[Delivery, ...]]:
    """Deliver the report due on each channel; return the new memory and the deliveries.

    A report that a channel rejects is due again the next time. A failing channel doesn't affect the others.
    """
    deliveries: list[Delivery] = []
    memories = dict(memory.channels)
    for name, deliver in channels.items():
        channel = memory.channel(name)
        report = channel.find_due(faults, now, remind_after)
        if report is None:
            memories[name] = channel.after(faults, now)
            continue
        failed = _try_deliver(deliver, report)
        deliveries.append(Delivery(name, report, failed))
        memories[name] = (
            evolve(channel, failed=pack_sentence(failed, _MAX_FAILURE)) if failed else channel.reported(faults, now)
        )
    return evolve(memory, looked_at=now, channels=memories), tuple(deliveries)


def build_courier_delivery(courier: Courier, file_name: str, render: Callable[[FaultReport], str]) -> Deliver:
    """Return a function that delivers a report by a courier, as a text file with this name."""
    return lambda report: courier.deliver(file_name, render(report).encode())


def _try_deliver(deliver: Deliver, report: FaultReport) -> str:
    try:
        deliver(report)
    except AnninhError as error:
        return redact_error(error)
    except Exception as error:  # noqa: BLE001  a courier of a plugin may raise anything; the other channels go on
        return type(error).__name__
    return ""
