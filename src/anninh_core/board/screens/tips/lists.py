"""Lists of tips."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.options import find_options
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs
from anninh_core.board.screens.tips.rows import build_tip_rows, iter_officer_ids

_PAGE = 50
_MOST_OVERDUE = 200
_FOR_ALL = (("due", "/tips"), ("mine", "/tips/mine"), ("received", "/tips/received"), ("waiting", "/tips/waiting"))


def show_due_tips(page: PageRequest) -> Response:
    """Show the tips that are due, emergencies first, then overdue tips."""
    return _render_tips(page, "due", page.call("tips.worklist", after=page.one("after"), limit=_PAGE))


def show_own_tips(page: PageRequest) -> Response:
    """Show the tips that the viewer has claimed, then the open tips assigned to the viewer, the most urgent first."""
    worklist, *claimed = page.read_together(
        ("tips.worklist", {"mine": True, "after": page.one("after"), "limit": _PAGE}),
        *(() if page.one("after") else (("tips.list", {"claimed": True, "limit": _PAGE}),)),
    )
    unassigned = [tip for listing in claimed for tip in listing.items if page.viewer.id not in tip.handlers]
    return _render_tips(page, "mine", worklist, unassigned)


def show_received_tips(page: PageRequest) -> Response:
    """Show the tips in the state `received`."""
    return _show_filtered_tips(page, "received", state="received")


def show_waiting_tips(page: PageRequest) -> Response:
    """Show the tips that wait for their reporters."""
    return _show_filtered_tips(page, "waiting", state="waiting_for_reporter")


def show_all_tips(page: PageRequest) -> Response:
    """Show all tips, the tips of a unit, a category and a period, or the tips that contain given words."""
    words = page.one("words").strip()[:200]
    if not words:
        return _show_filtered_tips(page, "every", **_read_filters(page))
    return _render_tips(page, "every", page.call("tips.search", text=words, after=page.one("after"), limit=_PAGE))


def _read_filters(page: PageRequest) -> Mapping[str, object]:
    """Return the filters of tips in the address; invalid values are ignored."""
    district = page.desk.app.district
    (start, end) = (_parse_day(page.one(name)) for name in ("start", "end"))
    filters = {
        "unit": page.one("unit") if page.one("unit") in district.units else "",
        "category": page.one("category") if page.one("category") in district.incoming else "",
        "received_from": start if start <= (end or start) else "",
        "received_to": end,
        "overdue": page.one("overdue") == "yes",
    }
    return {name: value for name, value in filters.items() if value}


def _parse_day(text: str) -> str:
    """Return a day as `2021-09-01`, "" for any other text."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def show_overdue_tips(page: PageRequest) -> Response:
    """Show the overdue tips by responsible unit, for supervisors."""
    listing = page.call_json("tips.list", {"overdue": True, "limit": _MOST_OVERDUE})
    page.load_officers(iter_officer_ids(listing.items))
    owing = sorted(listing.items, key=lambda tip: page.names.unit(tip.handling_unit or tip.unit))
    units = [
        (name, sorted(tips, key=lambda tip: (not tip.emergency, tip.next_due is None, tip.next_due)))
        for name, tips in groupby(owing, key=lambda tip: page.names.unit(tip.handling_unit or tip.unit))
    ]
    return page.render(
        "overdue.html",
        rows_of=partial(build_tip_rows, page),
        units=units,
        is_cut=bool(listing.next),
        tabs=build_tabs(page, "overdue"),
    )


def _show_filtered_tips(page: PageRequest, tab: str, **criteria: object) -> Response:
    return _render_tips(
        page, tab, page.call_json("tips.list", {**criteria, "after": page.one("after"), "limit": _PAGE})
    )


def _render_tips(page: PageRequest, tab: str, listing: Any, claimed: Sequence[Any] = ()) -> Response:
    tips = (*claimed, *listing.items)
    page.load_officers(iter_officer_ids(tips))
    return page.render(
        "list.html",
        rows_of=partial(build_tip_rows, page),
        tips=tips,
        unread=page.call("tips.unread", tips=tuple(tip.id for tip in tips)),
        next=listing.next,
        tabs=build_tabs(page, tab),
        searched=page.one("words"),
        narrowed=_read_filters(page) if tab == "every" else None,
        units=find_options(page, "units", "") if tab == "every" else (),
        categories=find_options(page, "incoming", "") if tab == "every" else (),
    )


def _may_decide(page: PageRequest) -> bool:
    """Return whether the viewer may decide about unassigned or locked messages."""
    return page.has("conversations.assign_message") or page.has("conversations.dismiss_locked_message")


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the lists of tips that the viewer may open."""
    ways = (
        *((name, path, True) for name, path in _FOR_ALL),
        ("overdue", "/tips/overdue", page.viewer.may("tip.supervise")),
        ("alarms", "/tips/alarms", page.has("duty.alarms")),
        ("incidents", "/tips/incidents", page.has("incidents.list")),
        ("doubts", "/tips/doubts", _may_decide(page)),
        ("locked", "/tips/locked", page.viewer.may("tip.supervise")),
        ("dismissed", "/tips/dismissed", page.viewer.may("tip.supervise")),
        ("every", "/tips/all", True),
    )
    return make_tabs(page, ways, here)


PAGES: Mapping[str, Callable[[PageRequest], Response]] = {
    "/tips": show_due_tips,
    "/tips/mine": show_own_tips,
    "/tips/received": show_received_tips,
    "/tips/waiting": show_waiting_tips,
    "/tips/overdue": show_overdue_tips,
    "/tips/all": show_all_tips,
}
"""Handlers of the lists of tips, by the address of the list."""
