"""`anninh tips …`: what is due soon, and papers that change or meet the clocks of a tip."""

from datetime import datetime
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.answers import answers, note, say
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import spoken
from anninh_core.cli.output import TextTable, echo_json, iso, printable, when
from anninh_core.cli.paging import iter_pages
from anninh_core.domain.tips.clocks.explanation import clock_state, explain_clock, owed_clocks
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

_DAY = click.DateTime(["%Y-%m-%d"])
_ID_LENGTH = 36  # a UUID; receipts are shorter

tip_argument = click.argument("tip", metavar="ID_OR_RECEIPT")
body_option = click.option("--body", required=True, metavar="BODY", help="Who decided, as in the paper's head.")
number_option = click.option("--number", required=True, metavar="NUMBER", help="Number and symbol, as on the paper.")
day_option = click.option("--day", required=True, type=_DAY, metavar="DATE", help="Date of the paper, as 2026-12-20.")


@click.command("due-soon")
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def due_soon(app: App, me: Actor, *, unit: str, as_json: bool) -> None:
    """List tips with a clock that warns, what is to be done first at the top."""
    tips = iter_pages(lambda after: app.tips.due_soon(me, unit=unit, after=after))
    now = app.internals.context.clock.now()
    warned = [(tip, clock) for tip in tips for clock in _warning(app.district, tip, now)]
    if as_json:
        echo_json([{"receipt": tip.receipt, **clock_data(app.district, tip, clock, now)} for tip, clock in warned])
        return
    rows = [
        (tip.receipt, tip.unit, clock.rule, when(clock.aim), when(clock.due), printable(tip.text))
        for tip, clock in warned
    ]
    headings = (_("receipt"), _("unit"), _("clock"), _("target"), _("limit"), _("text"))
    empty = _("Nothing is due soon in {place}.").format(place=app.district.name)
    TextTable(headings=headings, rows=rows, cut=True, empty=empty).echo()


@click.command("mark-complex")
@tip_argument
@body_option
@number_option
@day_option
@answers
@as_officer
def record_complex(app: App, me: Actor, *, tip: str, body: str, number: str, day: datetime) -> None:
    """Record that a tip was decided to be complex: two months."""
    _say_clocks(app, app.tips.clocks.mark_complex(me, _id_of(app, me, tip), body=body, number=number, day=day.date()))


@click.command("extend")
@tip_argument
@body_option
@number_option
@day_option
@click.option("--asked-on", required=True, type=_DAY, metavar="DATE", help="When the procuracy was asked.")
@click.option("--months", type=click.IntRange(1, 2), default=2, show_default=True, help="By how many months.")
@answers
@as_officer
def record_extension(
    app: App, me: Actor, *, tip: str, body: str, number: str, day: datetime, asked_on: datetime, months: int
) -> None:
    """Record the procuracy's decision to extend the limit of a complex tip, once."""
    asked = asked_on.date()
    decided = day.date()
    id = _id_of(app, me, tip)
    done = app.tips.clocks.extend(me, id, body=body, number=number, day=decided, asked_on=asked, months=months)
    _say_clocks(app, done)


@click.command("suspend")
@tip_argument
@body_option
@number_option
@day_option
@answers
@as_officer
def record_suspension(app: App, me: Actor, *, tip: str, body: str, number: str, day: datetime) -> None:
    """Record that resolving a tip was suspended: its clock stands still."""
    _say_clocks(app, app.tips.clocks.suspend(me, _id_of(app, me, tip), body=body, number=number, day=day.date()))


@click.command("revoke-suspension")
@tip_argument
@body_option
@number_option
@day_option
@answers
@as_officer
def revoke_suspension(app: App, me: Actor, *, tip: str, body: str, number: str, day: datetime) -> None:
    """Record that a suspension was revoked: one month from then."""
    _say_clocks(
        app, app.tips.clocks.revoke_suspension(me, _id_of(app, me, tip), body=body, number=number, day=day.date())
    )


