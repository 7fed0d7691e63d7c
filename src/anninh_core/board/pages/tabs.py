"""Tabs of a section with several lists, one shown at a time."""

from collections.abc import Iterable

from attrs import frozen

from anninh_core.board.pages.request import PageRequest


@frozen
class Tab:
    """A tab, which links to one of a section's lists."""

    path: str
    title: str
    is_here: bool


def make_tabs(page: PageRequest, ways: Iterable[tuple[str, str, bool]], here: str) -> list[Tab]:
    """Return the tabs that the viewer has access to.

    Args:
        page: its folder determines the labels in the catalogue, such as `tips_tab`.
        ways: name, address, and whether the viewer has access.
        here: name of the current tab.
    """
    section = page.folder.rpartition("/")[2]
    return [Tab(path, page.words.label(name, f"{section}_tab"), name == here) for name, path, is_own in ways if is_own]
