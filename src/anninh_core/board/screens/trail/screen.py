"""The pages of the journal."""

from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.trail import checks, entries

TRAIL = menu_screen(
    "trail",
    permissions=("trail.read",),
    routes=(
        PageRoute(path="/trail", handler=entries.show),
        PageRoute(path="/trail/checks", handler=checks.show),
        PageRoute(path="/trail/export", handler=checks.export),
        PageRoute(path="/trail/heads", handler=checks.export_heads),
    ),
)