@click.command("record-notice")
@tip_argument
@number_option
@day_option
@answers
@as_officer
def record_notice(app: App, me: Actor, *, tip: str, number: str, day: datetime) -> None:
    """Record the written notice of reception to the reporter."""
    _say_clocks(app, app.tips.clocks.record_notice(me, _id_of(app, me, tip), number=number, day=day.date()))


@click.command("record-identity-refused")
@tip_argument
@click.option("--reason", required=True, metavar="WORDS", help="Why the reporter refused to be named.")
@answers
@as_officer
def record_identity_refused(app: App, me: Actor, *, tip: str, reason: str) -> None:
    """Record that the reporter refused to be named, so that no notice is written."""
    _say_clocks(app, app.tips.clocks.record_identity_refused(me, _id_of(app, me, tip), reason))


COMMANDS = (
    record_complex,
    record_extension,
    record_suspension,
    revoke_suspension,
    record_notice,
    record_identity_refused,
)


def clock_data(district: District, tip: Tip, clock: Deadline, now: datetime) -> dict[str, object]:
    """Return a clock for programs: both readings, how it stands, and why."""
    return {
        "rule": clock.rule,
        "target": iso(clock.target),
        "due": iso(clock.due),
        "met_at": iso(clock.met_at),
        "state": clock_state(district, clock, now).value,
        "why": explain_clock(district, tip, clock),
    }


def clock_fact(district: District, tip: Tip, clock: Deadline, now: datetime) -> tuple[str, str]:
    """Return a clock as a fact of its tip: by the name that the profile has for it, or by its id in the heading."""
    words = clock_words(district, tip, clock, now)
    name = _find_name(district, clock)
    limit = _("limit")
    return (limit, f"{name}: {words}") if name else (f"{limit} {clock.rule}", words)


def clock_name(district: District, clock: Deadline) -> str:
    """Return what a clock is called: by the name that the profile has for it, or by its id."""
    return _find_name(district, clock) or clock.rule


def _find_name(district: District, clock: Deadline) -> str:
    """Return a clock's name by the profile; none in English, where its id is what options and programs name it by."""
    rules = () if spoken() == "en" else district.deadlines
    return next((rule.name for rule in rules if rule.id == clock.rule), "")


def clock_words(district: District, tip: Tip, clock: Deadline, now: datetime) -> str:
    """Return by when something is to be done, by when it must be, how that stands, and why."""
    has_target = clock.target and clock.target != clock.due
    target = _("target {moment}, ").format(moment=when(clock.target)) if has_target else ""
    until = _("until {moment}").format(moment=when(clock.due))
    state = _(_STATES[clock_state(district, clock, now)])
    met = f" {when(clock.met_at)}" if clock.met_at else ""
    why = explain_clock(district, tip, clock)
    return f"{target}{until}, {state}{met}{'. ' + why if why else ''}"


_STATES = {
    DeadlineState.RUNNING: marked("running"),
    DeadlineState.WARN: marked("due soon"),
    DeadlineState.OVERDUE: marked("OVERDUE"),
    DeadlineState.MET: marked("kept"),
    DeadlineState.MET_LATE: marked("missed"),
    DeadlineState.PAUSED: marked("paused for the reporter"),
    DeadlineState.SUSPENDED: marked("suspended"),
}


def _warning(district: District, tip: Tip, now: datetime) -> list[Deadline]:
    return [clock for clock in owed_clocks(district, tip) if clock_state(district, clock, now) is DeadlineState.WARN]


def _say_clocks(app: App, tip: Tip) -> None:
    now = app.internals.context.clock.now()
    note(receipt=tip.receipt, id=tip.id, limits=[clock_data(app.district, tip, clock, now) for clock in tip.clocks])
    for clock in tip.clocks:
        say(f"{clock_name(app.district, clock)}: {clock_words(app.district, tip, clock, now)}")


def _id_of(app: App, me: Actor, tip: str) -> str:
    return tip if len(tip) == _ID_LENGTH else app.tips.by_receipt(me, tip).id
