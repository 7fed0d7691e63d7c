"""The pages of people's requests about their own data."""

from anninh_core.board.routing.act_routes import build_act_route, build_row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.rights import lists, new, request

RIGHTS = menu_screen(
    "rights",
    permissions=("rights.handle", "rights.check"),
    reasons=("rights.open", "rights.to_check"),
    routes=(
        PageRoute(path="/rights", handler=lists.redirect_to_first_list),
        PageRoute(path="/rights/open", handler=lists.show_pending_requests),
        PageRoute(path="/rights/all", handler=lists.show_all_requests),
        PageRoute(path="/rights/check", handler=lists.show_unidentified_requests),
        build_row_act_route("/rights/check", "request_id", lists.show_unidentified_requests),
        PageRoute(path="/rights/new", handler=new.show),
        build_act_route("/rights", new.record_new_request),
        PageRoute(path="/rights/{id}", handler=request.show),
        build_act_route("/rights/{id}", request.act_on_request),
    ),
)
