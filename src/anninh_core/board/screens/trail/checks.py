"""Whether the journal is whole, and copies of it for whoever keeps them elsewhere."""

from starlette.responses import Response

from anninh_core.board.pages.files import send_file
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.trail.entries import tabs_for
from anninh_core.kernel.errors import NotFound

_HEADS = 20


def show(page: PageRequest) -> Response:
    """Show the last signed heads, and what a check found if one is asked for."""
    run = page.one("run")
    return page.render(
        "checks.html",
        head=page.call("audit.head"),
        heads=list(reversed(page.call("audit.heads").heads))[:_HEADS],
        chain=page.call("audit.verify") if run == "chain" else None,
        records=page.call("audit.check_records") if run == "records" else None,
        mark=_check_mark(page) if run == "mark" else None,
        is_unknown=run == "mark" and _check_mark(page) is None,
        tabs=tabs_for(page, "checks"),
    )


def export(page: PageRequest) -> Response:
    """Return the journal from a line on, to be verified elsewhere."""
    after = page.one("after")
    return send_file(
        page.call_json("audit.export", {"after": int(after)} if after.isascii() and after.isdigit() else {})
    )


def export_heads(page: PageRequest) -> Response:
    """Return the signed heads, to be kept elsewhere."""
    return send_file(page.call("audit.export_heads"))


def _check_mark(page: PageRequest) -> object:
    """Return what became of a mark that was set earlier, None where there is none of that number."""
    seq = page.one("seq")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 16):
        return None
    try:
        return page.call("audit.check_checkpoint", seq=int(seq))
    except NotFound:
        return None
