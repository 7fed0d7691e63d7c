"""The pages of the journal."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.trail import checks, entries

_FOLDER = "screens/trail"

TRAIL = Screen(
    folder=_FOLDER,
    section=MenuSection(folder=_FOLDER, path="/trail", permissions=("trail.read",)),
    routes=(
        PageRoute(path="/trail", handler=entries.show),
        PageRoute(path="/trail/checks", handler=checks.show),
        PageRoute(path="/trail/export", handler=checks.export),
        PageRoute(path="/trail/heads", handler=checks.export_heads),
    ),
)
