"""Follow-ups and questions about earlier reports, written from the requirements alone by writers who hadn't read the
rules.

Their checksums were committed before they were opened (`tests/scenarios/follow_up_sets/SHA256SUMS`). By now they show
that the rules don't get worse. When each was first opened:

- follow-ups that found their case: 8 of 12, 24 of 24, 22 of 24, 23 of 24; of the last two sets 4 and 5 found it by a
  linked case, since the words were taken for danger
- new matters that didn't join the older case, of the last three sets: 16 of 16, 20 of 20, 19 of 20
- questions about the state of a report that were answered: 5 of 10, 4 of 20, 19 of 24, 25 of 30
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.cases.danger.conftest import NIGHT, DangerScenario, MockScenario

from anninh_core.domain.tips import Tip
from anninh_core.testing import FixedClock, MockChat, memory_app

SETS = Path(__file__).parents[2] / "follow_up_sets"
OPENING = "Quán karaoke ở xã Ninh Hòa hát ầm ĩ suốt đêm qua không ai ngủ được"


@pytest.fixture
def play() -> Iterator[DangerScenario]:
    """The danger scenario on the mock chat, on Saturday, 18 September 2021, at two in the morning."""
    clock = FixedClock(NIGHT)
    chat = MockChat(clock)
    with memory_app(chat, clock=clock) as app:
        yield MockScenario(app, clock, chat)


def read_set(name: str) -> list[Mapping[str, Any]]:
    """Return the rows of a set of sentences."""
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def write_later(
    play: DangerScenario, number: int, opening: str, hours: float, text: str
) -> tuple[list[Tip], list[str]]:
    """Let a new resident write an opening, and `hours` later a second text; return the resident's tips and the replies
    to the second text.
    """
    name = f"Thử Văn {number}"
    earlier = {tip.id for tip in play.tips()}
    play.says(opening, name=name, pause=60 * hours)
    play.hears(name)
    play.says(text, name=name)
    return [tip for tip in play.tips() if tip.id not in earlier], play.hears(name)


def finds_its_case(tips: list[Tip], replies: list[str], text: str) -> bool:
    """Return whether a follow-up joins its case, is asked about, or opens a linked emergency."""
    first, *others = tips
    is_offered = any(f"1. Tin mã {first.receipt}" in reply for reply in replies)
    is_linked = any(tip.emergency and first.id in tip.linked for tip in others)
    return (text in first.text and not others) or (is_offered and not others) or is_linked


@pytest.mark.parametrize(
    ("name", "least", "most_alarms"),
    [("followups", 11, 3), ("followups_2", 24, 11), ("followups_3", 23, 4), ("followups_4", 23, 5)],
)
def test_follow_ups_find_their_case(play: DangerScenario, name: str, least: int, most_alarms: int) -> None:
    """Enough follow-ups find their case hours or days later, and few of them are taken for danger, which opens a linked
    case.
    """
    rows = read_set(name)
    missed = []
    for number, row in enumerate(rows):
        text = row["followup"]
        if not finds_its_case(*write_later(play, number, row["opening"], row["hours"], text), text):
            missed.append(text)
    alarms = sum(tip.emergency and bool(tip.linked) for tip in play.tips())
    assert (len(rows) - len(missed) >= least, alarms <= most_alarms) == (True, True), (missed, alarms)


@pytest.mark.parametrize(
    ("name", "least"), [("newmatters", 12), ("newmatters_2", 16), ("newmatters_3", 20), ("newmatters_4", 19)]
)
def test_new_matters_are_cases_of_their_own(play: DangerScenario, name: str, least: int) -> None:
    """Enough new matters don't join the older case."""
    rows = read_set(name)
    joined = []
    for number, row in enumerate(rows):
        tips, _ = write_later(play, number, row["opening"], row["hours"], row["followup"])
        if row["followup"] in tips[0].text:
            joined.append(row["followup"])
    assert len(rows) - len(joined) >= least, joined


@pytest.mark.parametrize(("name", "least"), [("status", 10), ("status_2", 17), ("status_3", 23), ("status_4", 28)])
def test_questions_about_state_are_answered(play: DangerScenario, name: str, least: int) -> None:
    """Enough questions about the state of a report are answered with receipt and state, and open no case."""
    rows = read_set(name)
    missed = []
    for number, row in enumerate(rows):
        tips, replies = write_later(play, number, OPENING, 20, row["text"])
        if len(tips) != 1 or not any(tips[0].receipt in reply and "đã tiếp nhận" in reply for reply in replies):
            missed.append(row["text"])
    assert len(rows) - len(missed) >= least, missed


@pytest.mark.parametrize(
    ("name", "least"), [("notstatus", 9), ("notstatus_2", 12), ("notstatus_3", 20), ("notstatus_4", 29)]
)
def test_other_questions_and_reports_reach_an_officer(play: DangerScenario, name: str, least: int) -> None:
    """Enough other questions and reports reach an officer instead of being answered automatically."""
    rows = read_set(name)
    unseen = []
    for number, row in enumerate(rows):
        write_later(play, number, OPENING, 20, row["text"])
        message = next(message for message in play.list_messages() if message.text == row["text"])
        if message.kind in ("command", "chatter"):
            unseen.append(row["text"])
    assert len(rows) - len(unseen) >= least, unseen
