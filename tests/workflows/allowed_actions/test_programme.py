"""Every step that is offered on a duty or a difficulty succeeds, and every other step is refused."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, try_step

from anninh_core.app import App
from anninh_core.domain.programme.duty import make_duty_id
from anninh_core.kernel.errors import Refused
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, system

pytestmark = pytest.mark.slow

ACTORS = ("clerk", "standing", "chair", "elsewhere", "reader", "limited")
MILESTONE = make_duty_id("milestone", "pilot", 2021, "ninh-hoa")
REPORT = make_duty_id("report", "roll-out", 2021, "ninh-hoa")


class ProgrammeOffice:
    """The duties and the difficulty of a commune, and officers with different roles."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.gateway = OperationGateway(app)
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
        """Return the operations that are offered to an actor on a duty or difficulty; none if the actor may not see
        it.
        """
        try:
            possible: Any = self.gateway.call(self.actors[name], f"programme.can_do_about_{about}", {f"{about}_id": id})
        except Refused:
            return frozenset()
        return frozenset(step.operation for step in possible.steps)


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


def build_office() -> ProgrammeOffice:
    return ProgrammeOffice(memory_app(clock=FixedClock(datetime(2021, 8, 25, 1, tzinfo=UTC))))


@pytest.mark.parametrize("id", [MILESTONE, REPORT])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTORS), st.sampled_from(sorted(DUTY_ACTS))), max_size=10))
def test_offers_about_a_duty_agree_with_refusals(id: str, acts: list[tuple[str, str]]) -> None:
    """Whatever was done about a duty, an officer is offered exactly the steps that succeed."""
    office = build_office()
    for name, act in acts:
        operation = f"programme.{act}"
        is_offered = operation in office.offers(name, "duty", id)
        refusal = try_step(office.gateway, office.actors[name], operation, DUTY_ACTS[act](id))
        assert is_offered == (not refusal), (name, operation, refusal)
    office.app.close()


@given(st.lists(st.tuples(st.sampled_from(ACTORS), st.sampled_from(DIFFICULTY_ACTS)), max_size=12))
def test_offers_about_a_difficulty_agree_with_refusals(acts: list[tuple[str, str]]) -> None:
    """Whatever was done about a difficulty, an officer is offered exactly the steps that succeed."""
    office = build_office()
    for name, act in acts:
        operation = f"programme.{act}"
        is_offered = operation in office.offers(name, "difficulty", office.difficulty)
        arguments = {"difficulty_id": office.difficulty, "text": "Đã xem"}
        refusal = try_step(office.gateway, office.actors[name], operation, arguments)
        assert is_offered == (not refusal), (name, operation, refusal)
    office.app.close()


def test_dutys_own_fields_are_no_inputs() -> None:
    """Recording that a milestone was reached takes only evidence as an input, because the duty determines milestone and
    unit.
    """
    office = build_office()
    possible: Any = office.gateway.call(office.actors["clerk"], "programme.can_do_about_duty", {"duty_id": MILESTONE})
    (step,) = (step for step in possible.steps if step.operation == "programme.reach_milestone")
    assert [(step_input.name, step_input.required) for step_input in step.inputs] == [("evidence", True)]
    office.app.close()


def test_finished_duty_offers_no_step() -> None:
    """After a milestone was reached, urging its unit or recording it again isn't offered."""
    office = build_office()
    expected = {"programme.urge", "programme.reach_milestone"}
    assert office.offers("standing", "duty", MILESTONE) == expected
    office.app.programme.reach_milestone(office.actors["clerk"], "pilot", "ninh-hoa", evidence="Biên bản 5")
    assert office.offers("standing", "duty", MILESTONE) == frozenset()
    office.app.close()


def test_each_programme_command_is_a_step() -> None:
    """Every command that changes a duty or a difficulty is in this file's tables of steps."""
    with memory_app() as app:
        gateway = OperationGateway(app)
        assert list_commands(gateway, "difficulty_id") == {f"programme.{name}" for name in DIFFICULTY_ACTS}
        assert list_commands(gateway, "duty_id") == {f"programme.{name}" for name in DUTY_ACTS} - {
            "programme.reach_milestone"
        }
