"""Drafts that a page keeps by itself while somebody types: no act, no entry, and no sign that anybody is there."""

import json

from starlette.responses import Response

from anninh_core.board.forms.drafting import DraftedForms
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen


def keep(page: PageRequest) -> Response:
    """Keep what was typed, and return the sentence that says so, "" where nothing stands there any more."""
    saved_at = DraftedForms(page, page.one("about"), ()).keep()
    said = "" if saved_at is None else page.words.say("draft_kept", at=page.formats.clock(saved_at))
    return Response(json.dumps({"said": said}), media_type="application/json")


DRAFTS = Screen(
    folder="templates", routes=(PageRoute(path="/drafts", handler=keep, methods=("POST",), by_itself=True),)
)
