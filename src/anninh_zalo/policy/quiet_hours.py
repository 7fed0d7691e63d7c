"""The night, in which Zalo doesn't take every kind of message."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import RetryLater
from anninh_core.ports.clock import Clock
from anninh_zalo.api.answers import QuietHoursRefusal

# When it ends and begins, on Vietnam's clock: Zalo's documentation says 22 to 6 o'clock and no time zone.
MORNING = time(6)
EVENING = time(22)

DAYTIME_RETRY = timedelta(hours=1)
"""How long is waited where Zalo speaks of the night while it is day here: its night is another one, then."""

SPREAD = timedelta(minutes=20)
"""Over how long the morning's messages are spread, so that they don't all leave at 6 sharp."""


def until_morning(now: datetime, key: str) -> timedelta:
    """Return how long a message waits, spread by its key; by day for an hour."""
    local = now.astimezone(VIETNAM)
    if MORNING <= local.time() < EVENING:
        return DAYTIME_RETRY
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    fraction = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
    return datetime.combine(day, MORNING, VIETNAM) + SPREAD * fraction - local


@contextmanager
def defer_until_morning(clock: Clock, key: str) -> Iterator[None]:
    """Defer messages that Zalo refuses at night until the morning.

    Args:
        key: of the message.

    Raises:
        RetryLater: with the time until then.
    """
    try:
        yield
    except QuietHoursRefusal as asleep:
        problem = asleep.sentence
    else:
        return
    raise RetryLater(problem, until_morning(clock.now(), key))
