"""The pages of groups."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.groups import group, lists, tasks

_FOLDER = "screens/groups"

GROUPS = Screen(
    folder=_FOLDER,
    section=MenuSection(folder=_FOLDER, path="/groups", permissions=("group.run",)),
    routes=(
        PageRoute(path="/groups", handler=lists.show),
        PageRoute(path="/groups/care", handler=lists.care),
        PageRoute(path="/groups/new", handler=group.new),
        PageRoute(path="/groups/tasks", handler=tasks.show),
        PageRoute(path="/groups/tasks/{id}/do/{noun}/{verb}", handler=tasks.act, methods=("POST",)),
        PageRoute(path="/groups/do/{noun}/{verb}", handler=group.act_on_none, methods=("POST",)),
        PageRoute(path="/groups/{id}", handler=group.show),
        PageRoute(path="/groups/{id}/qr.svg", handler=group.square_code),
        PageRoute(path="/groups/{id}/do/{noun}/{verb}", handler=group.act, methods=("POST",)),
    ),
)
