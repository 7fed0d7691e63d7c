"""The pages of one group, with its management board, its link for residents, and the possible acts."""

from io import BytesIO

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.kernel.errors import MissingExtra, NotFound
from anninh_core.operations.choices import Choice

_MEASURES = 6


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a group with its management board and the possible acts."""
    id = page.params["id"]
    group, steps = page.read_together(("groups.get", {"group_id": id}), ("groups.can_do", {"group_id": id}))
    current_seats = [seat for seat in group.board if seat.until is None]
    page.load_officers([group.owner, *(seat.officer for seat in group.board)])
    seat_choices = {seat.officer: Choice(seat.officer, seat.name) for seat in current_seats}
    can = {step.operation for step in steps.steps}
    forms = ActForms(page, f"/groups/{id}", unit=group.unit, version=steps.version, failure=failure)
    leaving_forms = ActForms(
        page,
        f"/groups/{id}",
        unit=group.unit,
        version=steps.version,
        failure=failure,
        options={
            "officer": list(seat_choices.values()),
            "into": _list_merge_targets(page, group.unit, id) if "groups.merge" in can else (),
        },
    )
    leaving_steps = [step for step in steps.steps if step.operation in ("groups.vacate", "groups.merge")]
    acts = forms.build_possible_forms(
        [step for step in steps.steps if step not in leaving_steps], title=group.title, link=group.link
    )
    return page.render(
        "group.html",
        failure.status if failure else 200,
        group=group,
        held=current_seats,
        left=[seat for seat in group.board if seat.until is not None],
        measures=sorted(group.measures, key=lambda measure: measure.day, reverse=True)[:_MEASURES],
        acts=[*acts, *leaving_forms.build_possible_forms(leaving_steps)],
    )


def show_new_group_forms(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the forms that found or plan a group."""
    forms = ActForms(page, "/groups", unit=page.viewer.unit, failure=failure)
    acts = [forms.make(name, unit=page.viewer.unit) for name in ("groups.establish", "groups.plan") if page.has(name)]
    return page.render("new.html", failure.status if failure else 200, acts=acts)


def show_qr_code(page: PageRequest) -> Response:
    """Return the group's link as a QR code, to be printed.

    Raises:
        NotFound: the group has no link.
        MissingExtra: the extra `reports` isn't installed.
    """
    group = page.call("groups.get", group_id=page.params["id"])
    if not group.link:
        raise NotFound("Group {group} has no invitation link: set one with {act:groups.relink}.", group=group.id)
    try:
        import segno  # noqa: PLC0415  of the extra `reports`; without it the link is there
    except ImportError as missing:
        raise MissingExtra("a group's QR code", "reports") from missing
    image = BytesIO()
    segno.make(group.link, micro=False, error="m").save(image, kind="svg", scale=6, border=4, light="#fff")
    return Response(image.getvalue(), media_type="image/svg+xml")


def _list_merge_targets(page: PageRequest, unit: str, id: str) -> list[Choice]:
    """Return the active groups of the unit that this group may be merged into."""
    groups = page.call_json("groups.list", {"unit": unit, "state": "active"})
    return [Choice(group.id, group.title) for group in groups if group.id != id]
