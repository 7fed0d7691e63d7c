"""The tabs of the plan, and the year that they show."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs
from anninh_core.kernel.dates import local_date

_FIRST_YEAR = 1
_LAST_YEAR = 9998


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the plan that the viewer may open."""
    plan = page.viewer.may("plan.read")
    report = page.viewer.may("report.read")
    ways = (
        ("duties", "/reports", plan),
        ("late", "/reports/late", plan),
        ("papers", "/reports/papers", report),
        ("difficulties", "/reports/difficulties", plan),
    )
    return make_tabs(page, ways, here)


def read_year(page: PageRequest) -> int:
    """Return the year in the address, or else the current year."""
    text = page.one("year")
    year = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_YEAR)) else 0
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else local_date(page.now).year
