"""Lists of tips."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.options import options_for
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs
from anninh_core.board.screens.tips.rows import people_of, tip_rows

_PAGE = 50
_MOST_OVERDUE = 200
_FOR_ALL = (("due", "/tips"), ("mine", "/tips/mine"), ("received", "/tips/received"), ("waiting", "/tips/waiting"))


def due(page: PageRequest) -> Response:
    """Show what is owed, emergencies first, then what is overdue."""
    return _show(page, "due", page.call("tips.worklist", after=page.one("after"), limit=_PAGE))


def mine(page: PageRequest) -> Response:
    """Show what the viewer has claimed, and the open tips assigned to the viewer in the same order."""
    found, *claimed = page.read_together(
        ("tips.worklist", {"mine": True, "after": page.one("after"), "limit": _PAGE}),
        *(() if page.one("after") else (("tips.list", {"claimed": True, "limit": _PAGE}),)),
    )
    unassigned = [tip for listing in claimed for tip in listing.items if page.viewer.id not in tip.handlers]
    return _show(page, "mine", found, unassigned)


def received(page: PageRequest) -> Response:
    """Show what nobody has looked at."""
    return _list(page, "received", state="received")


def waiting(page: PageRequest) -> Response:
    """Show what waits for residents."""
    return _list(page, "waiting", state="waiting_for_reporter")


def every(page: PageRequest) -> Response:
    """Show all tips, those of a unit, a category and some days, or those in which some words stand."""
    words = page.one("words").strip()[:200]
    if not words:
        return _list(page, "every", **_narrowed(page))
    return _show(page, "every", page.call("tips.search", text=words, after=page.one("after"), limit=_PAGE))


def _narrowed(page: PageRequest) -> Mapping[str, object]:
    """Return by what a list is narrowed; what is no choice is as if it weren't asked for."""
    district = page.desk.app.district
    (start, end) = (_day(page.one(name)) for name in ("start", "end"))
    asked = {
        "unit": page.one("unit") if page.one("unit") in district.units else "",
        "category": page.one("category") if page.one("category") in district.incoming else "",
        "received_from": start if start <= (end or start) else "",
        "received_to": end,
        "overdue": page.one("overdue") == "yes",
    }
    return {name: value for name, value in asked.items() if value}


def _day(text: str) -> str:
    """Return a day as `2021-09-01`, "" for what is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def overdue(page: PageRequest) -> Response:
    """Show what is overdue by the unit that owes it, for whoever supervises."""
    found = page.call_json("tips.list", {"overdue": True, "limit": _MOST_OVERDUE})
    page.load_officers(people_of(found.items))
    owing = sorted(found.items, key=lambda tip: page.names.unit(tip.handling_unit or tip.unit))
    units = [
        (name, sorted(tips, key=lambda tip: (not tip.emergency, tip.next_due is None, tip.next_due)))
        for name, tips in groupby(owing, key=lambda tip: page.names.unit(tip.handling_unit or tip.unit))
    ]
    return page.render(
        "overdue.html",
        rows_of=partial(tip_rows, page),
        units=units,
        is_cut=bool(found.next),
        tabs=tabs_for(page, "overdue"),
    )


def _list(page: PageRequest, tab: str, **where: object) -> Response:
    return _show(page, tab, page.call_json("tips.list", {**where, "after": page.one("after"), "limit": _PAGE}))


def _show(page: PageRequest, tab: str, found: Any, claimed: Sequence[Any] = ()) -> Response:
    tips = (*claimed, *found.items)
    page.load_officers(people_of(tips))
    return page.render(
        "list.html",
        rows_of=partial(tip_rows, page),
        tips=tips,
        unread=page.call("tips.unread", tips=tuple(tip.id for tip in tips)),
        next=found.next,
        tabs=tabs_for(page, tab),
        searched=page.one("words"),
        narrowed=_narrowed(page) if tab == "every" else None,
        units=options_for(page, "units", "") if tab == "every" else (),
        categories=options_for(page, "incoming", "") if tab == "every" else (),
    )


def _may_decide(page: PageRequest) -> bool:
    """Return whether the viewer decides about messages in doubt, or about locked ones."""
    return page.has("conversations.assign_message") or page.has("conversations.dismiss_locked_message")


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the ways to look that are the viewer's."""
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
    "/tips": due,
    "/tips/mine": mine,
    "/tips/received": received,
    "/tips/waiting": waiting,
    "/tips/overdue": overdue,
    "/tips/all": every,
}
"""By their addresses."""
