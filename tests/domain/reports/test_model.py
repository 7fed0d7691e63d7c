"""A report changes only by the allowed transitions, and its signature covers figures, texts and number."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.reports.figures.cells import Cell, ReportFigures
from anninh_core.domain.reports.model import Report, ReportSignature, find_current_version
from anninh_core.domain.reports.states import FROZEN_STATES, TRANSITIONS, ReportState
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import BadInput, WrongStep

END = date(2022, 5, 31)
LAST = date(2022, 6, 14)


def build_report() -> Report:
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


def build_signature(on: date = LAST, issued: date = LAST) -> ReportSignature:
    return ReportSignature(number="05/BC-BCĐ138", issued_on=issued, signer="X", by="o1", submitted_on=on, digest="")


@given(st.lists(st.sampled_from(["filled", "written", "submit", "return", *ReportState]), max_size=10))
def test_signed_report_stays_frozen(steps: list[str]) -> None:
    """In any sequence of steps, a signed report keeps its figures and texts until it is returned."""
    current = build_report()
    for step in steps:
        before = current
        try:
            current = apply_step(current, step)
        except WrongStep:
            continue
        assert current.state in TRANSITIONS[before.state]
        if before.state in FROZEN_STATES:
            assert (current.figures, current.words) == (before.figures, before.words)


def apply_step(current: Report, step: str) -> Report:
    if step == "filled":
        return current.filled(evolve(current.figures, cells=()))
    if step == "written":
        return current.written("results", f"{current.get_section_text('results')}x")
    if step == "submit":
        return current.submitted(build_signature())
    if step == "return":
        return current.given_back(LAST, "reasons")
    return current.moved(ReportState(step))


def test_a_report_waits_for_the_end_of_its_period() -> None:
    """A report can be submitted from the day after its period, and not with a day of issue within the period or in the
    future.
    """
    after = END + timedelta(days=1)

    assert build_report().submitted(build_signature(after, after)).state is ReportState.SUBMITTED
    with pytest.raises(WrongStep, match="submit it after that day"):
        build_report().submitted(build_signature(END, END))
    for issued in (END, LAST + timedelta(days=1)):
        with pytest.raises(BadInput, match="can't be issued on"):
            build_report().submitted(build_signature(LAST, issued))


@pytest.mark.parametrize(("day", "late"), [(13, 0), (14, 0), (15, 1)])
def test_report_is_due_before_its_day(day: int, late: int) -> None:
    """A report due before 15 June is in time on 14 June."""
    on = date(2022, 6, day)

    assert build_report().submitted(build_signature(on, on)).days_late == late


def test_a_signature_covers_figures_and_words() -> None:
    """A change of figures, texts or number after signing breaks the signature."""
    signed = build_report().submitted(build_signature())
    assert signed.signature is not None

    assert signed.is_intact
    assert not evolve(signed, words=(("results", "better"),)).is_intact
    assert not evolve(signed, figures=evolve(signed.figures, cells=())).is_intact
    assert not evolve(signed, signature=evolve(signed.signature, number="06/BC")).is_intact


def test_a_return_needs_reasons_and_voids_the_signature() -> None:
    """A returned report loses its signature and keeps the reason of the return."""
    signed = build_report().submitted(build_signature())

    with pytest.raises(BadInput, match="can't be returned without a reason: write what has to be"):
        signed.given_back(LAST, " ")
    back = signed.given_back(LAST, "numbers of areas missing")
    assert (back.signature, back.returned) == (None, ((LAST, "numbers of areas missing"),))


def test_signed_report_is_corrected_with_a_reason() -> None:
    """Only a signed report can be corrected, with a reason; the correction is a new version, and the signed one stays
    current.
    """
    with pytest.raises(WrongStep, match="can be corrected"):
        build_report().corrected("late tip")
    signed = build_report().submitted(build_signature())
    with pytest.raises(BadInput, match="can't be corrected without a reason: write why"):
        signed.corrected("")

    following = signed.corrected("late tip")
    assert (following.id, following.state) == ("half-year.2022.ninh-an.v2", ReportState.DRAFT)
    assert find_current_version([following, signed]) == signed
    assert find_current_version([]) is None
