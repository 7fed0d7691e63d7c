"""The list of work."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.menu.badges import Waiting, badge
from anninh_core.board.pages.request import PageRequest

_PAGE = 50
PATHS: Mapping[str, str] = {
    "difficulty": "/reports/difficulties/{id}",
    "disclosure": "/identity",
    "duty": "/reports/duties/{id}",
    "emergency_opening": "/identity/emergencies",
    "inquiry": "/inquiries/{id}",
    "item": "/content/{id}",
    "leak_finding": "/system/leaks/{id}",
    "message": "/tips/doubts",
    "post": "/posts/{id}",
    "report": "/reports/{id}",
    "rights_request": "/rights/{id}",
    "row": "/system/failures",
    "subcase": "/tips",
    "tip": "/tips/{id}",
}
"""Where a kind of record is worked on."""

_PATHS_OF_REASONS: Mapping[str, str] = {
    "content.to_review": "/reviews/{id}",
    "content.review_owed": "/reviews/{id}",
    "content.to_publish": "/content/{id}",
    "rights.to_check": "/rights/check",
}
"""Where something is worked on for another reason than its kind tells."""

_NO_WORK = frozenset({"tips.waiting", "tips.overdue"})
"""Waits for a resident, or is another officer's, whom somebody supervises."""

_STATES: Mapping[str, str] = {
    "difficulty": "DifficultyState",
    "disclosure": "DisclosureState",
    "duty": "DutyState",
    "emergency_opening": "OpeningState",
    "inquiry": "InquiryState",
    "item": "ItemState",
    "leak_finding": "LeakState",
    "post": "PostState",
    "report": "ReportState",
    "rights_request": "RequestState",
    "subcase": "SubcaseState",
    "tip": "TipState",
}
"""By which list of words the states of a kind are told."""


@frozen
class WorkTab:
    """A subject, with how much of it waits."""

    module: str
    title: str
    count: str
    is_here: bool


@frozen
class WorkRow:
    """A line of the list.

    Attributes:
        section: path of the part of the board where it is worked on.
        state: in words.
        limit: class of how its limit stands.
    """

    item: Any
    path: str
    section: str
    state: str
    limit: str


def show(page: PageRequest) -> Response:
    """Show what is whoever looks' own or waits for their role, as it is to be done."""
    waiting = page.desk.badges.count(page)
    modules = tuple(dict.fromkeys(module_of(reason) for reason in waiting))
    module = page.one("module") if page.one("module") in modules else ""
    found = page.call("work.mine", module=module, after=page.one("after"), limit=_PAGE)
    return page.render(
        "list.html",
        rows=[_row(page, item) for item in found.items],
        next=found.next,
        tabs=_tabs(page, waiting, modules, module),
    )


def module_of(reason: str) -> str:
    """Return the noun of the app whose work a reason is."""
    return reason.partition(".")[0]


def _tabs(page: PageRequest, waiting: Mapping[str, Waiting], modules: Sequence[str], here: str) -> list[WorkTab]:
    tabs = [WorkTab("", page.words["all"], "", not here)]
    for module in modules:
        own = tuple(reason for reason in waiting if module_of(reason) == module and reason not in _NO_WORK)
        if count := badge(waiting, own):
            tabs.append(WorkTab(module, page.words.label(module, "WorkModule"), count, module == here))
    return tabs if len(tabs) > 1 else []


def _row(page: PageRequest, item: Any) -> WorkRow:
    path = _PATHS_OF_REASONS.get(item.reason.value, PATHS[item.kind])
    limit = "overdue" if item.is_overdue else "warn" if item.warns else ""
    of = _STATES.get(item.kind)
    state = page.label(item.state, of) if of is not None else ""
    return WorkRow(item, path.format(id=item.id), f"/{path.split('/')[1]}", state, limit)
