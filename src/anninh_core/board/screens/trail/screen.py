"""The pages of the journal."""

from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.trail import checks, entries

TRAIL = menu_screen(
    "trail",
    permissions=("trail.read",),
    routes=(
        PageRoute(path="/trail", handler=entries.show_entries),
        PageRoute(path="/trail/checks", handler=checks.show_checks),
        PageRoute(path="/trail/export", handler=checks.export_journal),
        PageRoute(path="/trail/heads", handler=checks.export_heads),
    ),
)
