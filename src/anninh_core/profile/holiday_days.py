"""Days off to be expected in a year, from the public data set `holidays`. It is a tool for authors of profiles: no
running code uses it.
"""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import version

from attrs import frozen

from anninh_core.kernel.errors import BadInput, MissingExtra

_FIRST_YEAR = 2000
_LAST_YEAR = 2099


@frozen(kw_only=True)
class ExpectedYear:
    """The days off that a data set expects in a year.

    Attributes:
        days: day -> its name in Vietnamese.
        swapped: Saturdays that the data set lists as worked for a day off; none for years without a decision.
        source: name and version of the data set.
    """

    year: int
    days: Mapping[date, str]
    swapped: tuple[date, ...]
    source: str

    def to_toml(self) -> str:
        """Return the expected days off as TOML lines for the `[calendar]` of a profile."""
        rows = "".join(f"  {day},  # {name}\n" for day, name in self.days.items())
        swapped = ", ".join(map(str, self.swapped))
        saturdays = (
            f"# Saturdays that the data set says are worked instead; add them to `swapped`: {swapped}\n"
            if self.swapped
            else "# The data set knows of no Saturday that is worked instead: nobody may have decided yet.\n"
        )
        return (
            f"# Days off expected in {self.year}, by {self.source}. The data set doesn't say what was decided and what "
            "follows from the law\n# alone: compare with the government's notice, then move them to `holidays`.\n"
            f"{saturdays}provisional = [\n{rows}]\n"
            f'provisional_source = "{self.source}"\n'
            "# provisional_checked_on: the day on which you last compared them with what the government announced.\n"
            f"until = {self.year}-12-31\n"
        )


def find_expected_days_off(year: int) -> ExpectedYear:
    """Return the days off of a year that the installed data set expects.

    Raises:
        MissingExtra: the extra `calendar` isn't installed.
        BadInput: the data set doesn't reach the year.
    """
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadInput(
            "The holidays of the year {year} can't be looked up: give a year from {first_year} to {last_year}.",
            year=year,
            first_year=_FIRST_YEAR,
            last_year=_LAST_YEAR,
        )
    try:
        import holidays  # noqa: PLC0415  only this tool needs it
    except ImportError as missing:
        raise MissingExtra("looking up days off", "calendar") from missing
    days_off = holidays.country_holidays("VN", years=year, language="vi")
    worked = sorted(day for day in days_off.weekend_workdays if day.year == year)
    return ExpectedYear(
        year=year,
        days=dict(sorted(days_off.items())),
        swapped=tuple(worked),
        source=f"holidays {version('holidays')}",
    )
