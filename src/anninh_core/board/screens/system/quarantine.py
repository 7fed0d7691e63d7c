"""Pages of quarantined records, which parts of the program skip because they can't process them, with the effects and
retries.
"""

from starlette.responses import Response

from anninh_core.board.forms.act import build_row_forms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.system.tabs import build_tabs

PATH = "/system/quarantine"
_PAGE = 50
_RETRY = "quarantine.retry"


def show_quarantine(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the quarantined records, the oldest first, or all that were ever quarantined."""
    is_all = page.one("all") == "yes"
    items = page.call("quarantine.items", open=not is_all, after=page.one("after"), limit=_PAGE)
    waiting = [item for item in items.items if item.released_at is None]
    return page.render(
        "quarantine.html",
        failure.status if failure else 200,
        items=items.items,
        next=items.next,
        is_all=is_all,
        forms={item.id: build_row_forms(page, PATH, item, failure).make(_RETRY) for item in waiting},
        tabs=build_tabs(page, "quarantine"),
    )


def redirect_to_list(page: PageRequest) -> Response:
    """Redirect from the short address of the quarantine to its list."""
    return page.redirect(PATH)
