"""`anninh duty`: rosters, the officers on duty, and alarms to claim."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.casework.ladders import (
    iter_alarm_rows,
    iter_running_rows,
    list_alarm_headings,
    list_running_headings,
    print_claim,
)
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import format_moment
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import output_rows, output_sentence, with_json_option
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.roster import EVERY_DAY, Holiday, Roster, Shift
from anninh_core.domain.duty.states import AlarmState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"(?:([a-z,-]+) )?([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d) (\S+)")
_HOLIDAY = re.compile(r"(.+) (\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))? ([0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d \S+)")
_DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def duty() -> None:
    """Who is on duty, and which alarms wait for an officer.

    The duty officer of the unit is notified first, then the deputies in their order, then the officers of the unit
    above.
    """


@duty.command()
@click.argument("unit")
@with_json_option
@as_officer
def roster(app: App, me: Actor, unit: str) -> None:
    """Show the rosters of a unit that hold now or later."""
    rows = [row for unit_roster in app.duty.rosters(me, unit) for row in _iter_roster_rows(unit_roster)]
    headings = {"from": _("from"), "to": _("to"), "when": _("when"), "hours": _("hours"), "officers": _("officers")}
    output_rows(rows, headings, empty=_("No roster here."))


@duty.command("set")
@click.argument("unit")
@click.option("--shift", "shifts", multiple=True, metavar="SHIFT", help="As 'mon-fri 17:00-07:00 ID,ID'.")
@click.option(
    "--holiday", "holidays", multiple=True, metavar="HOLIDAY", help="As 'NAME 2027-02-05/2027-02-11 00:00-00:00 ID,ID'."
)
@click.option("--from", "first", type=_DATE, metavar="DATE", help="First day.  [default: today]")
@click.option("--to", "last", type=_DATE, metavar="DATE", help="Last day.  [default: until another one is set]")
@with_json_option
@as_officer
def set_(
    app: App,
    me: Actor,
    *,
    unit: str,
    shifts: tuple[str, ...],
    holidays: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
) -> None:
    """Set a unit's roster from a day on; the previous roster ends on the day before.

    A shift names weekdays (every day if they are left out), hours, and officers: the duty officer first, then the
    deputies. Hours that end at or before they begin end on the next day. --holiday names days, such as those of Tet,
    with a shift that replaces the others.
    """
    new_roster = app.duty.set_roster(
        me,
        unit,
        shifts=[_read_shift(text) for text in shifts],
        holidays=[_read_holiday(text) for text in holidays],
        valid_from=first.date() if first else None,
        valid_to=last.date() if last else date.max,
    )
    output_sentence(
        _("the roster of {unit} holds from {valid_from}"), unit=new_roster.unit, valid_from=new_roster.valid_from
    )


@duty.command("on-duty")
@click.argument("unit")
@click.option("--when", "moment", type=click.DateTime(["%Y-%m-%dT%H:%M"]), metavar="TIME", help="As 2027-02-06T02:00.")
@with_json_option
@as_officer
def on_duty(app: App, me: Actor, unit: str, moment: datetime | None) -> None:
    """Show the officers who are notified of an emergency in a unit, in order, and those on a roster who can't be, and
    why.
    """
    people = app.duty.on_duty(me, unit, at=moment.replace(tzinfo=VIETNAM) if moment else None)
    output_rows(
        [
            {
                "unit": person.unit,
                "as": _("deputy") if person.is_deputy else _("duty officer"),
                "deputy": person.is_deputy,
                "state": find_word(person.gap).replace("_", " ") if person.gap else _("can be told"),
                "gap": person.gap,
                "officer": person.officer,
            }
            for person in people
        ],
        {"unit": _("unit"), "as": _("as"), "state": _("state"), "officer": _("officer")},
        empty=_("No officer is on duty."),
    )


@duty.command()
@click.argument("unit", default="")
@click.option("--all", "whole", is_flag=True, help="Those that were taken up or ended, too, the newest first.")
@with_json_option
@as_officer
def alarms(app: App, me: Actor, unit: str, whole: bool) -> None:
    """List emergencies, first those that no officer has claimed, the oldest first, then notices.

    Each notice that was sent is on a line, then the officer who claimed the alarm and until when, and who is notified
    next and when.
    """
    name_officer = app.internals.runner.permits.name_officer
    if whole:
        every_alarm = iter_pages(lambda after: app.duty.alarms(me, unit=unit, open=False, after=after))
        rows = [row for alarm in every_alarm for row in iter_alarm_rows(alarm, name_officer)]
        headings = list_alarm_headings()
        shrinks = "unit", "what"
    else:
        running = iter_pages(lambda after: app.duty.running(me, unit=unit, after=after))
        rows = [row for ladder in running for row in iter_running_rows(ladder, name_officer)]
        headings = list_running_headings()
        shrinks = "unit", "who"
    output_rows(rows, headings, empty=_("Nothing waits."), shrinks=shrinks)


@duty.command()
@click.argument("code")
@click.option("--for", "claimant", default="", metavar="ID", help=marked("Officer who has it; you, if left out."))
@with_json_option
@as_officer
def claim(app: App, me: Actor, code: str, claimant: str) -> None:
    """Claim the alarm with CODE: no other officer is notified while the claim runs."""
    alarm = _find_alarm(app, me, code)
    claimed = app.duty.claim_for(me, alarm.id, claimant) if claimant else app.duty.claim(me, alarm.id)
    print_claim(claimed.code, claimed.claim_until, claimed.id)


@duty.command("hand-up")
@click.argument("code")
@with_json_option
@as_officer
def hand_up(app: App, me: Actor, code: str) -> None:
    """Report that no officer can come: the next officer is notified at once."""
    alarm = app.duty.hand_up(me, _find_alarm(app, me, code).id)
    ladders = app.duty.ladder(me, alarm.about)
    next_page = next(iter(ladders[0].next_pages), None) if ladders else None
    if next_page is None or not next_page.officer:
        output_sentence(_("The next officer is paged about {code}"), code=alarm.code, id=alarm.id)
        return
    name = app.internals.runner.permits.name_officer(next_page.officer)
    at = format_moment(next_page.at)
    output_sentence(_("{name} is paged about {code} at {at}"), name=name, code=alarm.code, at=at, id=alarm.id)


def _find_alarm(app: App, me: Actor, code: str) -> Alarm:
    alarms = iter_pages(lambda after: app.duty.alarms(me, open=False, after=after))
    matching = [alarm for alarm in alarms if alarm.code == code.upper() and alarm.state is not AlarmState.ENDED]
    if len(matching) != 1:
        raise BadInput(
            "{count} running alarms have the code {code!r}, but there must be exactly one: {act:duty.alarms} "
            "lists the alarms.",
            count=len(matching),
            code=code,
        )
    return matching[0]


def _read_shift(text: str) -> Shift:
    match = _SHIFT.fullmatch(text.strip())
    if match is None:
        raise BadInput(
            "{text!r} isn't a shift: write weekdays, hours and ids, such as 'mon-fri 17:00-07:00 ID,ID'.", text=text
        )
    days, start, end, officers = match.groups()
    return Shift(
        weekdays=tuple(_read_days(days)) if days else EVERY_DAY,
        start=_read_time(start),
        end=_read_time(end),
        officers=tuple(officers.split(",")),
    )


def _read_holiday(text: str) -> Holiday:
    match = _HOLIDAY.fullmatch(text.strip())
    if match is None:
        raise BadInput(
            "{text!r} isn't a holiday: write name, days, hours and ids, such as 'Tet 2027-02-05/2027-02-11 "
            "00:00-00:00 ID'.",
            text=text,
        )
    name, first, last, shift = match.groups()
    days = date.fromisoformat(first), date.fromisoformat(last or first)
    return Holiday(name=name, first=days[0], last=days[1], shifts=(_read_shift(shift),))


def _read_days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            raise BadInput(
                "{text!r} isn't a weekday or a range of them: write one of {allowed}, or a range such as mon-fri.",
                text=part,
                allowed=tuple(_DAYS),
            )
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        yield from ((start + number) % 7 for number in range((end - start) % 7 + 1))


def _read_time(text: str) -> time:
    if text == "24:00":
        return time.min
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadInput("{text!r} isn't a time of day: write it as 07:30.", text=text) from None


def _iter_roster_rows(roster: Roster) -> Iterator[Mapping[str, object]]:
    span = {"from": roster.valid_from, "to": None if roster.valid_to == date.max else roster.valid_to}
    for shift in roster.shifts:
        days = _("every day") if shift.weekdays == EVERY_DAY else ",".join(_DAYS[day] for day in shift.weekdays)
        yield {**span, "when": days, **_build_shift_cells(shift)}
    for holiday in roster.holidays:
        for shift in holiday.shifts:
            days = f"{holiday.name} {holiday.first}/{holiday.last}"
            yield {**span, "when": days, **_build_shift_cells(shift)}


def _build_shift_cells(shift: Shift) -> Mapping[str, object]:
    return {"hours": f"{shift.start:%H:%M}-{shift.end:%H:%M}", "officers": shift.officers}
