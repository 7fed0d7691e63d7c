"""The first page: what waits for whoever looks."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.work import lists

_FOLDER = "screens/work"

WORK = Screen(
    folder=_FOLDER,
    section=MenuSection(folder=_FOLDER, path="/work"),
    routes=(PageRoute(path="/work", handler=lists.show),),
)
