"""The program's suggestions about a tip, with their reasons. An officer decides."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.tips.incidents import explain_proposal
from anninh_core.board.screens.tips.rows import build_tip_rows

_READS = (
    "tips.suggest_place",
    "tips.routing.suggest_handler",
    "tips.suggest_duplicates",
    "tips.routing.explain",
    "tips.from_same_reporter",
    "tips.linked",
    "incidents.propose",
)


def show_suggestions(page: PageRequest) -> Response:
    """Show where a tip may belong, who may handle it, and which tips may report the same event."""
    id = page.params["id"]
    operations = ["tips.get", *(name for name in _READS if page.has(name))]
    results = page.read_together(*((name, {"tip_id": id}) for name in operations))
    by_operation: Mapping[str, Any] = dict(zip(operations, results, strict=True))
    others = by_operation.get("tips.from_same_reporter")
    linked = by_operation.get("tips.linked")
    proposed = by_operation.get("incidents.propose", ())
    proposed_ids = {proposal.tip.id for proposal in proposed}
    page.load_officers(proposal.claimed_by for proposal in proposed if proposal.claimed_by)
    return page.render(
        "suggestions.html",
        rows_of=partial(build_tip_rows, page),
        tip=by_operation["tips.get"],
        places=by_operation.get("tips.suggest_place", ()),
        handler=by_operation.get("tips.routing.suggest_handler"),
        alike=[
            duplicate
            for duplicate in by_operation.get("tips.suggest_duplicates", ())
            if duplicate.tip.id not in proposed_ids
        ],
        rules=by_operation.get("tips.routing.explain", ()),
        others=others.items if others is not None else (),
        linked=linked.items if linked is not None else (),
        proposed=proposed,
        together=[proposal.tip.id for proposal in proposed if proposal.was_paged_together],
        reasons_of=lambda proposal: explain_proposal(page, proposal, by_operation["tips.get"]),
        join=ActForms(page, "/tips/incidents").make("incidents.join") if page.has("incidents.join") else None,
    )
