"""Checks of the journal's integrity, and copies to be kept elsewhere."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.responses import send_file
from anninh_core.board.screens.trail.entries import tabs_for
from anninh_core.kernel.errors import NotFound

_HEADS = 20


def show(page: PageRequest) -> Response:
    """Show the last signed heads, and the result of a check if the address requests one."""
    run = page.one("run")
    mark = _check_checkpoint(page) if run == "mark" else None
    return page.render(
        "checks.html",
        head=page.call("audit.head"),
        heads=_newest_heads(page),
        chain=page.call("audit.verify") if run == "chain" else None,
        records=page.call("audit.check_records") if run == "records" else None,
        mark=mark,
        is_unknown=run == "mark" and mark is None,
        tabs=tabs_for(page, "checks"),
    )


def export(page: PageRequest) -> Response:
    """Return the journal after a line as a file, to be verified elsewhere."""
    after = page.one("after")
    return send_file(
        page.call_json("audit.export", {"after": int(after)} if after.isascii() and after.isdigit() else {})
    )


def export_heads(page: PageRequest) -> Response:
    """Return the signed heads as a file, to be kept elsewhere."""
    return send_file(page.call("audit.export_heads"))


def _newest_heads(page: PageRequest) -> Sequence[Any]:
    """Return the last signed heads, newest first; none before the first signature."""
    try:
        heads: Sequence[Any] = page.call("audit.heads").heads
    except NotFound:
        return ()
    return heads[: -_HEADS - 1 : -1]


def _check_checkpoint(page: PageRequest) -> object:
    """Return the result of checking an earlier checkpoint, None if there is none of that number."""
    seq = page.one("seq")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 16):
        return None
    try:
        return page.call("audit.check_checkpoint", seq=int(seq))
    except NotFound:
        return None
