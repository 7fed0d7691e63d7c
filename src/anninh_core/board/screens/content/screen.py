"""The pages of items, for officers who write and send them."""

from anninh_core.board.routing.act_routes import act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.content import collected, item, lists

CONTENT = menu_screen(
    "content",
    permissions=("content.edit", "content.publish"),
    reasons=("content.draft", "content.returned", "content.to_publish"),
    routes=(
        PageRoute(path="/content", handler=lists.show),
        PageRoute(path="/content/new", handler=item.new),
        act_route("/content", item.act_on_none),
        PageRoute(path="/content/found", handler=collected.show),
        PageRoute(path="/content/found/{id}", handler=collected.show_one),
        act_route("/content/found/{id}", collected.act),
        PageRoute(path="/content/{id}", handler=item.show),
        act_route("/content/{id}", item.act),
        PageRoute(path="/content/{id}/preview", handler=item.preview),
    ),
)
