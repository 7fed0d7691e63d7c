"""Publishing: an editor writes, the checks look, a second person answers the four gates, the board publishes."""

from collections.abc import Mapping
from typing import Any

from anninh_core.demo.cast import officer, unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemContent, ItemState


def publish(stage: DemoStage, number: int) -> None:
    """Bring one item of the script from the first draft into the groups."""
    item_script: Mapping[str, Any] = stage.script["items"][number]
    editor = officer(stage, "editor")
    reviewer = officer(stage, "reviewer")
    item = find_item(stage, item_script["title"]) or stage.app.content.write(
        editor, "hoa-lu", build_content(item_script)
    )
    if item.state is ItemState.DRAFT:
        item = stage.app.content.submit(editor, item.id)
    if item.state is ItemState.SUBMITTED:
        review_item(stage, item)
        item = stage.app.content.approve(reviewer, item.id, stage.script["gate_notes"]["approval"])
    if item.state is ItemState.APPROVED:
        stage.app.content.publish(officer(stage, "admin"), item.id)
    stage.deliver_events()


def post_by_hand(stage: DemoStage) -> None:
    """Let the board members post what waits on their task sheets, and confirm it."""
    admin = officer(stage, "admin")
    manual_posts = [
        failure for failure in stage.app.failures.troubles(admin, limit=2000) if failure.state == "needs_person"
    ]
    if not manual_posts:
        return
    groups = {group.conversation: group for group in stage.app.groups.list(admin)}
    for manual_post in manual_posts:
        group = groups.get(manual_post.conversation)
        poster = unit_officer(stage, group.unit) if group else admin
        stage.app.failures.confirm_posted(poster, manual_post.id, f"{group.link}#bai" if group else "")


def find_item(stage: DemoStage, title: str) -> Item | None:
    """Return the item of a title."""
    items = stage.app.content.list(officer(stage, "editor"), limit=100).items
    return next((item for item in items if item.piece.title == title), None)


def build_content(wanted: Mapping[str, Any]) -> ItemContent:
    """Return what the script writes, for the groups of all communes and residential areas."""
    return ItemContent(
        title=wanted["title"],
        body=wanted["body"],
        category=wanted["category"],
        units=("hoa-lu",),
        group_kinds=("commune", "residential_area"),
        source_name=wanted["source_name"],
        source_url=wanted["source_url"],
        expires=wanted.get("expires"),
        rumour=wanted.get("rumour", ""),
        requester=wanted.get("requester", ""),
        requester_check=wanted.get("requester_check", ""),
    )


def review_item(stage: DemoStage, item: Item) -> None:
    """Let a second person answer the findings and the four gates."""
    reviewer = officer(stage, "reviewer")
    notes = stage.script["gate_notes"]
    for number, remark in enumerate(item.remarks):
        if remark.is_open:
            stage.app.content.answer_finding(reviewer, item.id, number, notes["hold"])
    answered = {answer.gate for answer in item.gates}
    for gate in stage.app.district.gates:
        if gate.id not in answered:
            stage.app.content.answer_gate(reviewer, item.id, gate.id, True, notes[gate.id])
