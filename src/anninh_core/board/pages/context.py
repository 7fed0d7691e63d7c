"""What all pages of a board share."""

from typing import TYPE_CHECKING

from attrs import frozen

from anninh_core import Actor, App
from anninh_core.board.browser.cookies import Cookies
from anninh_core.board.browser.static_files import StaticFiles
from anninh_core.board.config import BoardConfig
from anninh_core.board.pages.badges import Badges
from anninh_core.operations import Door
from anninh_core.operations.signing_in import SignInRequest

if TYPE_CHECKING:  # no other board loads it
    from anninh_core.demo.running.opening import RunningDemo


@frozen(kw_only=True)
class PageContext:
    """What all pages of a board share.

    Attributes:
        door: its operations, through which alone pages read and act.
        demo: whose app it is, None for any other.
    """

    app: App
    door: Door
    config: BoardConfig
    cookies: Cookies
    static: StaticFiles
    badges: Badges
    demo: "RunningDemo | None" = None

    def admit(self, token: str, address: str, *, by_itself: bool = False) -> Actor:
        """Return who shows a sign-in's token.

        Args:
            token: from the cookie.
            by_itself: whether the page asks while nobody does anything.

        Raises:
            NotSignedIn: it is none, or holds no longer.
        """
        headers = {"authorization": f"Bearer {token}"}
        now = self.app.internals.context.clock.now()
        return self.app.accounts.admit(SignInRequest(headers, address, now, by_itself=by_itself))
