"""Default values for the keys that an obligation of the profile omits, so that a base profile can have obligations."""

from datetime import date

from attrs import frozen

from anninh_core.profile.plan_schema import ObligationSchema, YearDay
from anninh_core.profile.schema import ProfileSchema


@frozen
class FilledObligation:
    """An obligation of the profile with all its keys filled in; the keys are those of `ObligationSchema`."""

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
    """Return an obligation of the profile with its omitted keys filled in."""
    head = profile.district
    model_start = owed.model_start or (head.valid_from if owed.first is None else None)
    own_values = {key: value for key, value in owed if key not in {"first", "to", "via", "model_start"}}
    return FilledObligation(
        **own_values,
        first=owed.first or _find_first_year(owed.period_end, model_start or head.valid_from),
        to=owed.to or _find_superior(owed.level, profile),
        via=owed.via or head.standing_body,
        model_start=model_start,
    )


def _find_superior(level: str, profile: ProfileSchema) -> str:
    """Return the unit that the units of a level report to: the root, or the root's parent if the root itself
    reports.
    """
    root = profile.units.get(profile.district.root)
    return root.parent if root and root.level == level and root.parent else profile.district.root


def _find_first_year(end: YearDay, start: date) -> int:
    """Return the first year whose reporting period ends on a day or later."""
    year = start.year - end.year
    return year if (end.month, end.day) >= (start.month, start.day) else year + 1
