"""The pages of requests for identities, of emergency openings and of custodians."""

from anninh_core.board.routing.act_routes import build_act_route, build_row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.identity import case, custodians, emergencies, requests

IDENTITY = menu_screen(
    "identity",
    permissions=("identity.approve", "identity.request"),
    reasons=("identity.requested", "identity.to_review"),
    routes=(
        PageRoute(path="/identity", handler=requests.show_pending_requests),
        PageRoute(path="/identity/all", handler=requests.show_all_requests),
        PageRoute(path="/identity/mine", handler=requests.show_own_requests),
        PageRoute(path="/identity/emergencies", handler=emergencies.show_emergency_openings),
        build_row_act_route("/identity/emergencies", "opening_id", emergencies.show_emergency_openings),
        PageRoute(path="/identity/custodians", handler=custodians.show_custodian_keys),
        build_act_route("/identity/custodians", custodians.propose_custodian_key),
        build_row_act_route("/identity/custodians", "key_id", custodians.show_custodian_keys),
        PageRoute(path="/identity/case/{case}", handler=case.show_possible_requests),
        build_act_route("/identity/case/{case}", case.request_disclosure),
        build_act_route("/identity/mine/{id}", requests.act_on_own_request),
        PageRoute(path="/identity/{id}/history", handler=requests.show_request_history),
        build_row_act_route("/identity", "disclosure_id", requests.show_pending_requests),
    ),
)
