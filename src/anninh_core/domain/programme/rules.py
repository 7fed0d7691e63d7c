"""Pure rules of the programme, for the units' duties, the wording of reminders, and required texts."""

from collections.abc import Iterator

from anninh_core.domain.programme.duty import MILESTONE, REPORT, Duty, make_duty_id
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import nfc
from anninh_core.vocabulary.district import District


def iter_report_duties(district: District, obligation_id: str, year: int) -> Iterator[Duty]:
    """Yield the units' duties under an obligation in a year; raise `BadInput` for a year in which it isn't due."""
    obligation = district.obligation(obligation_id)
    for unit in district.units_owing(obligation, year):
        yield Duty(
            id=make_duty_id(REPORT, obligation.id, year, unit),
            what=REPORT,
            source=obligation.id,
            year=year,
            unit=unit,
            name=obligation.name,
            last_day=obligation.last_day(year),
            remind_days=obligation.remind_days,
        )


def iter_milestone_duties(district: District, milestone_id: str) -> Iterator[Duty]:
    """Yield the units' duties for a milestone; raise `NotFound` for an unknown milestone."""
    milestone = next((candidate for candidate in district.milestones if candidate.id == milestone_id), None)
    if milestone is None:
        raise NotFound(
            "Profile {profile!r} has no milestone {milestone!r}; its milestones are: {allowed}.",
            kind="milestone",
            id=milestone_id,
            milestone=milestone_id,
            profile=district.id,
            allowed=tuple(candidate.id for candidate in district.milestones),
        )
    for unit in milestone.units:
        yield Duty(
            id=make_duty_id(MILESTONE, milestone.id, milestone.before.year, unit),
            what=MILESTONE,
            source=milestone.id,
            year=milestone.before.year,
            unit=unit,
            name=milestone.name,
            last_day=milestone.last_day,
            remind_days=milestone.remind_days,
        )


def get_reminder_wording(offset: int) -> str:
    """Return the key of a reminder's wording for the days left until the last day."""
    if offset > 0:
        return "urge.before"
    return "urge.today" if offset == 0 else "urge.late"


def require_text(text: str, argument: str) -> str:
    """Return a text as NFC; raise `BadInput` for an empty one."""
    if not text.strip():
        raise BadInput("`{argument}` is empty: write it.", argument=argument)
    return nfc(text)
