"""The tabs of the section on the system."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs


def list_tab_links(page: PageRequest) -> tuple[tuple[str, str, bool], ...]:
    """Return name and address of each tab of the system's section, and whether the viewer has access."""
    return (
        ("failures", "/system/failures", page.has("failures.troubles")),
        ("leaks", "/system/leaks", page.has("leaks.findings")),
        ("officers", "/system/officers", page.has("units.officers") and page.viewer.may("unit.grant")),
        ("health", "/system/health", page.has("system.health")),
        ("quarantine", "/system/quarantine", page.has("quarantine.items")),
        ("backups", "/system/backups", page.has("system.backups")),
        ("state", "/system/state", page.has("keys.status")),
    )


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the system's section that the viewer may open."""
    return make_tabs(page, list_tab_links(page), here)
