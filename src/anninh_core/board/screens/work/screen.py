"""The first page: what waits for whoever looks."""

from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.work import lists

WORK = menu_screen(
    "work",
    routes=(PageRoute(path="/work", handler=lists.show),),
)
