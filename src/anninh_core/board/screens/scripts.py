"""What scripts ask while a page is looked at: whether anything is new, and to keep a draft.

A draft that is kept so is no act: it leaves no entry, and no sign that anybody is there.
"""

import json

from starlette.responses import Response

from anninh_core.board.forms.drafting import DraftedForms
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.kernel.errors import BadInput


def check_news(page: PageRequest) -> Response:
    """Say whether anything changed since a page was made, and nothing of what."""
    try:
        changed = bool(page.call("work.news", since=page.one("since")[:300]).kinds)
    except BadInput:  # a mark of another sign-in's page: look anew
        changed = True
    return Response(json.dumps({"changed": changed}), media_type="application/json")


def keep_draft(page: PageRequest) -> Response:
    """Keep what was typed, and return the sentence that says so, "" where nothing stands there any more."""
    saved_at = DraftedForms(page, page.one("about"), ()).keep()
    said = (
        ""
        if saved_at is None
        else page.words(
            "Draft saved at {at}; it is deleted automatically after 7 days.", at=page.formats.clock(saved_at)
        )
    )
    return Response(json.dumps({"said": said}), media_type="application/json")


SCRIPTS = Screen(
    folder="templates",
    routes=(
        PageRoute(path="/news", handler=check_news, by_itself=True),
        PageRoute(path="/drafts", handler=keep_draft, methods=("POST",), by_itself=True),
    ),
)
