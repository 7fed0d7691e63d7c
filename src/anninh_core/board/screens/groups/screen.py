"""The pages of groups."""

from anninh_core.board.routing.act_routes import build_new_record_route, build_record_routes, build_row_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.groups import group, lists, tasks

GROUPS = menu_screen(
    "groups",
    permissions=("group.run",),
    routes=(
        PageRoute(path="/groups", handler=lists.show_groups),
        PageRoute(path="/groups/care", handler=lists.show_groups_needing_care),
        PageRoute(path="/groups/new", handler=group.show_new_group_forms),
        PageRoute(path="/groups/tasks", handler=tasks.show_post_tasks),
        build_row_act_route("/groups/tasks", "row_id", tasks.show_post_tasks),
        build_new_record_route("/groups", group.show_new_group_forms),
        *build_record_routes("/groups/{id}", "group_id", group.show),
        PageRoute(path="/groups/{id}/qr.svg", handler=group.show_qr_code),
    ),
)
