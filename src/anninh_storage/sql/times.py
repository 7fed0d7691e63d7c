"""Conversion of times to and from the tables' form: microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

from anninh_core.kernel.errors import BadInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MIN = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_MAX = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
# The year 2 is inside the limits of datetime, so that time zones and pauses can be added.
_FIRST = (datetime(2, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime(9998, 12, 31, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def to_microseconds(moment: datetime) -> int:
    """Return a moment as a number of microseconds; raise `BadInput` for a time without zone."""
    if moment.tzinfo is not UTC and moment.utcoffset() is None:
        raise BadInput("{time} has no time zone: add one, as in 2021-09-18T08:00+07:00.", time=moment)
    return (moment - _EPOCH) // _MICROSECOND


def to_moment(number: int) -> datetime:
    """Return the moment, in UTC, of a number of microseconds; for a damaged number out of range, return a moment near
    the limit.
    """
    near = max(_FIRST, min(number, _LAST))
    return _EPOCH + timedelta(microseconds=number if _MIN <= number <= _MAX else near)
