"""Output of an alarm's escalation in the terminal: the officers notified, when and how, the officer with the claim and
its end, and the officer notified next.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from gettext import gettext as _

from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import cut_text, format_moment
from anninh_core.cli.results import is_json_output, output_sentence
from anninh_core.domain.duty.alarm import Alarm, Rung
from anninh_core.domain.duty.ladder import PlannedPage
from anninh_core.workflows.emergency_overview import Ladder

_WORDS = 36
"""Width to which an alarm's text is cut, about that of the descriptions in the same column."""
NamesOfficer = Callable[[str], str]
"""Type of a function that returns an officer's name by id."""
Line = tuple[datetime, str, str]
"""A line of an alarm's escalation: time, description, and id of the officer."""


def list_alarm_headings() -> Mapping[str, str]:
    """Return the headings of a table of alarms that also has ended alarms."""
    headings = {"code": _("code"), "unit": _("unit"), "urgency": _("urgency"), "state": _("state")}
    return headings | {"at": _("at"), "what": _("what"), "who": _("who")}


def list_running_headings() -> Mapping[str, str]:
    """Return the headings of a table of running alarms; the last lines of an alarm show its state."""
    return {
        "code": _("code"),
        "unit": _("unit"),
        "urgency": _("urgency"),
        "at": _("at"),
        "who": _("who"),
        "what": _("what"),
    }


def print_claim(code: str, until: datetime | None, id: str) -> None:
    """Print that an alarm is claimed and until when; the claim of a notice has no end."""
    sentence = _("{code} is claimed until {until}") if until else _("{code} is claimed")
    output_sentence(sentence, code=code, until=format_moment(until), id=id)


def iter_alarm_rows(alarm: Alarm, name_officer: NamesOfficer) -> Iterator[Mapping[str, object]]:
    """Yield the rows of an alarm, running or ended: a row for the alarm, then rows for its notices, its claim and its
    expiry.
    """
    events = _list_past_lines(alarm)
    if alarm.acknowledged_at is not None:
        events.append((alarm.acknowledged_at, _("claimed"), alarm.acknowledged_by))
    if alarm.ended_at is not None:
        events.append((alarm.ended_at, _("ended"), alarm.ended_by))
    yield from _iter_rows(alarm, sorted(events, key=lambda line: line[0]), name_officer)


def iter_running_rows(ladder: Ladder, name_officer: NamesOfficer) -> Iterator[Mapping[str, object]]:
    """Yield rows for a running alarm with the beginning of its text, and for its past and planned notices."""
    words = ladder.words if is_json_output() else cut_text(ladder.words, _WORDS)
    yield from _iter_rows(ladder.alarm, list_escalation_lines(ladder), name_officer, words)


def list_escalation_lines(ladder: Ladder) -> list[Line]:
    """Return the lines of an alarm's escalation in order of time: the sent notices, the claim or its expiry, and the
    planned notices.
    """
    lines = _list_past_lines(ladder.alarm)
    if ladder.claim is not None:
        until = _("claimed until {until}").format(until=format_moment(ladder.claim.until))
        lines.append((ladder.claim.at, until, ladder.claim.by))
    elif ladder.expired_at is not None:
        lines.append((ladder.expired_at, _("claim expired"), ladder.expired_by))
    return [*sorted(lines, key=lambda line: line[0]), *map(_build_planned_line, ladder.next_pages)]


def _list_past_lines(alarm: Alarm) -> list[Line]:
    lines = [_build_level_line(rung) for rung in alarm.ladder]
    return lines + [(at, _("more was heard"), "") for at in alarm.more_at]


def _build_level_line(rung: Rung) -> Line:
    reasons = ", ".join(reason for reason in (find_word(rung.gap) if rung.gap else "", rung.missed) if reason)
    what = find_word(rung.how).replace("_", " ")
    return rung.at, f"{what} ({reasons})" if reasons else what, rung.officer


def _build_planned_line(page: PlannedPage) -> Line:
    what = find_word(page.how).replace("_", " ")
    return page.at, _("next: {what}").format(what=what), page.officer


def _iter_rows(
    alarm: Alarm, lines: list[Line], name_officer: NamesOfficer, words: str = ""
) -> Iterator[Mapping[str, object]]:
    """Yield a row for the alarm and one for each line; only programs get the alarm's columns on each row."""
    urgency = _("emergency") if alarm.is_emergency else _("new")
    head = {"code": alarm.code, "unit": alarm.unit, "urgency": urgency, "state": alarm.state}
    further = head if is_json_output() else dict.fromkeys(head, "")
    yield {**head, "at": alarm.opened_at, "what": words or _("opened"), "who": ""}
    for at, what, who in lines:
        yield {**further, "at": at, "what": what, "who": who if is_json_output() or not who else name_officer(who)}
