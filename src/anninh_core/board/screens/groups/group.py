"""A group: who answers for it, how residents come to it, and what can be done."""

from io import BytesIO

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.kernel.errors import MissingExtra, NotFound
from anninh_core.operations.choices import Choice

_MEASURES = 6


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a group with its board and what can be done with it."""
    id = page.params["id"]
    group, steps = page.read_together(("groups.get", {"group_id": id}), ("groups.can_do", {"group_id": id}))
    held = [seat for seat in group.board if seat.until is None]
    page.load_officers([group.owner, *(seat.officer for seat in group.board)])
    seated = {seat.officer: Choice(seat.officer, seat.name) for seat in held}
    can = {step.operation for step in steps.steps}
    forms = ActForms(page, f"/groups/{id}", unit=group.unit, version=steps.version, failure=failure)
    leaving = ActForms(
        page,
        f"/groups/{id}",
        unit=group.unit,
        version=steps.version,
        failure=failure,
        options={
            "officer": list(seated.values()),
            "into": _others(page, group.unit, id) if "groups.merge" in can else (),
        },
    )
    apart = [step for step in steps.steps if step.operation in ("groups.vacate", "groups.merge")]
    acts = forms.offered([step for step in steps.steps if step not in apart], title=group.title, link=group.link)
    return page.render(
        "group.html",
        failure.status if failure else 200,
        group=group,
        held=held,
        left=[seat for seat in group.board if seat.until is not None],
        measures=sorted(group.measures, key=lambda one: one.day, reverse=True)[:_MEASURES],
        acts=[*acts, *leaving.offered(apart)],
    )


def new(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Ask for a group that is to be founded, or that is planned for now."""
    forms = ActForms(page, "/groups", unit=page.viewer.unit, failure=failure)
    acts = [forms.make(name, unit=page.viewer.unit) for name in ("groups.found", "groups.plan") if page.has(name)]
    return page.render("new.html", failure.status if failure else 200, acts=acts)


def square_code(page: PageRequest) -> Response:
    """Return the group's link as a QR code, to be printed."""
    group = page.call("groups.get", group_id=page.params["id"])
    if not group.link:
        raise NotFound("Group {group} has no invitation link: set one with {act:groups.relink}.", group=group.id)
    try:
        import segno  # noqa: PLC0415  of the extra `reports`; without it the link is there
    except ImportError as missing:
        raise MissingExtra("a group's QR code", "reports") from missing
    drawn = BytesIO()
    segno.make(group.link, micro=False, error="m").save(drawn, kind="svg", scale=6, border=4, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def _others(page: PageRequest, unit: str, id: str) -> list[Choice]:
    """Return the groups of the unit into which this one may be merged."""
    found = page.call_json("groups.list", {"unit": unit, "state": "active"})
    return [Choice(one.id, one.title) for one in found if one.id != id]
