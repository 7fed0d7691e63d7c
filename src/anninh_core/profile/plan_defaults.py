"""What an obligation means where it leaves something out, so that a profile that is nobody's can have it."""

from datetime import date

from attrs import frozen

from anninh_core.profile.plan_schema import ObligationSchema, YearDay
from anninh_core.profile.schema import ProfileSchema


@frozen
class FilledObligation:
    """An obligation of the profile in which nothing is left out; the keys are those of `ObligationSchema`."""

    name: str
    template: str
    before: YearDay
    period_start: YearDay
    period_end: YearDay
    first: int
    last: int
    level: str
    to: str
    via: str
    remind_days: list[int]
    model_start: date | None


def fill_obligation(owed: ObligationSchema, profile: ProfileSchema) -> FilledObligation:
    """Return an obligation with what it leaves out."""
    head = profile.district
    model_start = owed.model_start or (head.valid_from if owed.first is None else None)
    given = {key: value for key, value in owed if key not in {"first", "to", "via", "model_start"}}
    return FilledObligation(
        **given,
        first=owed.first or _first_year(owed.period_end, model_start or head.valid_from),
        to=owed.to or _superior(owed.level, profile),
        via=owed.via or head.standing_body,
        model_start=model_start,
    )


def _superior(level: str, profile: ProfileSchema) -> str:
    """Return the unit to which those of a level report: the root, or what stands above a root that reports itself."""
    root = profile.units.get(profile.district.root)
    return root.parent if root and root.level == level and root.parent else profile.district.root


def _first_year(end: YearDay, start: date) -> int:
    """Return the first year whose period ends on a day or later."""
    year = start.year - end.year
    return year if (end.month, end.day) >= (start.month, start.day) else year + 1
