"""The night, during which Zalo refuses some kinds of message."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import RetryLater
from anninh_core.ports.clock import Clock
from anninh_zalo.api.answers import QuietHoursRefusal

# End and beginning of the night, in Vietnam's time: Zalo's documentation has 22 to 6 o'clock and no time zone.
MORNING = time(6)
EVENING = time(22)

DAYTIME_RETRY = timedelta(hours=1)
"""Time to wait if Zalo refuses a message because of the night although it is day here: Zalo's night then has other
hours.
"""

SPREAD = timedelta(minutes=20)
"""Time over which the morning's messages are spread, so that they don't all leave at 6 sharp."""


def compute_morning_delay(now: datetime, key: str) -> timedelta:
    """Return the time to wait until the morning, spread by the message's key; during the day, return an hour."""
    local = now.astimezone(VIETNAM)
    if MORNING <= local.time() < EVENING:
        return DAYTIME_RETRY
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    fraction = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
    return datetime.combine(day, MORNING, VIETNAM) + SPREAD * fraction - local


@contextmanager
def defer_until_morning(clock: Clock, key: str) -> Iterator[None]:
    """Turn a refusal by Zalo at night, raised inside a `with`, into a delay until the morning.

    Args:
        key: key of the message.

    Raises:
        RetryLater: with the time until then.
    """
    try:
        yield
    except QuietHoursRefusal as asleep:
        problem = asleep.sentence
    else:
        return
    raise RetryLater(problem, compute_morning_delay(clock.now(), key))
