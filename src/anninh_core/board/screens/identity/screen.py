"""The pages of identities."""

from anninh_core.board.routing.act_routes import act_route, row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.identity import case, custodians, emergencies, requests

IDENTITY = menu_screen(
    "identity",
    permissions=("identity.approve", "identity.request"),
    reasons=("identity.requested", "identity.to_review"),
    routes=(
        PageRoute(path="/identity", handler=requests.show),
        PageRoute(path="/identity/all", handler=requests.every),
        PageRoute(path="/identity/mine", handler=requests.mine),
        PageRoute(path="/identity/emergencies", handler=emergencies.show),
        row_act_route("/identity/emergencies", "opening_id", emergencies.show),
        PageRoute(path="/identity/custodians", handler=custodians.show),
        act_route("/identity/custodians", custodians.act_on_none),
        row_act_route("/identity/custodians", "key_id", custodians.show),
        PageRoute(path="/identity/case/{case}", handler=case.show),
        act_route("/identity/case/{case}", case.act),
        act_route("/identity/mine/{id}", requests.act_on_mine),
        PageRoute(path="/identity/{id}/history", handler=requests.history),
        row_act_route("/identity", "disclosure_id", requests.show),
    ),
)
