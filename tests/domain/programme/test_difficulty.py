"""The exchange about a difficulty."""

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


def remark(state: DifficultyState, *, day: date = DAY, text: str = "words") -> DifficultyRemark:
    return DifficultyRemark(day=day, state=state, by="o1", text=text)


def raised() -> Difficulty:
    first = remark(DifficultyState.RAISED)
    return Difficulty(id="d1", unit="ninh-an", state=first.state, remarks=(first,))


@given(st.lists(st.sampled_from(DifficultyState), max_size=10))
def test_only_steps_of_the_table_happen(states: list[DifficultyState]) -> None:
    """Any sequence follows the table or is refused, and nothing said is lost."""
    one = raised()
    said = 1
    for n, state in enumerate(states):
        before = one.state
        try:
            one = one.moved(remark(state, day=DAY + timedelta(days=n)))
        except WrongStep:
            assert state not in TRANSITIONS[before]
            continue
        said += 1
        assert state in TRANSITIONS[before]
    assert len(one.remarks) == said


def test_a_difficulty_is_counted_once_however_long_the_exchange() -> None:
    """Raised on its first day, answered on the day of the first answer."""
    one = raised()
    for n, state in enumerate((DifficultyState.ANSWERED, DifficultyState.RAISED, DifficultyState.ANSWERED), 1):
        one = one.moved(remark(state, day=DAY + timedelta(days=n)))

    assert [(fact.indicator, fact.day) for fact in difficulty_facts(one)] == [
        ("difficulties_raised", DAY),
        ("difficulties_answered", DAY + timedelta(days=1)),
    ]


def test_an_answer_needs_words() -> None:
    """Silence answers nothing."""
    with pytest.raises(BadInput, match="is empty: write the answer or the outcome"):
        raised().moved(remark(DifficultyState.ANSWERED, text=" "))
