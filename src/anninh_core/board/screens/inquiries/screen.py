"""The pages of questions and of the knowledge base."""

from anninh_core.board.routing.act_routes import act_route, new_record_route, record_routes
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.inquiries import articles, case, lists

INQUIRIES = menu_screen(
    "inquiries",
    permissions=("inquiry.read",),
    reasons=("inquiries.unanswered",),
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        PageRoute(path="/inquiries/new", handler=case.new),
        new_record_route("/inquiries", case.new),
        PageRoute(path="/inquiries/articles", handler=articles.show_all),
        PageRoute(path="/inquiries/articles/new", handler=articles.new),
        new_record_route("/inquiries/articles", articles.new),
        *record_routes("/inquiries/articles/{id}", "article_id", articles.show),
        PageRoute(path="/inquiries/{id}", handler=case.show),
        act_route("/inquiries/{id}", case.act),
        PageRoute(path="/inquiries/{id}/preview", handler=case.preview),
    ),
)
