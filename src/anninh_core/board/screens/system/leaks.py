"""Texts that are held back because they may reveal a reporter."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.system.tabs import build_tabs

_PAGE = 50


def show_held_texts(page: PageRequest) -> Response:
    """Show the texts that are held back because of findings, or all texts with findings."""
    is_all = page.one("all") == "yes"
    criteria = {"after": page.one("after"), "limit": _PAGE, **({} if is_all else {"state": "held"})}
    listing = page.call_json("leaks.findings", criteria)
    page.load_officers(id for finding in listing.items for id in (finding.officer, finding.decided_by))
    return page.render(
        "leaks.html", findings=listing.items, next=listing.next, is_all=is_all, tabs=build_tabs(page, "leaks")
    )


def show_held_text(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a held text, with the findings in it."""
    finding = page.call("leaks.finding", finding_id=page.params["id"])
    page.load_officers((finding.officer, finding.decided_by))
    forms = ActForms(page, f"/system/leaks/{finding.id}", unit=finding.unit, version=finding.version, failure=failure)
    names = ("leaks.release", "leaks.stop") if finding.is_open else ()
    return page.render(
        "leak.html",
        failure.status if failure else 200,
        finding=finding,
        pieces=_split_text(finding.text, finding.spans),
        acts=[forms.make(name) for name in names if page.has(name)],
    )


def _split_text(text: str, spans: Sequence[Any]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is part of a finding."""
    pieces = []
    at = 0
    for span in sorted(spans, key=lambda span: span.start):
        start = max(at, span.start)
        pieces += [(text[at:start], False), (text[start : span.end], True)]
        at = max(at, span.end)
    return [(piece, is_found) for piece, is_found in (*pieces, (text[at:], False)) if piece]
