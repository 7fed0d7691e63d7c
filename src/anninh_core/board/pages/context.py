from typing import TYPE_CHECKING

from attrs import frozen

from anninh_core import Actor, App
from anninh_core.board.browser.cookies import Cookies
from anninh_core.board.browser.static_files import StaticFiles
from anninh_core.board.config import BoardConfig
from anninh_core.board.pages.badges import Badges
from anninh_core.operations import OperationGateway
from anninh_core.operations.signing_in import SignInRequest

if TYPE_CHECKING:  # Only a demo's board imports this module.
    from anninh_core.demo.running.opening import RunningDemo


@frozen(kw_only=True)
class PageContext:
    """The objects that all pages of a board share.

    Attributes:
        door: operations of the app; pages read and act only through it.
        demo: the demo that `app` belongs to, None for any other app.
    """

    app: App
    gateway: OperationGateway
    config: BoardConfig
    cookies: Cookies
    static: StaticFiles
    badges: Badges
    demo: "RunningDemo | None" = None

    def admit(self, token: str, address: str, *, by_itself: bool = False) -> Actor:
        """Return the actor of a session token.

        Args:
            token: from the cookie.
            by_itself: whether the script sent the request without an action of the officer.

        Raises:
            NotSignedIn: the token is invalid or has expired.
        """
        headers = {"authorization": f"Bearer {token}"}
        now = self.app.internals.context.clock.now()
        return self.app.accounts.admit(SignInRequest(headers, address, now, by_itself=by_itself))
