"""Times as the tables hold them: microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

from anninh_core.kernel.errors import BadInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# A year and a day away from what a datetime can hold, so that time zones and pauses can be added.
_FIRST = (datetime(2, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime(9998, 12, 31, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def micros(moment: datetime) -> int:
    """Return a moment as a number; `BadInput` for a time without zone."""
    if moment.tzinfo is not UTC and moment.utcoffset() is None:
        raise BadInput(f"{moment.isoformat()} has no time zone; give an aware datetime, for example in UTC")
    return (moment - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """Return the moment a number stands for, in UTC; for a damaged one that stands for none, the nearest there is."""
    return _EPOCH + timedelta(microseconds=max(_FIRST, min(number, _LAST)))
