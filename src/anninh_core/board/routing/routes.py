"""Classes for the content of a screen folder: its pages by address, and its section of the menu."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.endpoint import Handler, KnowsPlace


@frozen(kw_only=True)
class PageRoute:
    """A page of the board.

    Attributes:
        path: its address, such as `/tips/{id}`.
        public: whether the page is accessible without a session.
        by_itself: whether the script requests the page without an action of the officer.
        knows_place: for a sign-in page, returns whether the account has signed in from the same place before; None for
            any other page.
    """

    path: str
    handler: Handler
    methods: tuple[str, ...] = ("GET",)
    public: bool = False
    by_itself: bool = False
    knows_place: KnowsPlace | None = None


@frozen(kw_only=True)
class Screen:
    """A folder of pages.

    Attributes:
        folder: folder of its templates, below `board`.
        section: its section of the menu, or None.
    """

    folder: str
    routes: Sequence[PageRoute]
    section: MenuSection | None = None


def menu_screen(
    name: str, routes: Sequence[PageRoute], *, permissions: tuple[str, ...] = (), reasons: tuple[str, ...] = ()
) -> Screen:
    """Return a folder of pages with a section of the menu.

    Args:
        name: name of the folder below `board/screens`, and address of its first page.
        permissions: as for `MenuSection`.
        reasons: as for `MenuSection`.
    """
    folder = f"screens/{name}"
    section = MenuSection(name=name, path=f"/{name}", permissions=permissions, reasons=reasons)
    return Screen(folder=folder, section=section, routes=routes)
