"""The pages of posts under moderation."""

from anninh_core.board.menu import MenuSection
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.board.screens.posts import lists, post

_FOLDER = "screens/posts"

POSTS = Screen(
    folder=_FOLDER,
    section=MenuSection(
        folder=_FOLDER,
        path="/posts",
        permissions=("post.read",),
        reasons=("moderation.flagged", "moderation.task", "moderation.appeal"),
    ),
    routes=(
        *(PageRoute(path=path, handler=handler) for path, handler in lists.PAGES.items()),
        PageRoute(path="/posts/{id}", handler=post.show),
        PageRoute(path="/posts/{id}/do/{noun}/{verb}", handler=post.act, methods=("POST",)),
    ),
)
