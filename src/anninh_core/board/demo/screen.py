"""The pages that only a demo has: officers to choose, and what the resident writes. They answer this machine alone."""

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
        """Show everybody of the demo, each to be by a click."""
        _visit(page).require_local()
        units = [(unit, list(people)) for unit, people in groupby(self._demo.sign_in.officers(), lambda one: one.unit)]
        return page.render("choose.html", units=units)

    def enter(self, page: PageRequest) -> Response:
        """Be the officer who was chosen."""
        try:
            begun = self._demo.sign_in.sign_in(page.sent("officer"), _visit(page))
        except NotSignedIn:
            raise HTTPException(403) from None
        response = page.redirect("/")
        page.desk.cookies.keep_session(response, begun.token)
        return response

    def say(self, page: PageRequest) -> Response:
        """Let the resident write, and go back to the page on which the chat stood."""
        _visit(page).require_local()
        answer = page.redirect(page.own_path(page.sent("next")))
        try:
            self._demo.resident.write(page.sent("text"), key=page.sent("key"))
        except BadInput:
            return page.render("unsaid.html", 422, text=page.sent("text"))
        answer.headers["Location"] += _CHAT
        return answer


def _visit(page: PageRequest) -> LocalVisit:
    return LocalVisit(page.peer, page.headers)
