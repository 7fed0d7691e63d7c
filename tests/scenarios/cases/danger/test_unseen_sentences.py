"""Sentences about danger, written from the requirements alone by a writer who hadn't read the rules.

Their checksums were committed before they were opened (`tests/scenarios/danger_sets/SHA256SUMS`). By now they show that
the rules don't get worse. When they were first opened, 0 of 40 fragments opened a second case, 11 of 12 and 22 of 24
second dangers elsewhere did, 39 of 40 short emergencies were marked, and 1 of 60 ordinary messages alarmed.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.scenarios.cases.danger.conftest import NIGHT, DangerScenario, MockScenario

from anninh_core.domain.tips import Tip
from anninh_core.testing import FixedClock, MockChat, memory_app

SETS = Path(__file__).parents[2] / "danger_sets"


@pytest.fixture
def play() -> Iterator[DangerScenario]:
    """The danger scenario on the mock chat, on Saturday, 18 September 2021, at two in the morning."""
    clock = FixedClock(NIGHT)
    chat = MockChat(clock)
    with memory_app(chat, clock=clock) as app:
        yield MockScenario(app, clock, chat)


def read_set(name: str) -> list[Mapping[str, str]]:
    """Return the rows of a set of sentences."""
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def open_cases(play: DangerScenario, number: int, *texts: str) -> list[Tip]:
    """Let a new resident send messages with a minute between them, and return the cases that they open."""
    earlier = {tip.id for tip in play.tips()}
    play.says(*texts, name=f"Thử Văn {number}", pause=1)
    return [tip for tip in play.tips() if tip.id not in earlier]


def test_no_fragment_opens_a_second_case(play: DangerScenario) -> None:
    """None of forty fragments of a conversation, all about the same place, opens a second case."""
    split = [
        row["fragment"]
        for number, row in enumerate(read_set("fragments"))
        if len(open_cases(play, number, row["opening"], row["fragment"])) != 1
    ]
    assert split == []


def test_few_fragments_open_a_linked_case(play: DangerScenario) -> None:
    """At most six fragments with another place open a linked case, but no fragment that repeats the place or names a
    direction.
    """
    split = [
        number
        for number, row in enumerate(read_set("fragments2"))
        if len(open_cases(play, number, row["opening"], row["fragment"])) != 1
    ]
    assert len(split) <= 6
    assert all(number % 2 for number in split), "every other one repeats the place"


@pytest.mark.parametrize("name", ["elsewhere", "elsewhere2"])
def test_each_second_danger_elsewhere_opens_a_case(play: DangerScenario, name: str) -> None:
    """Every danger that is reported minutes later for another place opens a separate case."""
    cases = [open_cases(play, number, row["opening"], row["second"]) for number, row in enumerate(read_set(name))]
    assert [len(tips) for tips in cases] == [2] * len(cases)
    assert all(play.get_alarm(second).is_emergency for _, second in cases)


def test_short_emergencies_are_marked(play: DangerScenario) -> None:
    """At least 39 of 40 emergencies of one to five words are marked when they are the first message."""
    texts = [row["text"] for row in read_set("short")]
    unmarked = [
        text
        for number, text in enumerate(texts)
        if not any(tip.emergency or tip.look_first for tip in open_cases(play, number, text))
    ]
    assert len(unmarked) <= 1, unmarked


def test_few_ordinary_messages_alarm(play: DangerScenario) -> None:
    """At most 5 of 60 messages without danger are taken for emergencies."""
    texts = [row["text"] for row in read_set("ordinary")]
    alarming = [
        text for number, text in enumerate(texts) if any(tip.emergency for tip in open_cases(play, number, text))
    ]
    assert len(alarming) <= 5, alarming
