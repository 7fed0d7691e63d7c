"""Ladders in the terminal: who was paged when and by what, who has it until when, who is paged next."""

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
"""Columns of words in a table: what happened needs as many."""
NamesOfficer = Callable[[str], str]
"""Returns an officer's name by the id."""
Line = tuple[datetime, str, str]
"""When, what, and the id of who it is about."""


def alarm_headings() -> Mapping[str, str]:
    """Return the headings of a table of alarms of any time."""
    headings = {"code": _("code"), "unit": _("unit"), "urgency": _("urgency"), "state": _("state")}
    return headings | {"at": _("at"), "what": _("what"), "who": _("who")}


def ladder_headings() -> Mapping[str, str]:
    """Return the headings of a table of running alarms: how they are is in their last lines."""
    return {
        "code": _("code"),
        "unit": _("unit"),
        "urgency": _("urgency"),
        "at": _("at"),
        "who": _("who"),
        "what": _("what"),
    }


def say_claimed(code: str, until: datetime | None, id: str) -> None:
    """Say until when something is claimed; a notice has no end."""
    sentence = _("{code} is claimed until {until}") if until else _("{code} is claimed")
    say(sentence, code=code, until=when(until), id=id)


def alarm_rows(alarm: Alarm, name_officer: NamesOfficer) -> Iterator[Mapping[str, object]]:
    """Yield an alarm of any time, then what came of it, each on a line."""
    lines = _past_lines(alarm)
    if alarm.acknowledged_at is not None:
        lines.append((alarm.acknowledged_at, _("claimed"), alarm.acknowledged_by))
    if alarm.ended_at is not None:
        lines.append((alarm.ended_at, _("ended"), alarm.ended_by))
    yield from _rows(alarm, sorted(lines, key=lambda line: line[0]), name_officer)


def ladder_rows(ladder: Ladder, name_officer: NamesOfficer) -> Iterator[Mapping[str, object]]:
    """Yield a running alarm with the beginning of its words, then its ladder, each on a line."""
    words = ladder.words if for_programs() else cut(ladder.words, _WORDS)
    yield from _rows(ladder.alarm, list_lines(ladder), name_officer, words)


def list_lines(ladder: Ladder) -> list[Line]:
    """Return the pages that left, who has it, and the pages to come, in the order of time."""
    lines = _past_lines(ladder.alarm)
    if ladder.claim is not None:
        until = _("claimed until {until}").format(until=when(ladder.claim.until))
        lines.append((ladder.claim.at, until, ladder.claim.by))
    elif ladder.expired_at is not None:
        lines.append((ladder.expired_at, _("claim expired"), ladder.expired_by))
    return [*sorted(lines, key=lambda line: line[0]), *map(_planned_line, ladder.next_pages)]


def _past_lines(alarm: Alarm) -> list[Line]:
    lines = [_rung_line(rung) for rung in alarm.ladder]
    return lines + [(at, _("more was heard"), "") for at in alarm.more_at]


def _rung_line(rung: Rung) -> Line:
    reasons = ", ".join(reason for reason in (word_of(rung.gap) if rung.gap else "", rung.missed) if reason)
    what = word_of(rung.how).replace("_", " ")
    return rung.at, f"{what} ({reasons})" if reasons else what, rung.officer


def _planned_line(page: PlannedPage) -> Line:
    what = word_of(page.how).replace("_", " ")
    return page.at, _("next: {what}").format(what=what), page.officer


def _rows(
    alarm: Alarm, lines: list[Line], name_officer: NamesOfficer, words: str = ""
) -> Iterator[Mapping[str, object]]:
    """Yield lines, the alarm first; a program finds on each of which alarm it is."""
    urgency = _("emergency") if alarm.is_emergency else _("new")
    head = {"code": alarm.code, "unit": alarm.unit, "urgency": urgency, "state": alarm.state}
    further = head if for_programs() else dict.fromkeys(head, "")
    yield {**head, "at": alarm.opened_at, "what": words or _("opened"), "who": ""}
    for at, what, who in lines:
        yield {**further, "at": at, "what": what, "who": who if for_programs() or not who else name_officer(who)}
