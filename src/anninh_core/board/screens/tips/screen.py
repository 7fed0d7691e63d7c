"""The pages of tips."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms, Failure
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.pages.navigation import Section
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.routes import PageRoute, Screen

_FOLDER = "screens/tips"
_PAGE = 50
_TALK = 100


@frozen
class Tab:
    """A way to look at the list."""

    path: str
    title: str
    is_here: bool


def due(page: PageRequest) -> Response:
    """Show what is owed, emergencies first, then what is overdue."""
    return _show(page, "due", page.call("tips.worklist", after=page.one("after"), limit=_PAGE))


def mine(page: PageRequest) -> Response:
    """Show the open tips of whoever looks, in the same order."""
    return _show(page, "mine", page.call("tips.worklist", mine=True, after=page.one("after"), limit=_PAGE))


def received(page: PageRequest) -> Response:
    """Show what nobody has looked at."""
    return _list(page, "received", state="received")


def waiting(page: PageRequest) -> Response:
    """Show what waits for residents."""
    return _list(page, "waiting", state="waiting_for_reporter")


def every(page: PageRequest) -> Response:
    """Show all tips, or those in which some words stand."""
    words = page.one("words").strip()[:200]
    if not words:
        return _list(page, "every")
    found = page.call("tips.search", text=words, after=page.one("after"), limit=_PAGE)
    return _show(page, "every", found)


def _list(page: PageRequest, tab: str, **where: object) -> Response:
    return _show(page, tab, page.call_json("tips.list", {**where, "after": page.one("after"), "limit": _PAGE}))


def _show(page: PageRequest, tab: str, found: Any) -> Response:
    page.load_officers(id for tip in found.items for id in tip.handlers)
    tabs = [Tab(path, page.words[f"tab_{name}"], name == tab) for name, path in _TABS]
    return page.render("list.html", tips=found.items, next=found.next, tabs=tabs, searched=page.one("words"))


def case(page: PageRequest, failure: Failure | None = None) -> Response:
    """Show a tip with all that was said and done."""
    id = page.params["id"]
    tip, steps, talk = page.read_together(
        ("tips.get", {"tip_id": id}),
        ("tips.can_do", {"tip_id": id}),
        ("tips.timeline", {"tip_id": id, "after": page.one("after"), "limit": _TALK}),
    )
    page.load_officers([*tip.handlers, *_people(talk.items)])
    forms = ActForms(page, f"/tips/{id}", unit=tip.handling_unit or tip.unit, version=steps.version, failure=failure)
    acts = forms.offered(steps.steps, category=tip.category, unit=tip.handling_unit or tip.unit, urgency=tip.urgency)
    status = failure.status if failure else 200
    return page.render("case.html", status, tip=tip, acts=acts, talk=talk.items, next=talk.next)


def _people(items: Sequence[Any]) -> list[str]:
    """Return the ids of officers who did something."""
    return [one.act.by.removeprefix("person:") for one in items if one.act and one.act.by.startswith("person:")]


def act(page: PageRequest) -> Response:
    """Do something with a tip."""
    id, operation = page.params["id"], f"{page.params['noun']}.{page.params['verb']}"
    return carry_out(page, operation, {"tip_id": id}, case, f"/tips/{id}")


def new(page: PageRequest, failure: Failure | None = None) -> Response:
    """Ask for a tip that came by phone or at the door."""
    form = ActForms(page, "/tips", unit=page.viewer.unit, failure=failure).make(
        "tips.record_walk_in", unit=page.viewer.unit
    )
    return page.render("new.html", failure.status if failure else 200, act=form)


def act_on_none(page: PageRequest) -> Response:
    """Note a tip that came by phone or at the door."""
    operation = f"{page.params['noun']}.{page.params['verb']}"
    return carry_out(page, operation, {}, new, lambda tip: f"/tips/{tip.id}")


_TABS = (
    ("due", "/tips"),
    ("mine", "/tips/mine"),
    ("received", "/tips/received"),
    ("waiting", "/tips/waiting"),
    ("every", "/tips/all"),
)

TIPS = Screen(
    folder=_FOLDER,
    section=Section(folder=_FOLDER, path="/tips", permissions=("tip.read",), counter="tips"),
    routes=(
        PageRoute(path="/tips", handler=due),
        PageRoute(path="/tips/mine", handler=mine),
        PageRoute(path="/tips/received", handler=received),
        PageRoute(path="/tips/waiting", handler=waiting),
        PageRoute(path="/tips/all", handler=every),
        PageRoute(path="/tips/new", handler=new),
        PageRoute(path="/tips/do/{noun}/{verb}", handler=act_on_none, methods=("POST",)),
        PageRoute(path="/tips/{id}", handler=case),
        PageRoute(path="/tips/{id}/do/{noun}/{verb}", handler=act, methods=("POST",)),
    ),
)
