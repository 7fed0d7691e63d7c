"""How often the router is right about the corpus of the demo: real language, oddities and all."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest
from attrs import frozen

from anninh_core.dispatch.router import Known, Route, route
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place

KIND_RIGHT, CATEGORY_RIGHT = 0.9, 0.85
"""At least so much of the corpus; what the README and the docs state."""
LOST: frozenset[str] = frozenset()
"""Ids of tips that the router takes for chatter; at most a handful, and each of them known."""


@frozen
class Judged:
    """A message of the corpus, what was expected, and what the router said."""

    id: str
    expected: dict[str, Any]
    found: Route


def corpus() -> Iterator[dict[str, Any]]:
    text = (files("anninh_core") / "demo" / "data" / "corpus.jsonl").read_text(encoding="utf-8")
    yield from map(json.loads, text.splitlines())


def inbound(message: dict[str, Any]) -> InboundMessage:
    sender = Address("oa", Place.PERSON, message["sender"])
    where = sender if message["channel"] == "oa" else Address("oa", Place.GROUP, message["group"])
    return InboundMessage(
        id=message["id"],
        conversation=where,
        sender=sender,
        text=message["text"].replace("{receipt}", "7KM2Q-9XA3D"),
        sent_at=datetime.fromisoformat(message["at"]),
        attachments=tuple(Attachment(attachment["kind"]) for attachment in message["attachments"]),
        reply_to=message["reply_to"] or "",
    )


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Every message routed by the shipped profile; what quotes an earlier one is known to quote a case."""
    district, plugins = load_profile("hoa_lu_2021"), Plugins(("opinions",))
    found = []
    for message in corpus():
        heard = inbound(message)
        known = Known(replied_case="tip:quoted" if heard.reply_to else "")
        answer = route(heard, known, plugins.triage(heard, district).values, district)
        found.append(Judged(message["id"], message["expect"], answer))
    return found


def share(judged: list[Judged], right: Callable[[Judged], bool]) -> float:
    return sum(map(right, judged)) / len(judged)


def wrong(judged: list[Judged], right: Callable[[Judged], bool]) -> list[str]:
    """Say what went wrong, for whoever tends the profile's words."""
    return [f"{one.id}: {one.found.turn} {one.found.category}" for one in judged if not right(one)]


def kind_right(one: Judged) -> bool:
    return one.found.turn == one.expected["kind"]


def category_right(one: Judged) -> bool:
    return one.found.category == one.expected["category"]


def test_the_kind_is_right(judged: list[Judged]) -> None:
    """Tip, question, chatter, order, continuation or unsuitable: nine of ten at least."""
    assert len(judged) >= 200
    assert share(judged, kind_right) >= KIND_RIGHT, wrong(judged, kind_right)


def test_the_category_is_right(judged: list[Judged]) -> None:
    """Of the tips whose category the words can tell."""
    tips = [one for one in judged if one.expected["kind"] == "tip" and one.expected["category"]]
    assert share(tips, category_right) >= CATEGORY_RIGHT, wrong(tips, category_right)


def test_every_emergency_is_found(judged: list[Judged]) -> None:
    """Not one is missed, and few are made up."""
    assert [one.id for one in judged if one.expected["emergency"] and not one.found.emergency] == []
    alarms = [one for one in judged if one.found.emergency]
    assert share(alarms, lambda one: bool(one.expected["emergency"])) >= 0.8


def test_no_tip_is_lost(judged: list[Judged]) -> None:
    """A tip taken for chatter would reach nobody: each one is listed above with its id."""
    lost = {one.id for one in judged if one.expected["kind"] == "tip" and one.found.turn == "chatter"}
    assert lost == LOST
    assert len(LOST) < 6
