"""Alarms: what somebody has to take up at once, and who was told of it when."""

from starlette.responses import Response

from anninh_core.board.forms.act import FailedAct, row_forms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.tips.lists import tabs_for

_PAGE = 50


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show what nobody has taken up, or all."""
    is_open = page.one("all") != "yes"
    found = page.call("duty.alarms", open=is_open, after=page.one("after"), limit=_PAGE)
    page.load_officers(rung.officer for alarm in found.items for rung in alarm.ladder)
    forms = {
        alarm.id: row_forms(page, "/tips/alarms", alarm, failure, version=alarm.version).make("duty.claim")
        for alarm in found.items
        if alarm.is_open
    }
    return page.render(
        "alarms.html",
        failure.status if failure else 200,
        alarms=found.items,
        next=found.next,
        forms=forms,
        is_open=is_open,
        tabs=tabs_for(page, "alarms"),
    )


def act(page: PageRequest) -> Response:
    """Take an alarm up."""
    operation = page.operation
    return carry_out(page, operation, {"alarm_id": page.params["id"]}, show, "/tips/alarms")
