"""The pages of the system."""

from starlette.responses import Response

from anninh_core.board.menu import MenuSection
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.system import failures, health, leaks, officers, quarantine, state
from anninh_core.board.screens.system.tabs import ways_for

_FOLDER = "screens/system"


def first(page: PageRequest) -> Response:
    """Lead to the first way to look that is the viewer's."""
    return page.redirect(next((path for _, path, is_own in ways_for(page) if is_own), "/"))


SYSTEM = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/system",
        permissions=("delivery.decide", "unit.grant", "system.operate"),
        reasons=("failures.waiting", "leaks.held"),
    ),
    routes=(
        PageRoute(path="/system", handler=first),
        PageRoute(path="/system/failures", handler=failures.show),
        PageRoute(path="/system/failures/{id}/do/{noun}/{verb}", handler=failures.act, methods=("POST",)),
        PageRoute(path="/system/leaks", handler=leaks.every),
        PageRoute(path="/system/leaks/{id}", handler=leaks.show),
        PageRoute(path="/system/leaks/{id}/do/{noun}/{verb}", handler=leaks.act, methods=("POST",)),
        PageRoute(path="/quarantine", handler=quarantine.lead),
        PageRoute(path=quarantine.PATH, handler=quarantine.show),
        PageRoute(path=f"{quarantine.PATH}/{{id}}/do/{{noun}}/{{verb}}", handler=quarantine.act, methods=("POST",)),
        PageRoute(path="/system/health", handler=health.show),
        PageRoute(path="/system/backups", handler=health.backups),
        PageRoute(path="/system/state", handler=state.show),
        PageRoute(path="/system/officers", handler=officers.every),
        PageRoute(path="/system/officers/do/{noun}/{verb}", handler=officers.act_on_none, methods=("POST",)),
        PageRoute(path="/system/officers/{id}", handler=officers.show),
        PageRoute(path="/system/officers/{id}/do/{noun}/{verb}", handler=officers.act, methods=("POST",)),
    ),
)
