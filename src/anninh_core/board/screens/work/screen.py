"""The first page: what waits for whoever looks."""

from anninh_core.board.menu.sections import MenuSection
from anninh_core.board.pages.routes import PageRoute, Screen
from anninh_core.board.screens.work import lists

_FOLDER = "screens/work"

WORK = Screen(
    folder=_FOLDER,
    section=MenuSection(folder=_FOLDER, path="/work"),
    routes=(PageRoute(path="/work", handler=lists.show),),
)
