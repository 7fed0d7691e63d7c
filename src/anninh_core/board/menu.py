"""The menu, which has one section per subject and shows officers the sections that their permissions allow."""

from collections.abc import Mapping

from attrs import frozen

from anninh_core.board.pages.badges import Waiting, format_total
from anninh_core.board.pages.viewer import Viewer
from anninh_core.language.catalogue import Language
from anninh_core.language.labels import get_label


@frozen
class NavigationEntry:
    """A line of the menu.

    Attributes:
        count: amount of waiting work, "" for none.
        is_here: whether the current page belongs to the section.
    """

    path: str
    title: str
    count: str
    is_here: bool


@frozen(kw_only=True)
class MenuSection:
    """A section of the board.

    Attributes:
        name: name of its screen folder, and key of its title in the catalogue.
        path: address of its first page.
        permissions: an officer needs one of these to see the section; empty if every officer sees it.
        reasons: reasons of the waiting work that is counted here, by their names in `work.counts`.
    """

    name: str
    path: str
    permissions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def is_visible_to(self, viewer: Viewer) -> bool:
        """Return whether the officer has one of the section's permissions."""
        return viewer.may(*self.permissions)

    def entry(self, language: Language, path: str, waiting: Mapping[str, Waiting]) -> NavigationEntry:
        """Return the section's line of the menu on the page at `path`."""
        is_here = path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))
        title = get_label(self.name, "menu", language)
        return NavigationEntry(self.path, title, format_total(waiting, self.reasons), is_here)
