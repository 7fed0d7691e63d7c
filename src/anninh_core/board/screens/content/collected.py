"""Pages with the pieces that collectors found in outside sources: officers read them, and take them up as drafts or
pass them over.
"""

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.pages.request import FailedAct, PageRequest

_PAGE = 50
_STATES = ("waiting", "taken_up", "passed_over")


def show_collected_pieces(page: PageRequest) -> Response:
    """Show the collected pieces in a state, those waiting by default."""
    state = page.one("state") if page.one("state") in _STATES else "waiting"
    pieces = page.call_json("content.collected.list", {"state": state, "after": page.one("after"), "limit": _PAGE})
    return page.render("found.html", pieces=pieces.items, next=pieces.next, state=state, states=_STATES)


def show_collected_piece(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a collected piece with its text; the queries together leave one journal entry."""
    id = page.params["id"]
    piece, steps = page.read_together(
        ("content.collected.get", {"piece_id": id}), ("content.collected.can_do", {"piece_id": id})
    )
    page.load_officers([piece.by] if piece.by else [])
    forms = ActForms(page, f"/content/found/{id}", unit=piece.unit, version=steps.version, failure=failure)
    status = failure.status if failure else 200
    return page.render("piece.html", status, piece=piece, acts=forms.build_possible_forms(steps.steps))


def act_on_collected_piece(page: PageRequest) -> Response:
    """Take a piece up, which redirects to its draft, or pass it over."""
    id = page.params["id"]
    operation = page.operation
    is_taken_up = operation == "content.collected.take_up"
    done = (lambda item: f"/content/{item.id}") if is_taken_up else f"/content/found/{id}"
    return carry_out(page, operation, {"piece_id": id}, show_collected_piece, done)
