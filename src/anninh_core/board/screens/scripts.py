"""Requests that the script sends while a page is open: it checks for news, and saves a draft.

Saving a draft this way is no act: it leaves no journal entry and doesn't count as activity of the officer.
"""

import json

from starlette.responses import Response

from anninh_core.board.forms.drafting import DraftedForms
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, Screen
from anninh_core.kernel.errors import BadInput


def check_news(page: PageRequest) -> Response:
    """Return whether anything changed since a page was made, without the changes themselves."""
    try:
        changed = bool(page.call("work.news", since=page.one("since")[:300]).kinds)
    except BadInput:  # The mark comes from the page of another session, so a change is reported.
        changed = True
    return Response(json.dumps({"changed": changed}), media_type="application/json")


def save_draft(page: PageRequest) -> Response:
    """Save the typed text as a draft and return a sentence that confirms it, "" if the text is empty."""
    saved_at = DraftedForms(page, page.one("about"), ()).keep()
    sentence = (
        ""
        if saved_at is None
        else page.words(
            "Draft saved at {at}; it is deleted automatically after 7 days.", at=page.formats.clock(saved_at)
        )
    )
    return Response(json.dumps({"said": sentence}), media_type="application/json")


SCRIPTS = Screen(
    folder="templates",
    routes=(
        PageRoute(path="/news", handler=check_news, by_itself=True),
        PageRoute(path="/drafts", handler=save_draft, methods=("POST",), by_itself=True),
    ),
)
