"""All screens, in the order of the menu."""

from anninh_core.board.routing.routes import Screen
from anninh_core.board.screens.account.screen import ACCOUNT
from anninh_core.board.screens.content.screen import CONTENT
from anninh_core.board.screens.groups.screen import GROUPS
from anninh_core.board.screens.identity.screen import IDENTITY
from anninh_core.board.screens.inquiries.screen import INQUIRIES
from anninh_core.board.screens.posts.screen import POSTS
from anninh_core.board.screens.reports.screen import REPORTS
from anninh_core.board.screens.reviews.screen import REVIEWS
from anninh_core.board.screens.rights.screen import RIGHTS
from anninh_core.board.screens.search.screen import SEARCH
from anninh_core.board.screens.statistics.screen import STATISTICS
from anninh_core.board.screens.system.screen import SYSTEM
from anninh_core.board.screens.tips.screen import TIPS
from anninh_core.board.screens.trail.screen import TRAIL
from anninh_core.board.screens.work.screen import WORK

SCREENS: tuple[Screen, ...] = (
    *(WORK, TIPS, INQUIRIES, CONTENT, REVIEWS, POSTS, GROUPS, REPORTS, STATISTICS),
    *(IDENTITY, RIGHTS, TRAIL, SYSTEM, SEARCH, ACCOUNT),
)
"""All screens of the board. To add a screen, make a folder with `screen.py`, `words.toml`, `acts.toml` and templates,
and name it here.
"""
