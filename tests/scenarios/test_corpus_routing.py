"""The share of the demo's corpus that the router classifies correctly; the corpus has real language with its
oddities.
"""

from collections.abc import Callable

import pytest
from attrs import frozen

from anninh_core.demo.corpus import Line, load_corpus
from anninh_core.messaging.inbound.message_router import route_message
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.route import Route
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

# These are the minimal shares of the corpus, as the README and the docs state them.
KIND_RIGHT = 0.9
CATEGORY_RIGHT = 0.85
LOST: frozenset[str] = frozenset()
"""Ids of tips that the router wrongly takes for chatter; there may be at most a handful, and each is listed here."""


@frozen
class JudgedLine:
    """A line of the corpus, and the route that the router found for it."""

    line: Line
    found: Route


def build_message(line: Line) -> InboundMessage:
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
def judged_lines() -> list[JudgedLine]:
    """Every message of the corpus, routed by the shipped profile; a message that quotes an earlier one gets a case for
    the quote.
    """
    district = load_profile("hoa_lu_2021")
    plugins = Plugins(("opinions",))
    routed = []
    for line in load_corpus():
        message = build_message(line)
        quoted = (TalkCase(ref="tip:quoted", heard_at=message.sent_at),) if line.reply_to else ()
        history = CaseHistory(
            at=message.sent_at, rules=district.talk, cases=quoted, quoted="tip:quoted" if line.reply_to else ""
        )
        routed.append(
            JudgedLine(line, route_message(message, history, plugins.triage(message, district).values, district))
        )
    return routed


def compute_share(judged: list[JudgedLine], right: Callable[[JudgedLine], bool]) -> float:
    return sum(map(right, judged)) / len(judged)


def describe_wrong(judged: list[JudgedLine], right: Callable[[JudgedLine], bool]) -> list[str]:
    """Return a line for each misrouted message, for the maintainers of the profile's word lists."""
    return [
        f"{judgement.line.id}: {judgement.found.message_class} {judgement.found.category}"
        for judgement in judged
        if not right(judgement)
    ]


def is_kind_right(judgement: JudgedLine) -> bool:
    return judgement.found.message_class == judgement.line.kind


def is_category_right(judgement: JudgedLine) -> bool:
    return judgement.found.category == judgement.line.category


def test_router_recognises_the_kind(judged_lines: list[JudgedLine]) -> None:
    """The router recognises the kind of at least nine of ten messages."""
    assert len(judged_lines) >= 200
    assert compute_share(judged_lines, is_kind_right) >= KIND_RIGHT, describe_wrong(judged_lines, is_kind_right)


def test_router_recognises_the_category(judged_lines: list[JudgedLine]) -> None:
    """The router recognises the category of at least 85 % of the tips whose words show a category."""
    tips = [judgement for judgement in judged_lines if judgement.line.kind == "tip" and judgement.line.category]
    assert compute_share(tips, is_category_right) >= CATEGORY_RIGHT, describe_wrong(tips, is_category_right)


def test_router_misses_no_emergency(judged_lines: list[JudgedLine]) -> None:
    """The router misses no emergency, and at least 80 % of its emergencies are real."""
    assert [
        judgement.line.id for judgement in judged_lines if judgement.line.emergency and not judgement.found.emergency
    ] == []
    alarms = [judgement for judgement in judged_lines if judgement.found.emergency]
    assert compute_share(alarms, lambda judgement: judgement.line.emergency) >= 0.8


def test_few_tips_are_taken_for_chatter(judged_lines: list[JudgedLine]) -> None:
    """Fewer than six tips are taken for chatter, which no officer would see, and each is listed above."""
    lost = {
        judgement.line.id
        for judgement in judged_lines
        if judgement.line.kind == "tip" and judgement.found.message_class == "chatter"
    }
    assert lost == LOST
    assert len(LOST) < 6
