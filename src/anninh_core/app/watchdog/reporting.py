"""Reporting: each channel gets what is due for it, and remembers what it took."""

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
"""The channel of what a command prints: cron mails it."""

Deliver = Callable[[FaultReport], None]
"""Hands a report over; raises where it was not taken."""


_MAX_FAILURE = 500  # characters of the English sentence


@frozen
class Delivery:
    """What a channel was given now.

    Attributes:
        failed: why it was not taken, "" where it was.
    """

    channel: str
    report: FaultReport
    failed: str = ""


def report_due(
    memory: WatchMemory,
    channels: Mapping[str, Deliver],
    faults: Sequence[Check],
    now: datetime,
    remind_after: timedelta,
) -> tuple[WatchMemory, tuple[Delivery, ...]]:
    """Give each channel what is due for it; return what to remember, and what was handed over or not.

    What a channel doesn't take is due again the next time. One that fails keeps no other from its report.
    """
    deliveries: list[Delivery] = []
    remembered = dict(memory.channels)
    for name, deliver in channels.items():
        channel = memory.channel(name)
        report = channel.find_due(faults, now, remind_after)
        if report is None:
            remembered[name] = channel.after(faults, now)
            continue
        failed = _try_deliver(deliver, report)
        deliveries.append(Delivery(name, report, failed))
        remembered[name] = (
            evolve(channel, failed=pack_sentence(failed, _MAX_FAILURE)) if failed else channel.reported(faults, now)
        )
    return evolve(memory, looked_at=now, channels=remembered), tuple(deliveries)


def deliver_by(courier: Courier, file_name: str, render: Callable[[FaultReport], str]) -> Deliver:
    """Return what hands a report over by a courier, as a text of this name."""
    return lambda report: courier.deliver(file_name, render(report).encode())


def _try_deliver(deliver: Deliver, report: FaultReport) -> str:
    try:
        deliver(report)
    except AnninhError as error:
        return redact_error(error)
    except Exception as error:  # noqa: BLE001  a courier of a plugin may raise anything; the other channels go on
        return type(error).__name__
    return ""
