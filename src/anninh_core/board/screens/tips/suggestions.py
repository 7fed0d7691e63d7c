"""What the program suggests about a tip, with its reasons. A person decides."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.tips.incidents import say_reasons
from anninh_core.board.screens.tips.rows import tip_rows

_READS = (
    "tips.suggest_place",
    "tips.routing.suggest_handler",
    "tips.suggest_duplicates",
    "tips.routing.explain",
    "tips.from_same_reporter",
    "tips.linked",
    "incidents.propose",
)


def show(page: PageRequest) -> Response:
    """Show where a tip seems to belong, who may handle it, and which tips seem to tell of the same."""
    id = page.params["id"]
    asked = ["tips.get", *(name for name in _READS if page.has(name))]
    answers = page.read_together(*((name, {"tip_id": id}) for name in asked))
    found: Mapping[str, Any] = dict(zip(asked, answers, strict=True))
    others = found.get("tips.from_same_reporter")
    linked = found.get("tips.linked")
    proposed = found.get("incidents.propose", ())
    proposed_ids = {proposal.tip.id for proposal in proposed}
    page.load_officers(proposal.claimed_by for proposal in proposed if proposal.claimed_by)
    return page.render(
        "suggestions.html",
        rows_of=partial(tip_rows, page),
        tip=found["tips.get"],
        places=found.get("tips.suggest_place", ()),
        handler=found.get("tips.routing.suggest_handler"),
        alike=[one for one in found.get("tips.suggest_duplicates", ()) if one.tip.id not in proposed_ids],
        rules=found.get("tips.routing.explain", ()),
        others=others.items if others is not None else (),
        linked=linked.items if linked is not None else (),
        proposed=proposed,
        together=[proposal.tip.id for proposal in proposed if proposal.was_paged_together],
        reasons_of=lambda proposal: say_reasons(page, proposal, found["tips.get"]),
        join=ActForms(page, "/tips/incidents").make("incidents.join") if page.has("incidents.join") else None,
    )
