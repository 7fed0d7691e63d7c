"""The page of checks of the journal's integrity, and of copies to be kept elsewhere."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.responses import build_file_response
from anninh_core.board.screens.trail.entries import build_tabs
from anninh_core.kernel.errors import NotFound

_HEADS = 20


def show_checks(page: PageRequest) -> Response:
    """Show the last signed heads, and the result of a check if the address requests one."""
    run = page.one("run")
    mark = _check_checkpoint(page) if run == "mark" else None
    return page.render(
        "checks.html",
        head=page.call("audit.head"),
        heads=_read_newest_heads(page),
        chain=page.call("audit.verify") if run == "chain" else None,
        records=page.call("audit.check_records") if run == "records" else None,
        mark=mark,
        is_unknown=run == "mark" and mark is None,
        tabs=build_tabs(page, "checks"),
    )


def export_journal(page: PageRequest) -> Response:
    """Return the part of the journal after a given line as a file, to be verified elsewhere."""
    after = page.one("after")
    return build_file_response(
        page.call_json("audit.export", {"after": int(after)} if after.isascii() and after.isdigit() else {})
    )


def export_heads(page: PageRequest) -> Response:
    """Return the signed heads as a file, to be kept elsewhere."""
    return build_file_response(page.call("audit.export_heads"))


def _read_newest_heads(page: PageRequest) -> Sequence[Any]:
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
