"""How keys, copies and data stand."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.system.tabs import tabs_for

_DAYS = 30


def show(page: PageRequest) -> Response:
    """Show the keys, the recovery copy, what is to be destroyed soon, and what is held back from that."""
    return page.render(
        "state.html",
        keys=page.call("keys.status"),
        counts=[one for one in page.call("retention.preview_counts", days=_DAYS) if one.count],
        holds=page.call("retention.holds"),
        days=_DAYS,
        tabs=tabs_for(page, "state"),
    )
