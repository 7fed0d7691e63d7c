"""How keys, copies and data stand."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.system.tabs import tabs_for

_DAYS = 30


def show(page: PageRequest) -> Response:
    """Show the keys, the recovery copy, what is to be destroyed soon, and what is held back from that."""
    counts = page.compute("retention.preview_counts", days=_DAYS)
    return page.render(
        "state.html",
        keys=page.call("keys.status"),
        counts=None if counts is None else [line for line in counts if line.count],
        holds=page.compute("retention.holds"),
        days=_DAYS,
        tabs=tabs_for(page, "state"),
    )
