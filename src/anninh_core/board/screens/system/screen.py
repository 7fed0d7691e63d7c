"""The pages of the section on the system."""

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.act_routes import (
    build_act_route,
    build_new_record_route,
    build_record_routes,
    build_row_act_route,
)
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.system import failures, health, leaks, officers, quarantine
from anninh_core.board.screens.system.tabs import list_tab_links


def redirect_to_first_page(page: PageRequest) -> Response:
    """Redirect to the first page of the system that the viewer has access to."""
    return page.redirect(next((path for _, path, is_own in list_tab_links(page) if is_own), "/"))


SYSTEM = menu_screen(
    "system",
    permissions=("delivery.decide", "unit.grant", "system.operate"),
    reasons=("failures.waiting", "leaks.held"),
    routes=(
        PageRoute(path="/system", handler=redirect_to_first_page),
        PageRoute(path="/system/failures", handler=failures.show_failures),
        build_row_act_route("/system/failures", "row_id", failures.show_failures),
        PageRoute(path="/system/leaks", handler=leaks.show_held_texts),
        *build_record_routes("/system/leaks/{id}", "finding_id", leaks.show_held_text),
        PageRoute(path="/quarantine", handler=quarantine.redirect_to_list),
        PageRoute(path=quarantine.PATH, handler=quarantine.show_quarantine),
        build_row_act_route(quarantine.PATH, "quarantined_id", quarantine.show_quarantine),
        PageRoute(path="/system/health", handler=health.show_health),
        PageRoute(path="/system/backups", handler=health.show_backups),
        PageRoute(path="/system/state", handler=health.state),
        PageRoute(path="/system/officers", handler=officers.show_officers),
        build_new_record_route("/system/officers", officers.show_officers),
        PageRoute(path="/system/officers/{id}", handler=officers.show_officer),
        build_act_route("/system/officers/{id}", officers.act_on_officer),
    ),
)
