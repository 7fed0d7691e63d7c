"""The first page: the list of work that waits for the viewer."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.pages.badges import Waiting, format_total
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.emergencies import EmergencyRow, build_emergency_rows

_PAGE = 50
_MOST_EMERGENCIES = 20
_EMERGENCY_READS: Sequence[tuple[str, Mapping[str, object]]] = (
    ("duty.running", {"limit": _MOST_EMERGENCIES}),
    ("duty.alarms", {"open": False, "emergency": True, "limit": 1}),
)
"""The queries for the running emergencies and for the last emergency."""
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
"""Paths of the pages on which records are worked on, by kind of record."""

_PATHS_OF_REASONS: Mapping[str, str] = {
    "content.to_review": "/reviews/{id}",
    "content.review_owed": "/reviews/{id}",
    "content.to_publish": "/content/{id}",
    "rights.to_check": "/rights/check",
}
"""Paths of the pages on which records are worked on, by the reason of the work, if the reason leads elsewhere than the
kind.
"""

_NO_WORK = frozenset({"tips.waiting", "tips.overdue"})
"""Reasons without work for the viewer: a resident's reply is due, or another officer under supervision is at work."""

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
"""Names of the lists with the labels of the states, by kind of record."""


@frozen
class WorkTab:
    """A tab of the work list: a subject, with the amount of its waiting work."""

    module: str
    title: str
    count: str
    is_here: bool


@frozen
class WorkRow:
    """A line of the list of waiting work.

    Attributes:
        section: path of the section of the board where the record is worked on.
        state: label of the record's state.
        limit: CSS class of the state of its deadline.
    """

    item: Any
    path: str
    section: str
    state: str
    limit: str


@frozen(kw_only=True)
class Emergencies:
    """Running emergencies, shown before all other work.

    Attributes:
        first: the oldest unclaimed emergency that the viewer may claim, or None.
        rows: the others.
        count, unclaimed: number of emergencies, and of unclaimed emergencies.
        cases: `kind:id` of their cases, which the list below leaves out.
        last: time of the last emergency if none is running; "" if there never was one.
    """

    first: EmergencyRow | None
    rows: Sequence[EmergencyRow]
    count: int
    unclaimed: int
    cases: frozenset[str]
    last: str


def show_work(page: PageRequest) -> Response:
    """Show the viewer's own work and what waits for their role, the most urgent first."""
    waiting = page.desk.badges.count(page.signed_in, page.token)
    modules = tuple(dict.fromkeys(find_noun(reason) for reason in waiting))
    module = page.one("module") if page.one("module") in modules else ""
    work, *emergency_reads = page.read_together(
        ("work.mine", {"module": module, "after": page.one("after"), "limit": _PAGE}),
        *(() if module or page.one("after") or not page.has("duty.running") else _EMERGENCY_READS),
    )
    emergencies = _show_emergencies(page, *emergency_reads) if emergency_reads else None
    emergency_cases = frozenset(emergencies.cases if emergencies is not None else ())
    return page.render(
        "list.html",
        emergencies=emergencies,
        rows=[_build_row(page, item) for item in work.items if f"{item.kind}:{item.id}" not in emergency_cases],
        next=work.next,
        tabs=_build_tabs(page, waiting, modules, module),
    )


def _show_emergencies(page: PageRequest, running: Any, past: Any) -> Emergencies:
    """Return the running emergencies, or the time of the last emergency."""
    ladders = [ladder for ladder in running.items if ladder.alarm.is_emergency]
    rows = build_emergency_rows(page, ladders)
    claims = [row for row in rows if not (row.is_held or row.is_possible) and row.claim is not None]
    last = "" if rows or not past.items else page.formats.clock(past.items[0].opened_at)
    return Emergencies(
        first=claims[0] if claims else None,
        rows=[row for row in rows if row not in claims[:1]],
        count=len(rows),
        unclaimed=sum(not row.is_held for row in rows),
        cases=frozenset(ladder.alarm.case for ladder in ladders),
        last=last,
    )


def find_noun(reason: str) -> str:
    """Return the noun of the app that a reason belongs to."""
    return reason.partition(".")[0]


def _build_tabs(page: PageRequest, waiting: Mapping[str, Waiting], modules: Sequence[str], here: str) -> list[WorkTab]:
    tabs = [WorkTab("", page.words("All"), "", not here)]
    for module in modules:
        reasons = tuple(reason for reason in waiting if find_noun(reason) == module and reason not in _NO_WORK)
        if count := format_total(waiting, reasons):
            tabs.append(WorkTab(module, page.words.label(module, "WorkModule"), count, module == here))
    return tabs if len(tabs) > 1 else []


def _build_row(page: PageRequest, item: Any) -> WorkRow:
    path = _PATHS_OF_REASONS.get(item.reason.value, PATHS[item.kind])
    limit = "overdue" if item.is_overdue else "warn" if item.warns else ""
    of = _STATES.get(item.kind)
    state = page.label(item.state, of) if of is not None else ""
    return WorkRow(item, path.format(id=item.id), f"/{path.split('/')[1]}", state, limit)


WORK = menu_screen(
    "work",
    routes=(PageRoute(path="/work", handler=show_work),),
)
