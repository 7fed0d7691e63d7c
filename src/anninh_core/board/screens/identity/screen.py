"""The pages of identities."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.identity import case, custodians, emergencies, requests

_FOLDER = "screens/identity"

IDENTITY = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/identity",
        permissions=("identity.approve", "identity.request"),
        reasons=("identity.requested", "identity.to_review"),
    ),
    routes=(
        PageRoute(path="/identity", handler=requests.show),
        PageRoute(path="/identity/all", handler=requests.every),
        PageRoute(path="/identity/mine", handler=requests.mine),
        PageRoute(path="/identity/emergencies", handler=emergencies.show),
        PageRoute(path="/identity/emergencies/{id}/do/{noun}/{verb}", handler=emergencies.act, methods=("POST",)),
        PageRoute(path="/identity/custodians", handler=custodians.show),
        PageRoute(path="/identity/custodians/do/{noun}/{verb}", handler=custodians.act_on_none, methods=("POST",)),
        PageRoute(path="/identity/custodians/{id}/do/{noun}/{verb}", handler=custodians.act, methods=("POST",)),
        PageRoute(path="/identity/case/{case}", handler=case.show),
        PageRoute(path="/identity/case/{case}/do/{noun}/{verb}", handler=case.act, methods=("POST",)),
        PageRoute(path="/identity/mine/{id}/do/{noun}/{verb}", handler=requests.act_on_mine, methods=("POST",)),
        PageRoute(path="/identity/{id}/history", handler=requests.history),
        PageRoute(path="/identity/{id}/do/{noun}/{verb}", handler=requests.act, methods=("POST",)),
    ),
)
