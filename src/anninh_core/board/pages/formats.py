"""Formats of times, days and the time left, in Vietnam's time zone."""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from attrs import frozen

from anninh_core.board.words.page_words import PageWords
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.limits import find_day_ending_at
from anninh_core.language.catalogue import marked

_MINUTE = 60
_HOUR = 3600
_DAY = 86400
_HOURS_FROM = 2 * _DAY
"""Number of seconds below which hours are shown instead of days."""

_SPANS = {
    "left": (marked("{count} days left"), marked("{count} hours left"), marked("{count} minutes left")),
    "over": (marked("{count} days overdue"), marked("{count} hours overdue"), marked("{count} minutes overdue")),
    "ago": (marked("{count} days ago"), marked("{count} hours ago"), marked("{count} minutes ago")),
}


@frozen
class Formats:
    """Formats values in the language of the page."""

    words: PageWords
    now: datetime

    def moment(self, at: datetime | None) -> str:
        """Return a time such as 09:05 17/06/2022, or ""."""
        return "" if at is None else f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"

    def due(self, at: datetime | None) -> str:
        """Return the end of a deadline, as `moment` does; midnight is written as the end of the day before."""
        ended = find_day_ending_at(at) if at else None
        return self.words("end of {day}", day=self.day(ended)) if ended else self.moment(at)

    def clock(self, at: datetime | None) -> str:
        """Return the clock time of a moment, without its day if that is today."""
        if at is None:
            return ""
        local = at.astimezone(VIETNAM)
        return f"{local:%H:%M}" if local.date() == self.now.astimezone(VIETNAM).date() else self.moment(at)

    def iso(self, at: datetime | None) -> str:
        """Return a time in ISO format, or ""."""
        return "" if at is None else at.isoformat()

    def day(self, day: date | datetime | None) -> str:
        """Return a day such as 17/06/2022, or ""."""
        if isinstance(day, datetime):
            day = day.astimezone(VIETNAM)
        return "" if day is None else f"{day:%d/%m/%Y}"

    @staticmethod
    def most_pressing(deadlines: Sequence[Any]) -> Any:
        """Return the unfulfilled deadline that expires first, or None."""
        owed = (deadline for deadline in deadlines if deadline.is_owed and deadline.seconds_left is not None)
        return min(owed, key=attrgetter("seconds_left"), default=None)

    def left(self, seconds: float | None) -> str:
        """Return the time left until a deadline or the time overdue, in words; "" without a deadline."""
        if seconds is None:
            return ""
        return self._format_span("left", seconds) if seconds >= 0 else self._format_span("over", -seconds)

    def ago(self, at: datetime) -> str:
        """Return in words how long ago a moment was."""
        return self._format_span("ago", max(0.0, (self.now - at).total_seconds()))

    def _format_span(self, kind: str, seconds: float) -> str:
        days, hours, minutes = _SPANS[kind]
        if seconds >= _HOURS_FROM:
            return self.words(days, count=int(seconds // _DAY))
        if seconds >= _HOUR:
            return self.words(hours, count=int(seconds // _HOUR))
        return self.words(minutes, count=int(seconds // _MINUTE))

    def size(self, size: int | None) -> str:
        """Return a file size in MB or kB, or ""."""
        if size is None:
            return ""
        return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} kB"

    def number(self, value: float | None) -> str:
        """Return a number, in Vietnamese notation (1.234,5) unless the page is in English."""
        if value is None:
            return ""
        text = f"{value:,}"
        return text if self.words.language == "en" else text.replace(",", " ").replace(".", ",").replace(" ", ".")
