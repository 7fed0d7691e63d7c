"""How moments, days and the time left are written, in Vietnam's time."""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from attrs import frozen

from anninh_core.board.words.page_words import PageWords
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.limits import day_ended_at
from anninh_core.language.catalogue import marked

_MINUTE = 60
_HOUR = 3600
_DAY = 86400
_HOURS_FROM = 2 * _DAY
"""Seconds below which hours are told, not days."""

_SPANS = {
    "left": (marked("{count} days left"), marked("{count} hours left"), marked("{count} minutes left")),
    "over": (marked("{count} days overdue"), marked("{count} hours overdue"), marked("{count} minutes overdue")),
    "ago": (marked("{count} days ago"), marked("{count} hours ago"), marked("{count} minutes ago")),
}


@frozen
class Formats:
    """Writes values for people."""

    words: PageWords
    now: datetime

    def moment(self, at: datetime | None) -> str:
        """Return a moment, such as 09:05 17/06/2022; "" for none."""
        return "" if at is None else f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"

    def due(self, at: datetime | None) -> str:
        """Return the end of a limit, as `moment` does; one at midnight is the end of the day before."""
        ended = day_ended_at(at) if at else None
        return self.words("end of {day}", day=self.day(ended)) if ended else self.moment(at)

    def clock(self, at: datetime | None) -> str:
        """Return a moment without its day where that is today."""
        if at is None:
            return ""
        local = at.astimezone(VIETNAM)
        return f"{local:%H:%M}" if local.date() == self.now.astimezone(VIETNAM).date() else self.moment(at)

    def iso(self, at: datetime | None) -> str:
        """Return a moment for programs."""
        return "" if at is None else at.isoformat()

    def day(self, day: date | datetime | None) -> str:
        """Return a day, such as 17/06/2022; "" for none."""
        if isinstance(day, datetime):
            day = day.astimezone(VIETNAM)
        return "" if day is None else f"{day:%d/%m/%Y}"

    @staticmethod
    def most_pressing(deadlines: Sequence[Any]) -> Any:
        """Return the deadline that is owed and runs out first, None where none does."""
        owed = (one for one in deadlines if one.is_owed and one.seconds_left is not None)
        return min(owed, key=attrgetter("seconds_left"), default=None)

    def left(self, seconds: float | None) -> str:
        """Return how much time is left, or by how much it is over; "" where nothing is due."""
        if seconds is None:
            return ""
        return self._span("left", seconds) if seconds >= 0 else self._span("over", -seconds)

    def ago(self, at: datetime) -> str:
        """Return how long a moment is past."""
        return self._span("ago", max(0.0, (self.now - at).total_seconds()))

    def _span(self, kind: str, seconds: float) -> str:
        days, hours, minutes = _SPANS[kind]
        if seconds >= _HOURS_FROM:
            return self.words(days, count=int(seconds // _DAY))
        if seconds >= _HOUR:
            return self.words(hours, count=int(seconds // _HOUR))
        return self.words(minutes, count=int(seconds // _MINUTE))

    def size(self, size: int | None) -> str:
        """Return the size of a file."""
        if size is None:
            return ""
        return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} kB"

    def number(self, value: float | None) -> str:
        """Return a number as Vietnam writes it: 1.234,5."""
        if value is None:
            return ""
        text = f"{value:,}"
        return text if self.words.language == "en" else text.replace(",", " ").replace(".", ",").replace(" ", ".")
