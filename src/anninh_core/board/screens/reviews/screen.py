"""The pages of reviews."""

from anninh_core.board.routing.act_routes import act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.reviews import review

REVIEWS = menu_screen(
    "reviews",
    permissions=("content.review",),
    reasons=("content.to_review", "content.review_owed"),
    routes=(
        PageRoute(path="/reviews", handler=review.show_all),
        PageRoute(path="/reviews/{id}", handler=review.show),
        act_route("/reviews/{id}", review.act),
        PageRoute(path="/reviews/{id}/preview", handler=review.preview),
    ),
)
