"""Tests of the state machine of a difficulty that a commune raises with its superior."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.programme.difficulty import (
    TRANSITIONS,
    Difficulty,
    DifficultyRemark,
    DifficultyState,
    difficulty_facts,
)
from anninh_core.kernel.errors import BadInput, WrongStep

DAY = date(2021, 10, 1)


def build_remark(state: DifficultyState, *, day: date = DAY, text: str = "words") -> DifficultyRemark:
    return DifficultyRemark(day=day, state=state, by="o1", text=text)


def build_difficulty() -> Difficulty:
    first = build_remark(DifficultyState.RAISED)
    return Difficulty(id="d1", unit="ninh-an", state=first.state, remarks=(first,))


@given(st.lists(st.sampled_from(DifficultyState), max_size=10))
def test_only_listed_transitions_happen(states: list[DifficultyState]) -> None:
    """A difficulty follows its transition table for any sequence of states or refuses the transition, and no remark is
    lost.
    """
    difficulty = build_difficulty()
    accepted = 1
    for n, state in enumerate(states):
        before = difficulty.state
        try:
            difficulty = difficulty.moved(build_remark(state, day=DAY + timedelta(days=n)))
        except WrongStep:
            assert state not in TRANSITIONS[before]
            continue
        accepted += 1
        assert state in TRANSITIONS[before]
    assert len(difficulty.remarks) == accepted


def test_difficulty_is_counted_once() -> None:
    """A difficulty counts as raised on its first day and as answered on the day of its first answer."""
    difficulty = build_difficulty()
    for n, state in enumerate((DifficultyState.ANSWERED, DifficultyState.RAISED, DifficultyState.ANSWERED), 1):
        difficulty = difficulty.moved(build_remark(state, day=DAY + timedelta(days=n)))

    assert [(fact.indicator, fact.day) for fact in difficulty_facts(difficulty)] == [
        ("difficulties_raised", DAY),
        ("difficulties_answered", DAY + timedelta(days=1)),
    ]


def test_answer_needs_a_text() -> None:
    """A difficulty of a commune can't be answered with an empty text."""
    with pytest.raises(BadInput, match="is empty: write the answer or the outcome"):
        build_difficulty().moved(build_remark(DifficultyState.ANSWERED, text=" "))
