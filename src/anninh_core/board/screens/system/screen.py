"""The pages of the system."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.act_routes import act_route, new_record_route, record_routes, row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.system import failures, health, leaks, officers, quarantine
from anninh_core.board.screens.system.tabs import ways_for


def first(page: PageRequest) -> Response:
    """Redirect to the first page of the system that the viewer has access to."""
    return page.redirect(next((path for _, path, is_own in ways_for(page) if is_own), "/"))


SYSTEM = menu_screen(
    "system",
    permissions=("delivery.decide", "unit.grant", "system.operate"),
    reasons=("failures.waiting", "leaks.held"),
    routes=(
        PageRoute(path="/system", handler=first),
        PageRoute(path="/system/failures", handler=failures.show),
        row_act_route("/system/failures", "row_id", failures.show),
        PageRoute(path="/system/leaks", handler=leaks.every),
        *record_routes("/system/leaks/{id}", "finding_id", leaks.show),
        PageRoute(path="/quarantine", handler=quarantine.lead),
        PageRoute(path=quarantine.PATH, handler=quarantine.show),
        row_act_route(quarantine.PATH, "quarantined_id", quarantine.show),
        PageRoute(path="/system/health", handler=health.show),
        PageRoute(path="/system/backups", handler=health.backups),
        PageRoute(path="/system/state", handler=health.state),
        PageRoute(path="/system/officers", handler=officers.every),
        new_record_route("/system/officers", officers.every),
        PageRoute(path="/system/officers/{id}", handler=officers.show),
        act_route("/system/officers/{id}", officers.act),
    ),
)
