"""What is offered about a duty or a difficulty can be done, and what isn't offered is refused."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import commands_on, try_step

from anninh_core.app import App
from anninh_core.domain.programme.duty import duty_id
from anninh_core.kernel.errors import Refused
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, system

pytestmark = pytest.mark.slow

ACTORS = ("clerk", "standing", "chair", "elsewhere", "reader", "limited")
MILESTONE = duty_id("milestone", "pilot", 2021, "ninh-hoa")
REPORT = duty_id("report", "roll-out", 2021, "ninh-hoa")


class Office:
    """A commune's duties and its difficulty, and those who may have to do with them."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.door = Door(app)
        users = UnsafeLocalUsers(app)
        clerk = users.appoint("Lan", "ninh-hoa", "report_officer")
        self.actors: Mapping[str, Actor] = {
            "clerk": clerk,
            "standing": users.appoint("An", "hoa-lu", "standing_officer"),
            "chair": users.appoint("Bình", "hoa-lu", "steering_chair"),
            "elsewhere": users.appoint("Giang", "ninh-van", "report_officer"),
            "reader": users.appoint("Dung", "hoa-lu", "report_chief"),
            "limited": evolve(
                clerk,
                sign_in=evolve(
                    clerk.sign_in,
                    operations=frozenset({"programme.can_do_about_duty", "programme.reach_milestone"}),
                ),
            ),
        }
        duties = app.internals.services.programme.duties
        duties.open_milestone(system("clock"), "pilot")
        duties.open_duties(system("clock"), "roll-out", 2021)
        self.difficulty = app.programme.raise_difficulty(clerk, "ninh-hoa", "Thiếu người").id

    def offers(self, name: str, about: str, id: str) -> frozenset[str]:
        """Return what somebody is offered about something; none where it isn't theirs to see."""
        try:
            answer: Any = self.door.call(self.actors[name], f"programme.can_do_about_{about}", {f"{about}_id": id})
        except Refused:
            return frozenset()
        return frozenset(step.operation for step in answer.steps)


Arguments = Callable[[str], Mapping[str, object]]
DUTY_ACTS: Mapping[str, Arguments] = {
    "reach_milestone": lambda duty: {
        "milestone": "pilot" if duty == MILESTONE else "roll-out",
        "unit": "ninh-hoa",
        "evidence": "Biên bản 5",
    },
    "acknowledge": lambda duty: {"duty_id": duty, "words": "Đã rõ"},
    "urge": lambda duty: {"duty_id": duty},
}
DIFFICULTY_ACTS = ("answer_difficulty", "insist", "close_difficulty")


def open_office() -> Office:
    return Office(memory_app(clock=FixedClock(datetime(2021, 8, 25, 1, tzinfo=UTC))))


@pytest.mark.parametrize("id", [MILESTONE, REPORT])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTORS), st.sampled_from(sorted(DUTY_ACTS))), max_size=10))
def test_offers_about_a_duty_agree_with_refusals(id: str, acts: list[tuple[str, str]]) -> None:
    """Whatever was done about a duty, an officer is offered exactly what isn't refused when it is carried out."""
    office = open_office()
    for name, act in acts:
        operation = f"programme.{act}"
        is_offered = operation in office.offers(name, "duty", id)
        refusal = try_step(office.door, office.actors[name], operation, DUTY_ACTS[act](id))
        assert is_offered == (not refusal), (name, operation, refusal)
    office.app.close()


@given(st.lists(st.tuples(st.sampled_from(ACTORS), st.sampled_from(DIFFICULTY_ACTS)), max_size=12))
def test_offers_about_a_difficulty_agree_with_refusals(acts: list[tuple[str, str]]) -> None:
    """Whatever was said about a difficulty, an officer is offered exactly what isn't refused."""
    office = open_office()
    for name, act in acts:
        operation = f"programme.{act}"
        is_offered = operation in office.offers(name, "difficulty", office.difficulty)
        given_ = {"difficulty_id": office.difficulty, "text": "Đã xem"}
        refusal = try_step(office.door, office.actors[name], operation, given_)
        assert is_offered == (not refusal), (name, operation, refusal)
    office.app.close()


def test_what_a_duty_answers_itself_is_no_input() -> None:
    """To note that a milestone is reached takes evidence alone: milestone and unit are the duty's."""
    office = open_office()
    answer: Any = office.door.call(office.actors["clerk"], "programme.can_do_about_duty", {"duty_id": MILESTONE})
    (step,) = (step for step in answer.steps if step.operation == "programme.reach_milestone")
    assert [(one.name, one.required) for one in step.inputs] == [("evidence", True)]
    office.app.close()


def test_a_duty_that_is_done_leaves_nothing_to_urge() -> None:
    """Once a milestone is reached nobody is offered to urge its unit, or to note it again."""
    office = open_office()
    standing = {"programme.urge", "programme.reach_milestone"}
    assert office.offers("standing", "duty", MILESTONE) == standing
    office.app.programme.reach_milestone(office.actors["clerk"], "pilot", "ninh-hoa", evidence="Biên bản 5")
    assert office.offers("standing", "duty", MILESTONE) == frozenset()
    office.app.close()


def test_each_command_on_a_duty_or_a_difficulty_is_a_step() -> None:
    """What changes a duty or a difficulty is in the tables of steps."""
    with memory_app() as app:
        door = Door(app)
        assert commands_on(door, "difficulty_id") == {f"programme.{name}" for name in DIFFICULTY_ACTS}
        assert commands_on(door, "duty_id") == {f"programme.{name}" for name in DUTY_ACTS} - {
            "programme.reach_milestone"
        }
