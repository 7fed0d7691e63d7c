"""The share of the demo's corpus that the router classifies correctly: real language with its oddities."""

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

# Minimal shares of the corpus, as the README and the docs state them.
KIND_RIGHT = 0.9
CATEGORY_RIGHT = 0.85
LOST: frozenset[str] = frozenset()
"""Ids of tips that the router takes for chatter; at most a handful, each listed here."""


@frozen
class Judged:
    """A line of the corpus, and its route."""

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
    """Every message routed by the shipped profile; a message that quotes an earlier one gets a case for the quote."""
    district = load_profile("hoa_lu_2021")
    plugins = Plugins(("opinions",))
    routed = []
    for line in load_corpus():
        message = inbound(line)
        quoted = (TalkCase(ref="tip:quoted", heard_at=message.sent_at),) if line.reply_to else ()
        history = CaseHistory(
            at=message.sent_at, rules=district.talk, cases=quoted, quoted="tip:quoted" if line.reply_to else ""
        )
        routed.append(Judged(line, route(message, history, plugins.triage(message, district).values, district)))
    return routed


def share(judged: list[Judged], right: Callable[[Judged], bool]) -> float:
    return sum(map(right, judged)) / len(judged)


def wrong(judged: list[Judged], right: Callable[[Judged], bool]) -> list[str]:
    """Return a line for each misrouted message, for the maintainers of the profile's word lists."""
    return [
        f"{judgement.line.id}: {judgement.found.message_class} {judgement.found.category}"
        for judgement in judged
        if not right(judgement)
    ]


def is_kind_right(judgement: Judged) -> bool:
    return judgement.found.message_class == judgement.line.kind


def is_category_right(judgement: Judged) -> bool:
    return judgement.found.category == judgement.line.category


def test_router_recognises_the_kind(judged: list[Judged]) -> None:
    """The router recognises the kind of at least nine of ten messages."""
    assert len(judged) >= 200
    assert share(judged, is_kind_right) >= KIND_RIGHT, wrong(judged, is_kind_right)


def test_router_recognises_the_category(judged: list[Judged]) -> None:
    """The router recognises the category of at least 85 % of the tips whose words show a category."""
    tips = [judgement for judgement in judged if judgement.line.kind == "tip" and judgement.line.category]
    assert share(tips, is_category_right) >= CATEGORY_RIGHT, wrong(tips, is_category_right)


def test_router_misses_no_emergency(judged: list[Judged]) -> None:
    """The router misses no emergency, and at least 80 % of its emergencies are real."""
    assert [
        judgement.line.id for judgement in judged if judgement.line.emergency and not judgement.found.emergency
    ] == []
    alarms = [judgement for judgement in judged if judgement.found.emergency]
    assert share(alarms, lambda judgement: judgement.line.emergency) >= 0.8


def test_few_tips_are_taken_for_chatter(judged: list[Judged]) -> None:
    """Fewer than six tips are taken for chatter, which no officer would see, and each is listed above."""
    lost = {
        judgement.line.id
        for judgement in judged
        if judgement.line.kind == "tip" and judgement.found.message_class == "chatter"
    }
    assert lost == LOST
    assert len(LOST) < 6
