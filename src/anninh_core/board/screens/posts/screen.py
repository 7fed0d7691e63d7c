"""The pages of posts under moderation."""

from anninh_core.board.routing.act_routes import record_routes
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.posts import lists, post

POSTS = menu_screen(
    "posts",
    permissions=("post.read",),
    reasons=("moderation.flagged", "moderation.task", "moderation.appeal"),
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        *record_routes("/posts/{id}", "post_id", post.show),
    ),
)
