"""The state machine of tips."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.tips.intake import make_receipt
from anninh_core.domain.tips.kind import tip_facts
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import SETTLED_STATES, TRANSITIONS, TipState, get_state_group
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.limits import compute_due
from anninh_core.usecase.kinds import sum_facts
from anninh_core.vocabulary.district import District

AT = datetime(2021, 9, 1, 1, tzinfo=UTC)
DAY = date(2021, 9, 1)
S = TipState


def tip(state: TipState = S.RECEIVED, **facts: object) -> Tip:
    fields: dict[str, object] = {
        "id": "t",
        "receipt": "AAAAA-BBBBB",
        "unit": "ninh-hoa",
        "conversation": "oa.x",
        "origin": "one_to_one",
        "text": "Mất xe máy ở xóm 3",
        "category": "crime",
        "urgency": "ordinary",
        "legal_kind": "crime_report",
        "received_at": AT,
        "received_day": DAY,
        "state": state,
    } | facts
    return Tip(**fields)  # type: ignore[arg-type]


def test_every_state_is_in_the_table() -> None:
    """The transition table has every state, and every state except the first can be reached."""
    assert set(TRANSITIONS) == set(TipState)
    reached = {to for row in TRANSITIONS.values() for to in row}
    assert reached == set(TipState) - {S.RECEIVED}


@given(st.sampled_from(TipState), st.sampled_from(TipState))
def test_only_listed_transitions_happen(here: TipState, there: TipState) -> None:
    """A transition in the table happens; any other is refused with the possible next states."""
    if there in TRANSITIONS[here]:
        assert tip(here).moved(there).state is there
    else:
        with pytest.raises(WrongStep, match="Possible next states"):
            tip(here).moved(there)


@given(st.lists(st.sampled_from(TipState), max_size=30))
def test_any_transitions_keep_the_balance(steps: list[TipState]) -> None:
    """After any transitions received tips equal settled plus open ones, and a tip that became an inquiry isn't
    counted.
    """
    walked = tip()
    day = DAY
    for step in steps:
        day += timedelta(days=1)
        if step not in TRANSITIONS[walked.state]:
            continue
        if step in SETTLED_STATES:
            walked = walked.settled(step, "Đã xử lý", day, in_time=True)
        elif step is S.REOPENED:
            walked = walked.reopened(day)
        else:
            walked = walked.moved(step)

    sums: dict[str, int] = {}
    for (indicator, *_), amount in sum_facts(tip_facts(walked)).items():
        sums[indicator] = sums.get(indicator, 0) + amount
    settled = sums.get("tips_resolved", 0) + sums.get("tips_transferred", 0)
    assert sums.get("tips_received", 0) - settled == (1 if get_state_group(walked.state) in ("open", "waiting") else 0)


def test_settling_needs_an_answer() -> None:
    """A tip can't be settled without an answer for the reporter."""
    with pytest.raises(BadInput, match="can't be settled without an answer for the reporter: write it"):
        tip(S.TRIAGED).settled(S.RESOLVED, "  ", DAY, in_time=True)


def test_an_excluded_officer_is_never_assigned() -> None:
    """An officer with a conflict of interest can't be assigned."""
    with pytest.raises(BadInput, match="excluded"):
        tip(S.TRIAGED, excluded=("o1",)).assigned("ninh-hoa", ("o1",))


def test_receipts_are_short_and_random() -> None:
    """A receipt has ten characters without I, L, O and U, from the random part of the id."""
    receipt = make_receipt("017b9ede-b280-7000-8000-31e2414c343c")
    assert len(receipt) == 11
    assert not set(receipt) & set("ILOU")
    assert receipt != make_receipt("017b9ede-b280-7000-8000-31e2414c343d")


@pytest.mark.parametrize(
    ("limit", "last"),
    [
        ("24h", datetime(2021, 2, 4, 3, tzinfo=UTC)),
        ("7d", datetime(2021, 2, 10, 17, tzinfo=UTC)),
        ("3wd", datetime(2021, 2, 8, 17, tzinfo=UTC)),
        ("20d", datetime(2021, 2, 23, 17, tzinfo=UTC)),
        ("2m", datetime(2021, 4, 3, 17, tzinfo=UTC)),
    ],
)
def test_limits_count_as_the_law_counts(district: District, limit: str, last: datetime) -> None:
    """Limits in hours run on without a break; limits in days and months are counted from the next day and end at 24:00
    in Vietnam.
    """
    assert compute_due(limit, datetime(2021, 2, 3, 3, tzinfo=UTC), district.calendar) == last


def test_invalid_limit_is_refused(district: District) -> None:
    """An invalid limit is refused with the valid forms."""
    with pytest.raises(BadInput, match="isn't a valid time limit: write it like 24h, 7d, 3wd or 2m"):
        compute_due("5y", AT, district.calendar)
