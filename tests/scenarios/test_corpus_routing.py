"""How often the router is right about the corpus of the demo: real language, oddities and all."""

from collections.abc import Callable

import pytest
from attrs import frozen

from anninh_core.demo.corpus import Line, load_corpus
from anninh_core.messaging.inbound.message_router import route
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.route import Route
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

# At least so much of the corpus; what the README and the docs state.
KIND_RIGHT = 0.9
CATEGORY_RIGHT = 0.85
LOST: frozenset[str] = frozenset()
"""Ids of tips that the router takes for chatter; at most a handful, and each of them known."""


@frozen
class Judged:
    """A line of the corpus, and what the router said to it."""

    line: Line
    found: Route


def inbound(line: Line) -> InboundMessage:
    sender = Address("oa", Place.PERSON, line.sender)
    return InboundMessage(
        id=line.id,
        conversation=Address("oa", Place.GROUP, line.group) if line.group else sender,
        sender=sender,
        text=line.text.replace("{receipt}", "7KM2Q-9XA3D"),
        sent_at=line.at,
        attachments=line.attachments,
        reply_to=line.reply_to,
    )


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Every message routed by the shipped profile; what quotes an earlier one is known to quote a case."""
    district = load_profile("hoa_lu_2021")
    plugins = Plugins(("opinions",))
    found = []
    for line in load_corpus():
        message = inbound(line)
        quoted = (TalkCase(ref="tip:quoted", heard_at=message.sent_at),) if line.reply_to else ()
        known = CaseHistory(
            at=message.sent_at, rules=district.talk, cases=quoted, quoted="tip:quoted" if line.reply_to else ""
        )
        found.append(Judged(line, route(message, known, plugins.triage(message, district).values, district)))
    return found


def share(judged: list[Judged], right: Callable[[Judged], bool]) -> float:
    return sum(map(right, judged)) / len(judged)


def wrong(judged: list[Judged], right: Callable[[Judged], bool]) -> list[str]:
    """Say what went wrong, for whoever tends the profile's words."""
    return [f"{one.line.id}: {one.found.message_class} {one.found.category}" for one in judged if not right(one)]


def kind_right(one: Judged) -> bool:
    return one.found.message_class == one.line.kind


def category_right(one: Judged) -> bool:
    return one.found.category == one.line.category


def test_the_kind_is_right(judged: list[Judged]) -> None:
    """Tip, question, chatter, order, continuation or unsuitable: nine of ten at least."""
    assert len(judged) >= 200
    assert share(judged, kind_right) >= KIND_RIGHT, wrong(judged, kind_right)


def test_the_category_is_right(judged: list[Judged]) -> None:
    """Of the tips whose category the words can tell."""
    tips = [one for one in judged if one.line.kind == "tip" and one.line.category]
    assert share(tips, category_right) >= CATEGORY_RIGHT, wrong(tips, category_right)


def test_every_emergency_is_found(judged: list[Judged]) -> None:
    """Not one is missed, and few are made up."""
    assert [one.line.id for one in judged if one.line.emergency and not one.found.emergency] == []
    alarms = [one for one in judged if one.found.emergency]
    assert share(alarms, lambda one: one.line.emergency) >= 0.8


def test_no_tip_is_lost(judged: list[Judged]) -> None:
    """A tip taken for chatter would reach nobody: each one is listed above with its id."""
    lost = {one.line.id for one in judged if one.line.kind == "tip" and one.found.message_class == "chatter"}
    assert lost == LOST
    assert len(LOST) < 6
