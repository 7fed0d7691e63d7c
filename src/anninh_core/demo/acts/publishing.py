"""Publishing: an editor writes, the checks look, a second person answers the four gates, the board publishes."""

from collections.abc import Mapping
from typing import Any

from anninh_core.demo.cast import of_unit, officer
from anninh_core.demo.stage import Stage
from anninh_core.rooms.content.model import Item, ItemState
from anninh_core.rooms.content.values import Piece


def publish(stage: Stage, number: int) -> None:
    """Bring one item of the script from the first draft into the groups."""
    wanted: Mapping[str, Any] = stage.script["items"][number]
    editor, reviewer = officer(stage, "editor"), officer(stage, "reviewer")
    item = _found(stage, wanted["title"]) or stage.app.content.write(editor, "hoa-lu", _piece(wanted))
    if item.state is ItemState.DRAFT:
        item = stage.app.content.submit(editor, item.id)
    if item.state is ItemState.SUBMITTED:
        _review(stage, item)
        item = stage.app.content.approve(reviewer, item.id, stage.script["gate_notes"]["approval"])
    if item.state is ItemState.APPROVED:
        stage.app.content.publish(officer(stage, "admin"), item.id)
    stage.let_in()


def post_by_hand(stage: Stage) -> None:
    """Let the board members post what waits on their task sheets, and confirm it."""
    admin = officer(stage, "admin")
    waiting = [one for one in stage.app.failures.troubles(admin, limit=2000) if one.state == "needs_person"]
    if not waiting:
        return
    groups = {group.conversation: group for group in stage.app.groups.list(admin)}
    for trouble in waiting:
        group = groups.get(trouble.conversation)
        by = of_unit(stage, group.unit) if group else admin
        stage.app.failures.confirm_posted(by, trouble.id, f"{group.link}#bai" if group else "")


def _found(stage: Stage, title: str) -> Item | None:
    items = stage.app.content.list(officer(stage, "editor"), limit=100).items
    return next((item for item in items if item.piece.title == title), None)


def _piece(wanted: Mapping[str, Any]) -> Piece:
    return Piece(
        title=wanted["title"],
        body=wanted["body"],
        category=wanted["category"],
        units=("hoa-lu",),
        group_kinds=("commune", "residential_area"),
        source_name=wanted["source_name"],
        source_url=wanted["source_url"],
        expires=wanted.get("expires"),
        rumour=wanted.get("rumour", ""),
    )


def _review(stage: Stage, item: Item) -> None:
    reviewer, notes = officer(stage, "reviewer"), stage.script["gate_notes"]
    for number, remark in enumerate(item.remarks):
        if remark.is_open:
            stage.app.content.answer_finding(reviewer, item.id, number, notes["hold"])
    answered = {answer.gate for answer in item.gates}
    for gate in stage.app.district.gates:
        if gate.id not in answered:
            stage.app.content.answer_gate(reviewer, item.id, gate.id, True, notes[gate.id])
