"""Publishing in the demo: an editor writes, automatic checks run, a second officer answers the four gates, the board
publishes.
"""

from collections.abc import Mapping
from typing import Any

from anninh_core.demo.cast import find_officer, find_unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemContent, ItemState


def publish_item(stage: DemoStage, number: int) -> None:
    """Take one item of the script from its first draft to publication in the groups."""
    item_script: Mapping[str, Any] = stage.script["items"][number]
    editor = find_officer(stage, "editor")
    reviewer = find_officer(stage, "reviewer")
    item = find_item(stage, item_script["title"]) or stage.app.content.write(
        editor, "hoa-lu", build_content(item_script)
    )
    if item.state is ItemState.DRAFT:
        item = stage.app.content.submit(editor, item.id)
    if item.state is ItemState.SUBMITTED:
        review_item(stage, item)
        item = stage.app.content.approve(reviewer, item.id, stage.script["gate_notes"]["approval"])
    if item.state is ItemState.APPROVED:
        stage.app.content.publish(find_officer(stage, "admin"), item.id)
    stage.deliver_events()


def post_items_by_hand(stage: DemoStage) -> None:
    """Let the board members post the items on their task sheets by hand, and confirm it."""
    admin = find_officer(stage, "admin")
    manual_posts = [
        failure for failure in stage.app.failures.troubles(admin, limit=2000) if failure.state == "needs_person"
    ]
    if not manual_posts:
        return
    groups = {group.conversation: group for group in stage.app.groups.list(admin)}
    for manual_post in manual_posts:
        group = groups.get(manual_post.conversation)
        poster = find_unit_officer(stage, group.unit) if group else admin
        stage.app.failures.confirm_posted(poster, manual_post.id, f"{group.link}#bai" if group else "")


def find_item(stage: DemoStage, title: str) -> Item | None:
    """Return the item with a title, or None."""
    items = stage.app.content.list(find_officer(stage, "editor"), limit=100).items
    return next((item for item in items if item.piece.title == title), None)


def build_content(item_script: Mapping[str, Any]) -> ItemContent:
    """Return the content of a scripted item, for the groups of all communes and residential areas."""
    return ItemContent(
        title=item_script["title"],
        body=item_script["body"],
        category=item_script["category"],
        units=("hoa-lu",),
        group_kinds=("commune", "residential_area"),
        source_name=item_script["source_name"],
        source_url=item_script["source_url"],
        expires=item_script.get("expires"),
        rumour=item_script.get("rumour", ""),
        requester=item_script.get("requester", ""),
        requester_check=item_script.get("requester_check", ""),
    )


def review_item(stage: DemoStage, item: Item) -> None:
    """Let a second officer answer the findings and the four gates of an item."""
    reviewer = find_officer(stage, "reviewer")
    notes = stage.script["gate_notes"]
    for number, remark in enumerate(item.remarks):
        if remark.is_open:
            stage.app.content.answer_finding(reviewer, item.id, number, notes["hold"])
    answered = {answer.gate for answer in item.gates}
    for gate in stage.app.district.gates:
        if gate.id not in answered:
            stage.app.content.answer_gate(reviewer, item.id, gate.id, True, notes[gate.id])
