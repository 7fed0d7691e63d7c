"""The pages of reviews."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.reviews import review

_FOLDER = "screens/reviews"

REVIEWS = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/reviews",
        permissions=("content.review",),
        reasons=("content.to_review", "content.review_owed"),
    ),
    routes=(
        PageRoute(path="/reviews", handler=review.show_all),
        PageRoute(path="/reviews/{id}", handler=review.show),
        PageRoute(path="/reviews/{id}/do/{noun}/{verb}", handler=review.act, methods=("POST",)),
        PageRoute(path="/reviews/{id}/preview", handler=review.preview),
    ),
)
