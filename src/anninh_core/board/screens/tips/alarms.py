"""Pages of alarms: emergencies by urgency, then notices to officers; and past alarms."""

from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.emergencies import EmergencyRow, build_emergency_rows
from anninh_core.board.screens.tips.lists import build_tabs
from anninh_core.language.catalogue import marked

_PAGE = 50

_GROUPS = {
    "unclaimed": marked("Unclaimed emergencies: {count}"),
    "held": marked("Claimed emergencies: {count}"),
    "possible": marked("To review soon, the reporter was asked: {count}"),
    "notices": marked("Notices: {count}"),
}


@frozen
class AlarmGroup:
    """Alarms under one heading."""

    name: str
    title: str
    rows: list[EmergencyRow]


def show_alarms(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the alarms that officers are paged about or have claimed, or all past alarms."""
    if page.one("all") == "yes":
        return _show_past_alarms(page)
    ladders = page.call("duty.running", after=page.one("after"), limit=_PAGE)
    rows = build_emergency_rows(page, ladders.items, failure)
    return page.render(
        "alarms.html",
        failure.status if failure else 200,
        groups=_group_alarms(page, rows),
        next=ladders.next,
        tabs=build_tabs(page, "alarms"),
    )


def _show_past_alarms(page: PageRequest) -> Response:
    alarms = page.call("duty.alarms", open=False, after=page.one("after"), limit=_PAGE)
    page.load_officers(_find_officer_ids(alarms.items))
    return page.render("past_alarms.html", alarms=alarms.items, next=alarms.next, tabs=build_tabs(page, "alarms"))


def _find_officer_ids(alarms: Any) -> list[str]:
    return [id for alarm in alarms for id in (alarm.acknowledged_by, *(rung.officer for rung in alarm.ladder))]


def _group_alarms(page: PageRequest, rows: list[EmergencyRow]) -> list[AlarmGroup]:
    emergencies = [row for row in rows if row.alarm.is_emergency]
    by_name = {
        "unclaimed": [row for row in emergencies if not (row.is_held or row.is_possible)],
        "held": [row for row in emergencies if row.is_held],
        "possible": [row for row in emergencies if row.is_possible],
        "notices": [row for row in rows if not row.alarm.is_emergency],
    }
    return [
        AlarmGroup(name, page.words(_GROUPS[name], count=len(some)), some) for name, some in by_name.items() if some
    ]
