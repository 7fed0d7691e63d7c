"""The ways to look at the plan, and periods to look at."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs
from anninh_core.kernel.dates import local_date

_FIRST_YEAR = 1
_LAST_YEAR = 9998


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the ways to look that are the viewer's."""
    plan = page.viewer.may("plan.read")
    report = page.viewer.may("report.read")
    ways = (
        ("duties", "/reports", plan),
        ("late", "/reports/late", plan),
        ("papers", "/reports/papers", report),
        ("difficulties", "/reports/difficulties", plan),
    )
    return make_tabs(page, ways, here)


def chosen_year(page: PageRequest) -> int:
    """Return the year that is looked at: the one asked for, or this one."""
    text = page.one("year")
    year = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_YEAR)) else 0
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else local_date(page.now).year
