"""Pages that only a demo has: the choice of an officer, and the resident's chat. They serve only this machine."""

from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.endpoint import CHOOSE
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.demo.running.one_click import LocalVisit
from anninh_core.demo.running.opening import RunningDemo
from anninh_core.kernel.errors import BadInput, NotSignedIn

_FOLDER = "demo"
_CHAT = "#chat"


class DemoPages:
    """The demo's pages."""

    def __init__(self, demo: RunningDemo) -> None:
        self._demo = demo
        self.screen = Screen(
            folder=_FOLDER,
            routes=(
                PageRoute(path=CHOOSE, handler=self.choose, public=True),
                PageRoute(path=f"{CHOOSE}/enter", handler=self.enter, methods=("POST",), public=True),
                PageRoute(path=f"{CHOOSE}/say", handler=self.say, methods=("POST",), public=True),
            ),
        )

    def choose(self, page: PageRequest) -> Response:
        """Show all officers of the demo, for signing in by a click."""
        _build_visit(page).require_local()
        units = [
            (unit, list(people))
            for unit, people in groupby(self._demo.sign_in.officers(), lambda officer: officer.unit)
        ]
        return page.render("choose.html", units=units)

    def enter(self, page: PageRequest) -> Response:
        """Sign in as the chosen officer."""
        try:
            session = self._demo.sign_in.sign_in(page.sent("officer"), _build_visit(page))
        except NotSignedIn:
            raise HTTPException(403) from None
        response = page.redirect("/")
        page.desk.cookies.set_session(response, session.token)
        return response

    def say(self, page: PageRequest) -> Response:
        """Send a message as the resident, and return to the page with the chat."""
        _build_visit(page).require_local()
        response = page.redirect(page.own_path(page.sent("next")))
        try:
            self._demo.resident.write(page.sent("text"), key=page.sent("key"))
        except BadInput:
            return page.render("unsaid.html", 422, text=page.sent("text"))
        response.headers["Location"] += _CHAT
        return response


def _build_visit(page: PageRequest) -> LocalVisit:
    return LocalVisit(page.peer, page.headers)
