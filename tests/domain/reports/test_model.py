"""The state machine of reports, and what a signature covers."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.reports.figures.cells import Cell, ReportFigures
from anninh_core.domain.reports.model import Report, ReportSignature, current_version
from anninh_core.domain.reports.states import FROZEN_STATES, TRANSITIONS, ReportState
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import BadInput, WrongStep

END = date(2022, 5, 31)
LAST = date(2022, 6, 14)


def report() -> Report:
    figures = ReportFigures(
        period=Period(date(2021, 12, 1), END),
        cells=(Cell("trainings", "ninh-an", "", 2),),
        previous=None,
        unknown=(),
        taken_on=LAST,
    )
    return Report(
        id="half-year.2022.ninh-an.v1",
        unit="ninh-an",
        obligation="half-year",
        year=2022,
        version=1,
        last_day=LAST,
        figures=figures,
    )


def signature(on: date = LAST, issued: date = LAST) -> ReportSignature:
    return ReportSignature(number="05/BC-BCĐ138", issued_on=issued, signer="X", by="o1", submitted_on=on, digest="")


@given(st.lists(st.sampled_from(["filled", "written", "submit", "return", *ReportState]), max_size=10))
def test_only_steps_of_the_table_happen_and_frozen_figures_stay(steps: list[str]) -> None:
    """Whatever is tried, a signed report keeps its figures and words until it is returned."""
    one = report()
    for step in steps:
        before = one
        try:
            one = take(one, step)
        except WrongStep:
            continue
        assert one.state in TRANSITIONS[before.state]
        if before.state in FROZEN_STATES:
            assert (one.figures, one.words) == (before.figures, before.words)


def take(one: Report, step: str) -> Report:
    if step == "filled":
        return one.filled(evolve(one.figures, cells=()))
    if step == "written":
        return one.written("results", f"{one.section_text('results')}x")
    if step == "submit":
        return one.submitted(signature())
    if step == "return":
        return one.given_back(LAST, "reasons")
    return one.moved(ReportState(step))


def test_a_report_waits_for_the_end_of_its_period() -> None:
    """It can be signed on the day after the last day counted, and never dated earlier or later than today."""
    after = END + timedelta(days=1)

    assert report().submitted(signature(after, after)).state is ReportState.SUBMITTED
    with pytest.raises(WrongStep, match="submit it after that day"):
        report().submitted(signature(END, END))
    for issued in (END, LAST + timedelta(days=1)):
        with pytest.raises(BadInput, match="can't be issued on"):
            report().submitted(signature(LAST, issued))


@pytest.mark.parametrize(("day", "late"), [(13, 0), (14, 0), (15, 1)])
def test_before_is_strict(day: int, late: int) -> None:
    """Due before 15 June: the 14th is the last day in time."""
    on = date(2022, 6, day)

    assert report().submitted(signature(on, on)).days_late == late


def test_a_signature_covers_figures_and_words() -> None:
    """Whatever is altered afterwards, it shows."""
    signed = report().submitted(signature())
    assert signed.signature is not None

    assert signed.is_intact
    assert not evolve(signed, words=(("results", "better"),)).is_intact
    assert not evolve(signed, figures=evolve(signed.figures, cells=())).is_intact
    assert not evolve(signed, signature=evolve(signed.signature, number="06/BC")).is_intact


def test_a_return_needs_reasons_and_voids_the_signature() -> None:
    """What was said stays on record."""
    signed = report().submitted(signature())

    with pytest.raises(BadInput, match="can't be returned without a reason: write what has to be"):
        signed.given_back(LAST, " ")
    back = signed.given_back(LAST, "numbers of areas missing")
    assert (back.signature, back.returned) == (None, ((LAST, "numbers of areas missing"),))


def test_only_what_is_signed_can_be_corrected_and_only_with_a_reason() -> None:
    """A correction is a new version; the signed one stays."""
    with pytest.raises(WrongStep, match="can be corrected"):
        report().corrected("late tip")
    signed = report().submitted(signature())
    with pytest.raises(BadInput, match="can't be corrected without a reason: write why"):
        signed.corrected("")

    following = signed.corrected("late tip")
    assert (following.id, following.state) == ("half-year.2022.ninh-an.v2", ReportState.DRAFT)
    assert current_version([following, signed]) == signed
    assert current_version([]) is None
