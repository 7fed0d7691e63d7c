"""The page of figures."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.statistics import figures

_FOLDER = "screens/statistics"

STATISTICS = Screen(
    folder=_FOLDER,
    section=MenuSection(folder=_FOLDER, path="/statistics", permissions=("report.read",)),
    routes=(PageRoute(path="/statistics", handler=figures.show),),
)
