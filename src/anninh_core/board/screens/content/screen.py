"""The pages of items, for those who write and send them."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.content import found, item, lists

_FOLDER = "screens/content"

CONTENT = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/content",
        permissions=("content.edit", "content.publish"),
        reasons=("content.draft", "content.returned", "content.to_publish"),
    ),
    routes=(
        PageRoute(path="/content", handler=lists.show),
        PageRoute(path="/content/new", handler=item.new),
        PageRoute(path="/content/do/{noun}/{verb}", handler=item.act_on_none, methods=("POST",)),
        PageRoute(path="/content/found", handler=found.show),
        PageRoute(path="/content/found/{id}", handler=found.show_one),
        PageRoute(path="/content/found/{id}/do/{noun}/{verb}", handler=found.act, methods=("POST",)),
        PageRoute(path="/content/{id}", handler=item.show),
        PageRoute(path="/content/{id}/do/{noun}/{verb}", handler=item.act, methods=("POST",)),
        PageRoute(path="/content/{id}/preview", handler=item.preview),
    ),
)
