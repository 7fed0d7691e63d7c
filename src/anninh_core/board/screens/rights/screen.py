"""The pages of people's requests about their own data."""

from anninh_core.board.routing.act_routes import act_route, row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.rights import lists, new, request

RIGHTS = menu_screen(
    "rights",
    permissions=("rights.handle", "rights.check"),
    reasons=("rights.open", "rights.to_check"),
    routes=(
        PageRoute(path="/rights", handler=lists.first),
        PageRoute(path="/rights/open", handler=lists.pending),
        PageRoute(path="/rights/all", handler=lists.every),
        PageRoute(path="/rights/check", handler=lists.to_check),
        row_act_route("/rights/check", "request_id", lists.to_check),
        PageRoute(path="/rights/new", handler=new.show),
        act_route("/rights", new.act),
        PageRoute(path="/rights/{id}", handler=request.show),
        act_route("/rights/{id}", request.act),
    ),
)
