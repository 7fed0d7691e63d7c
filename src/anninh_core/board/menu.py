"""The menu: one section a subject, shown to whom its work is."""

from collections.abc import Mapping

from attrs import frozen

from anninh_core.board.pages.badges import Waiting, badge
from anninh_core.board.pages.viewer import Viewer
from anninh_core.language.catalogue import Language
from anninh_core.language.labels import label


@frozen
class NavigationEntry:
    """A line of the menu.

    Attributes:
        count: how much waits there, "" for nothing.
        is_here: whether the page belongs to it.
    """

    path: str
    title: str
    count: str
    is_here: bool


@frozen(kw_only=True)
class MenuSection:
    """A part of the board.

    Attributes:
        name: of its folder of pages, by which the catalogue has its title.
        path: of its first page.
        permissions: one of which an officer needs to see it; none where it is everybody's.
        reasons: for which something waits there, by the names that `work.counts` gives them.
    """

    name: str
    path: str
    permissions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def is_for(self, viewer: Viewer) -> bool:
        """Tell whether somebody has work here."""
        return viewer.may(*self.permissions)

    def entry(self, language: Language, path: str, waiting: Mapping[str, Waiting]) -> NavigationEntry:
        """Return its line of the menu on a page."""
        is_here = path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))
        title = label(self.name, "menu", language)
        return NavigationEntry(self.path, title, badge(waiting, self.reasons), is_here)
