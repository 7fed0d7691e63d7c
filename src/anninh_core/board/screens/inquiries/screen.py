"""The pages of questions and of the knowledge base."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.inquiries import articles, case, lists

_FOLDER = "screens/inquiries"

INQUIRIES = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER, path="/inquiries", permissions=("inquiry.read",), reasons=("inquiries.unanswered",)
    ),
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        PageRoute(path="/inquiries/new", handler=case.new),
        PageRoute(path="/inquiries/do/{noun}/{verb}", handler=case.act_on_none, methods=("POST",)),
        PageRoute(path="/inquiries/articles", handler=articles.show_all),
        PageRoute(path="/inquiries/articles/new", handler=articles.new),
        PageRoute(path="/inquiries/articles/do/{noun}/{verb}", handler=articles.act_on_none, methods=("POST",)),
        PageRoute(path="/inquiries/articles/{id}", handler=articles.show),
        PageRoute(path="/inquiries/articles/{id}/do/{noun}/{verb}", handler=articles.act, methods=("POST",)),
        PageRoute(path="/inquiries/{id}", handler=case.show),
        PageRoute(path="/inquiries/{id}/do/{noun}/{verb}", handler=case.act, methods=("POST",)),
        PageRoute(path="/inquiries/{id}/preview", handler=case.preview),
    ),
)
