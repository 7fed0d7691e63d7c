"""The pages of requests about data of one's own."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.rights import checking, lists, new, request

_FOLDER = "screens/rights"

RIGHTS = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/rights",
        permissions=("rights.handle", "rights.check"),
        reasons=("rights.open", "rights.to_check"),
    ),
    routes=(
        PageRoute(path="/rights", handler=lists.first),
        PageRoute(path="/rights/open", handler=lists.pending),
        PageRoute(path="/rights/all", handler=lists.every),
        PageRoute(path="/rights/check", handler=checking.show),
        PageRoute(path="/rights/check/{id}/do/{noun}/{verb}", handler=checking.act, methods=("POST",)),
        PageRoute(path="/rights/new", handler=new.show),
        PageRoute(path="/rights/do/{noun}/{verb}", handler=new.act, methods=("POST",)),
        PageRoute(path="/rights/{id}", handler=request.show),
        PageRoute(path="/rights/{id}/do/{noun}/{verb}", handler=request.act, methods=("POST",)),
    ),
)
