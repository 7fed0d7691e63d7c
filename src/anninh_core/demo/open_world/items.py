"""Items of the demo's last weeks, one in each stage, from a draft to an item held because it may identify a person."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from anninh_core.demo.acts.publishing import build_content, find_item, review_item
from anninh_core.demo.cast import find_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemState, Urgency

Goal = Mapping[str, Any]
Act = Callable[[DemoStage, Goal, Item], Item]


def bring_item_to_goal(stage: DemoStage, number: int) -> None:
    """Take an item to the stage that the script sets as its goal."""
    goal = stage.script["open_world"]["items"][number]
    item = find_item(stage, goal["title"]) or _write_item(stage, goal)
    for act in _ACTS[goal["goal"]]:
        item = act(stage, goal, item)
    stage.deliver_events()


def _write_item(stage: DemoStage, goal: Goal) -> Item:
    content = build_content(goal)
    if goal["goal"] == "held":
        content = evolve(content, urgency=Urgency.IMMEDIATE)
    return stage.app.content.write(find_officer(stage, "editor"), "hoa-lu", content)


def _submit_item(stage: DemoStage, _: Goal, item: Item) -> Item:
    return stage.app.content.submit(find_officer(stage, "editor"), item.id) if item.state is ItemState.DRAFT else item


def _reject_item(stage: DemoStage, goal: Goal, item: Item) -> Item:
    if item.state is not ItemState.SUBMITTED:
        return item
    return stage.app.content.reject(find_officer(stage, "reviewer"), item.id, goal["reason"])


def _approve_item(stage: DemoStage, _: Goal, item: Item) -> Item:
    if item.state is not ItemState.SUBMITTED:
        return item
    review_item(stage, item)
    reason = stage.script["gate_notes"]["approval"]
    return stage.app.content.approve(find_officer(stage, "reviewer"), item.id, reason)


def _approve_item_alone(stage: DemoStage, goal: Goal, item: Item) -> Item:
    """Let the board approve an urgent item; the finding about a telephone number in it stays unanswered."""
    if item.state is not ItemState.SUBMITTED:
        return item
    notes = {gate.id: stage.script["gate_notes"][gate.id] for gate in stage.app.district.gates}
    return stage.app.content.approve_urgently(find_officer(stage, "admin"), item.id, goal["reason"], notes)


def _publish_item(stage: DemoStage, _: Goal, item: Item) -> Item:
    if item.state is not ItemState.APPROVED:
        return item
    return stage.app.content.publish(find_officer(stage, "admin"), item.id)


_ACTS: Mapping[str, tuple[Act, ...]] = {
    "draft": (),
    "rejected": (_submit_item, _reject_item),
    "submitted": (_submit_item,),
    "approved": (_submit_item, _approve_item),
    "published": (_submit_item, _approve_item, _publish_item),
    "held": (_submit_item, _approve_item_alone, _publish_item),
}
