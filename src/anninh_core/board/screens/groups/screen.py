"""The pages of groups."""

from anninh_core.board.routing.act_routes import new_record_route, record_routes, row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.groups import group, lists, tasks

GROUPS = menu_screen(
    "groups",
    permissions=("group.run",),
    routes=(
        PageRoute(path="/groups", handler=lists.show),
        PageRoute(path="/groups/care", handler=lists.care),
        PageRoute(path="/groups/new", handler=group.new),
        PageRoute(path="/groups/tasks", handler=tasks.show),
        row_act_route("/groups/tasks", "row_id", tasks.show),
        new_record_route("/groups", group.new),
        *record_routes("/groups/{id}", "group_id", group.show),
        PageRoute(path="/groups/{id}/qr.svg", handler=group.show_qr_code),
    ),
)
