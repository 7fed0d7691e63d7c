"""Whether anything is new for somebody: what a page asks while it is looked at."""

import json

from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.kernel.errors import BadInput


def tell(page: PageRequest) -> Response:
    """Say whether anything changed since a page was made, and nothing of what."""
    try:
        changed = bool(page.call("work.news", since=page.one("since")[:300]).kinds)
    except BadInput:  # a mark of another sign-in's page: look anew
        changed = True
    return Response(json.dumps({"changed": changed}), media_type="application/json")


NEWS = Screen(folder="templates", routes=(PageRoute(path="/news", handler=tell, by_itself=True),))
