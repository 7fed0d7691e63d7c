"""The pages of questions and of the knowledge base."""

from anninh_core.board.routing.act_routes import build_act_route, build_new_record_route, build_record_routes
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.inquiries import articles, case, lists

INQUIRIES = menu_screen(
    "inquiries",
    permissions=("inquiry.read",),
    reasons=("inquiries.unanswered",),
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        PageRoute(path="/inquiries/new", handler=case.show_new_question_form),
        build_new_record_route("/inquiries", case.show_new_question_form),
        PageRoute(path="/inquiries/articles", handler=articles.show_articles),
        PageRoute(path="/inquiries/articles/new", handler=articles.show_new_article_form),
        build_new_record_route("/inquiries/articles", articles.show_new_article_form),
        *build_record_routes("/inquiries/articles/{id}", "article_id", articles.show_article),
        PageRoute(path="/inquiries/{id}", handler=case.show_question),
        build_act_route("/inquiries/{id}", case.act_on_question),
        PageRoute(path="/inquiries/{id}/preview", handler=case.preview),
    ),
)
