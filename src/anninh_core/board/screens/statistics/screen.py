"""The page of figures."""

from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.statistics import figures

STATISTICS = menu_screen(
    "statistics",
    permissions=("report.read",),
    routes=(PageRoute(path="/statistics", handler=figures.show),),
)
