"""The ways to look at a subject: lists side by side, of which one is shown."""

from collections.abc import Iterable

from attrs import frozen

from anninh_core.board.pages.request import PageRequest


@frozen
class Tab:
    """A way to look."""

    path: str
    title: str
    is_here: bool


def make_tabs(page: PageRequest, ways: Iterable[tuple[str, str, bool]], here: str) -> list[Tab]:
    """Return the ways to look that are the viewer's.

    Args:
        page: by whose folder the catalogue has their names, such as `tips_tab`.
        ways: name, address, and whether it is the viewer's.
        here: name of the one that is shown.
    """
    section = page.folder.rpartition("/")[2]
    return [Tab(path, page.words.label(name, f"{section}_tab"), name == here) for name, path, is_own in ways if is_own]
