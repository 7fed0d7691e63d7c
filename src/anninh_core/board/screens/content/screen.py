"""The pages of items, for officers who write and send them."""

from anninh_core.board.routing.act_routes import build_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.content import collected, item, lists

CONTENT = menu_screen(
    "content",
    permissions=("content.edit", "content.publish"),
    reasons=("content.draft", "content.returned", "content.to_publish"),
    routes=(
        PageRoute(path="/content", handler=lists.show_items),
        PageRoute(path="/content/new", handler=item.show_new_item_form),
        build_act_route("/content", item.write_item),
        PageRoute(path="/content/found", handler=collected.show_collected_pieces),
        PageRoute(path="/content/found/{id}", handler=collected.show_collected_piece),
        build_act_route("/content/found/{id}", collected.act_on_collected_piece),
        PageRoute(path="/content/{id}", handler=item.show_item),
        build_act_route("/content/{id}", item.act_on_item),
        PageRoute(path="/content/{id}/preview", handler=item.preview),
    ),
)
