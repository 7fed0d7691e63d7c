"""Escalations in the terminal: who was notified when and how, who has claimed the alarm until when, who is notified
next.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from gettext import gettext as _

from anninh_core.cli.language.speaking import word_of
from anninh_core.cli.output import cut, when
from anninh_core.cli.results import for_programs, say
from anninh_core.domain.duty.alarm import Alarm, Rung
from anninh_core.domain.duty.ladder import PlannedPage
from anninh_core.workflows.emergency_overview import Ladder

_WORDS = 36
"""Width to which an alarm's text is cut, about that of the descriptions in the same column."""
NamesOfficer = Callable[[str], str]
"""Returns an officer's name by id."""
Line = tuple[datetime, str, str]
"""Time, description, and id of the officer."""


def alarm_headings() -> Mapping[str, str]:
    """Return the headings of a table of alarms, ended ones too."""
    headings = {"code": _("code"), "unit": _("unit"), "urgency": _("urgency"), "state": _("state")}
    return headings | {"at": _("at"), "what": _("what"), "who": _("who")}


def ladder_headings() -> Mapping[str, str]:
    """Return the headings of a table of running alarms; the last lines of an alarm show its state."""
    return {
        "code": _("code"),
        "unit": _("unit"),
        "urgency": _("urgency"),
        "at": _("at"),
        "who": _("who"),
        "what": _("what"),
    }


def say_claimed(code: str, until: datetime | None, id: str) -> None:
    """Print that an alarm is claimed and until when; the claim of a notice has no end."""
    sentence = _("{code} is claimed until {until}") if until else _("{code} is claimed")
    say(sentence, code=code, until=when(until), id=id)


def alarm_rows(alarm: Alarm, name_officer: NamesOfficer) -> Iterator[Mapping[str, object]]:
    """Yield rows for an alarm, ended or not, and for what happened afterwards."""
    events = _past_lines(alarm)
    if alarm.acknowledged_at is not None:
        events.append((alarm.acknowledged_at, _("claimed"), alarm.acknowledged_by))
    if alarm.ended_at is not None:
        events.append((alarm.ended_at, _("ended"), alarm.ended_by))
    yield from _rows(alarm, sorted(events, key=lambda line: line[0]), name_officer)


def ladder_rows(ladder: Ladder, name_officer: NamesOfficer) -> Iterator[Mapping[str, object]]:
    """Yield rows for a running alarm with the beginning of its text, and for its past and planned notices."""
    words = ladder.words if for_programs() else cut(ladder.words, _WORDS)
    yield from _rows(ladder.alarm, list_lines(ladder), name_officer, words)


def list_lines(ladder: Ladder) -> list[Line]:
    """Return the sent notices, the claim or its expiry, and the planned notices, in order of time."""
    lines = _past_lines(ladder.alarm)
    if ladder.claim is not None:
        until = _("claimed until {until}").format(until=when(ladder.claim.until))
        lines.append((ladder.claim.at, until, ladder.claim.by))
    elif ladder.expired_at is not None:
        lines.append((ladder.expired_at, _("claim expired"), ladder.expired_by))
    return [*sorted(lines, key=lambda line: line[0]), *map(_planned_line, ladder.next_pages)]


def _past_lines(alarm: Alarm) -> list[Line]:
    lines = [_level_line(rung) for rung in alarm.ladder]
    return lines + [(at, _("more was heard"), "") for at in alarm.more_at]


def _level_line(rung: Rung) -> Line:
    reasons = ", ".join(reason for reason in (word_of(rung.gap) if rung.gap else "", rung.missed) if reason)
    what = word_of(rung.how).replace("_", " ")
    return rung.at, f"{what} ({reasons})" if reasons else what, rung.officer


def _planned_line(page: PlannedPage) -> Line:
    what = word_of(page.how).replace("_", " ")
    return page.at, _("next: {what}").format(what=what), page.officer


def _rows(
    alarm: Alarm, lines: list[Line], name_officer: NamesOfficer, words: str = ""
) -> Iterator[Mapping[str, object]]:
    """Yield a row for the alarm and one for each line; only programs get the alarm's columns on each row."""
    urgency = _("emergency") if alarm.is_emergency else _("new")
    head = {"code": alarm.code, "unit": alarm.unit, "urgency": urgency, "state": alarm.state}
    further = head if for_programs() else dict.fromkeys(head, "")
    yield {**head, "at": alarm.opened_at, "what": words or _("opened"), "who": ""}
    for at, what, who in lines:
        yield {**further, "at": at, "what": what, "who": who if for_programs() or not who else name_officer(who)}
