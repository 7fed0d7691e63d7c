"""What a folder of pages offers: its pages by address, and its lines of the menu."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.endpoint import Handler, KnowsPlace


@frozen(kw_only=True)
class PageRoute:
    """A page.

    Attributes:
        path: its address, such as `/tips/{id}`.
        public: whether it is there for people who aren't signed in.
        by_itself: whether the script asks for it while nobody does anything.
        knows_place: of a page that signs somebody in, whether the account has signed in from the same place before;
            None for any other.
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
        folder: of its templates, below `board`.
        section: its line of the menu, None for none.
    """

    folder: str
    routes: Sequence[PageRoute]
    section: MenuSection | None = None


def menu_screen(
    name: str, routes: Sequence[PageRoute], *, permissions: tuple[str, ...] = (), reasons: tuple[str, ...] = ()
) -> Screen:
    """Return a folder of pages with a line of the menu.

    Args:
        name: of the folder below `board/screens`, and address of its first page.
        permissions: as for `MenuSection`.
        reasons: as for `MenuSection`.
    """
    folder = f"screens/{name}"
    section = MenuSection(name=name, path=f"/{name}", permissions=permissions, reasons=reasons)
    return Screen(folder=folder, section=section, routes=routes)
