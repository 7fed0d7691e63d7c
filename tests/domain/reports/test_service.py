"""Use cases of reports over the in-memory storage, from the first draft to the consolidated report."""

from collections.abc import Callable
from datetime import date

import pytest
from attrs import evolve

from anninh_core.domain.reports.figures.cells import indicator_value
from anninh_core.domain.reports.figures.indicators import BUILT_IN
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.service import Reports
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.kinds import Fact
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

Officers = Callable[[str, str], Actor]
On = Callable[[date], None]
Fill = Callable[[Actor, Report], None]
Submitted = Callable[..., Report]
HALF_YEAR = (date(2021, 12, 1), date(2022, 5, 31))
ON_TIME = date(2022, 6, 14)


def read_figure(report: Report, id: str) -> float | None:
    return indicator_value(BUILT_IN[id], report.figures.cells)


@pytest.fixture
def counted_facts(store_facts: Callable[..., None], set_day: On) -> None:
    """Store tips and groups of two communes and of a residential area, and set the clock to the day of the deadline."""
    store_facts(Fact("tips_received", "ninh-an", date(2021, 11, 30), "category=fire", 2))
    store_facts(Fact("tips_received", "ninh-an/kdc-1", date(2022, 1, 5), "category=crime", 3))
    store_facts(Fact("tips_resolved", "ninh-an", date(2022, 1, 9), "in_time=yes;outcome=unfounded", 1))
    store_facts(
        Fact("tips_transferred", "ninh-my", date(2022, 2, 1), "in_time=no", 1),
        Fact("tips_received", "ninh-my", date(2022, 1, 31)),
    )
    store_facts(Fact("trainings", "cong-an", date(2022, 3, 1)))
    store_facts(Fact("members_total", "ninh-my/kdc-2", date(2021, 9, 2), "", 150))
    set_day(ON_TIME)


@pytest.mark.usefixtures("counted_facts")
def test_a_draft_is_filled_from_the_counters(reports: Reports, officer: Officers) -> None:
    """A draft counts each residential area once, in its commune, and its opening balance is the number of tips open
    before the period.
    """
    report = reports.drafting.begin(officer("report_officer", "ninh-an"), "ninh-an", "half-year", 2022)

    assert [
        read_figure(report, f"tips_{id}") for id in ("opening", "received", "resolved", "unfounded", "closing")
    ] == [*(2, 3, 1, 1, 4)]
    assert read_figure(report, "tips_in_time_share") == 50
    assert report.figures.previous is None


@pytest.mark.usefixtures("counted_facts")
def test_consolidated_figures_equal_the_records(
    reports: Reports,
    officer: Officers,
    fill_sections: Fill,
    submit_report: Submitted,
    trail: Callable[[], list[Entry]],
) -> None:
    """After submission, return, acceptance, consolidation and signing, the figures equal those of the records."""
    chief = officer("report_chief", "hoa-lu")
    standing = officer("standing_officer", "hoa-lu")
    for unit in reports.queries.context.district.units_owing(
        reports.queries.context.district.obligation("half-year"), 2022
    ):
        report = submit_report(unit)
        if unit == "ninh-van":
            back = run_step(reports.signing.give_back, chief, report.id, "Thiếu số liệu khu dân cư")
            own = officer("report_officer", unit)
            assert reports.drafting.refresh(own, back.id).state is ReportState.DRAFT
            run_step(reports.signing.submit, own, report.id, number=6, issued_on=ON_TIME, signer="Người Ký")
        run_step(reports.signing.accept, chief, report.id)

    whole = reports.drafting.consolidate(standing, "half-year", 2022)
    fill_sections(standing, whole)
    signed = run_step(reports.signing.submit, standing, whole.id, number=21, issued_on=ON_TIME, signer="Người Ký")

    assert (len(signed.parts), signed.missing) == (11, ())
    assert [
        read_figure(signed, f"tips_{id}") for id in ("opening", "received", "resolved", "transferred", "closing")
    ] == [*(2, 4, 1, 1, 4)]
    assert read_figure(signed, "members_total") == 150
    assert read_figure(signed, "trainings") == 1
    assert reports.counters.recount(standing, *HALF_YEAR).differences == ()
    direct = {figure.indicator: figure.value for figure in reports.queries.figures(standing, "hoa-lu", *HALF_YEAR)}
    assert {id: read_figure(signed, id) for id in BUILT_IN} == {id: direct[id] for id in BUILT_IN}
    apart = reports.queries.figures(standing, "hoa-lu", *HALF_YEAR, by_unit=True)
    assert {figure.indicator: figure.value for figure in apart} == direct
    assert {figure.indicator: sum(figure.by_unit.values()) for figure in apart}["tips_received"] == direct[
        "tips_received"
    ]
    assert {line.state for line in reports.queries.standing(standing, "half-year", 2022)} == {ReportState.CONSOLIDATED}
    assert run_step(reports.signing.accept, chief, signed.id).state is ReportState.ACCEPTED
    assert [entry.events for entry in trail() if entry.action == "reports.give_back"] == [("report.returned",)]


@pytest.mark.usefixtures("counted_facts")
def test_missing_parts_are_named_not_guessed(
    reports: Reports, officer: Officers, fill_sections: Fill, submit_report: Submitted
) -> None:
    """The superior's figures contain only accepted reports and its own units, and the missing units are named."""
    standing = officer("standing_officer", "hoa-lu")
    with pytest.raises(WrongStep, match="is accepted yet: accept at least one before you consolidate them"):
        reports.drafting.consolidate(standing, "half-year", 2022)
    submit_report("ninh-my")
    run_step(reports.signing.accept, standing, submit_report("ninh-an").id)

    whole = reports.drafting.consolidate(standing, "half-year", 2022)

    assert [part.unit for part in whole.parts] == ["ninh-an"]
    assert "ninh-my" in whole.missing
    assert read_figure(whole, "tips_received") == 3
    run_step(reports.signing.accept, standing, "half-year.2022.ninh-my.v1")
    fill_sections(standing, whole)
    with pytest.raises(WrongStep, match="The figures of report"):
        run_step(reports.signing.submit, standing, whole.id, number=1, issued_on=ON_TIME, signer="Người Ký")
    assert read_figure(reports.drafting.consolidate(standing, "half-year", 2022), "tips_received") == 4


def test_late_list_has_units_and_days(
    reports: Reports, officer: Officers, submit_report: Submitted, set_day: On
) -> None:
    """No unit is late on the last day; two days later a unit without a report is two days late, and stays so after it
    submits.
    """
    standing = officer("standing_officer", "hoa-lu")
    set_day(ON_TIME)
    submit_report("ninh-an")
    assert reports.queries.late(standing, "half-year", 2022) == ()

    set_day(date(2022, 6, 16))
    submit_report("ninh-my")
    late = reports.queries.late(standing, "half-year", 2022)

    assert len(late) == 10
    assert {line.days_late for line in late} == {2}
    (mine,) = reports.queries.standing(officer("report_officer", "ninh-my"), "half-year", 2022)
    assert (mine.state, mine.submitted_on) == (ReportState.SUBMITTED, date(2022, 6, 16))


def test_a_report_is_not_signed_before_its_period_ends(reports: Reports, submit_report: Submitted, set_day: On) -> None:
    """A draft can begin early, but it can't be submitted on 31 May, the last day of its period."""
    set_day(date(2022, 5, 31))

    with pytest.raises(WrongStep, match="covers the days up to 2022-05-31: submit it after that day"):
        submit_report("ninh-an")


def test_changed_or_incomplete_report_is_not_signed(
    reports: Reports, officer: Officers, fill_sections: Fill, store_facts: Callable[..., None], set_day: On
) -> None:
    """A report with changed figures or empty sections can't be signed."""
    set_day(ON_TIME)
    own = officer("report_officer", "ninh-an")
    report = reports.drafting.begin(own, "ninh-an", "half-year", 2022)
    with pytest.raises(WrongStep, match="has no text yet for the sections"):
        run_step(reports.signing.submit, own, report.id, number=5, issued_on=ON_TIME, signer="Người Ký")
    fill_sections(own, report)
    with pytest.raises(BadInput, match="The report has no signatory: write the name of the person who"):
        run_step(reports.signing.submit, own, report.id, number=5, issued_on=ON_TIME, signer=" ")
    store_facts(Fact("trainings", "ninh-an", date(2022, 3, 1)))

    with pytest.raises(WrongStep, match=r"The figures of report .* changed after 2022-06-14: refresh it"):
        run_step(reports.signing.submit, own, report.id, number=5, issued_on=ON_TIME, signer="Người Ký")
    reports.drafting.refresh(own, report.id)
    signed = run_step(reports.signing.submit, own, report.id, number=5, issued_on=ON_TIME, signer="Người Ký")
    assert signed.signature is not None
    assert signed.signature.number == "05/BC-BCĐ138"


def test_own_report_cannot_be_accepted(reports: Reports, officer: Officers, fill_sections: Fill, set_day: On) -> None:
    """A report is accepted by the superior, and neither by its signer nor by the unit's own chief."""
    set_day(ON_TIME)
    standing = officer("standing_officer", "hoa-lu")
    report = reports.drafting.begin(standing, "ninh-an", "half-year", 2022)
    fill_sections(standing, report)
    run_step(reports.signing.submit, standing, report.id, number=5, issued_on=ON_TIME, signer="Người Ký")

    with pytest.raises(Refused, match="ask another person"):
        run_step(reports.signing.accept, standing, report.id)
    with pytest.raises(Refused):
        run_step(reports.signing.accept, officer("report_chief", "ninh-an"), report.id)
    assert run_step(reports.signing.accept, officer("report_chief", "hoa-lu"), report.id).state is ReportState.ACCEPTED


def test_an_altered_report_is_not_accepted(
    reports: Reports, officer: Officers, submit_report: Submitted, runner: UseCaseRunner, set_day: On
) -> None:
    """A report that was altered after signing can't be accepted."""
    set_day(ON_TIME)
    signed = submit_report("ninh-an")
    chief = officer("report_chief", "hoa-lu")

    def alter_report(uow: UnitOfWork) -> None:
        uow.permit("ninh-an")
        uow.save(REPORT, evolve(uow.load(REPORT, signed.id), words=()))

    runner.run_command(chief, "test.alter", Permission.REPORT_ACCEPT, alter_report)

    with pytest.raises(WrongStep, match="no longer matches its signature: return it with"):
        run_step(reports.signing.accept, chief, signed.id)


def test_a_correction_is_a_new_version(
    reports: Reports, officer: Officers, submit_report: Submitted, store_facts: Callable[..., None], set_day: On
) -> None:
    """The old version is current until the correction is signed, and keeps its figures afterwards."""
    set_day(ON_TIME)
    own = officer("report_officer", "ninh-an")
    chief = officer("report_chief", "hoa-lu")
    first = submit_report("ninh-an")
    run_step(reports.signing.accept, chief, first.id)
    store_facts(Fact("trainings", "ninh-an", date(2022, 3, 1)))

    second = reports.drafting.correct(own, first.id, "Sót một lớp tập huấn")
    with pytest.raises(WrongStep, match="is already being corrected as"):
        reports.drafting.correct(own, first.id, "Lần nữa")
    (line,) = reports.queries.standing(own, "half-year", 2022)
    assert line.report == first.id
    run_step(reports.signing.submit, own, second.id, number=9, issued_on=ON_TIME, signer="Người Ký")

    old = reports.queries.get(own, first.id)
    assert (old.state, read_figure(old, "trainings")) == (ReportState.SUPERSEDED, 0)
    assert read_figure(reports.queries.get(own, second.id), "trainings") == 1


@pytest.mark.usefixtures("counted_facts")
def test_consolidated_correction_contains_the_corrected_part(
    reports: Reports, officer: Officers, fill_sections: Fill, submit_report: Submitted, store_facts: Callable[..., None]
) -> None:
    """A signed consolidated report stays unchanged; its correction contains the corrected part."""
    standing = officer("standing_officer", "hoa-lu")
    chief = officer("report_chief", "hoa-lu")
    run_step(reports.signing.accept, chief, submit_report("ninh-an").id)
    whole = reports.drafting.consolidate(standing, "half-year", 2022)
    fill_sections(standing, whole)
    run_step(reports.signing.submit, standing, whole.id, number=1, issued_on=ON_TIME, signer="Người Ký")
    store_facts(Fact("tips_received", "ninh-an", date(2022, 5, 31)))
    part = reports.drafting.correct(standing, "half-year.2022.ninh-an.v1", "Sót một tin")
    run_step(reports.signing.submit, standing, part.id, number=2, issued_on=ON_TIME, signer="Người Ký")
    run_step(reports.signing.accept, chief, part.id)

    following = reports.drafting.correct(standing, whole.id, "Xã Ninh An đính chính")
    signed = run_step(reports.signing.submit, standing, following.id, number=3, issued_on=ON_TIME, signer="Người Ký")

    assert (
        read_figure(reports.queries.get(standing, whole.id), "tips_received"),
        read_figure(signed, "tips_received"),
    ) == (3, 4)
    assert reports.queries.get(standing, part.id).state is ReportState.CONSOLIDATED
    again = reports.drafting.correct(standing, signed.id, "Sai ngày")
    run_step(reports.signing.submit, standing, again.id, number=4, issued_on=ON_TIME, signer="Người Ký")
    assert reports.queries.get(standing, part.id).state is ReportState.CONSOLIDATED


def test_correction_replaces_a_returned_version(
    reports: Reports, officer: Officers, submit_report: Submitted, set_day: On
) -> None:
    """If a version is returned while it is being corrected, its correction becomes the current version, and the
    returned version stays returned.
    """
    set_day(ON_TIME)
    own = officer("report_officer", "ninh-an")
    first = submit_report("ninh-an")
    second = reports.drafting.correct(own, first.id, "Sai số")
    run_step(reports.signing.give_back, officer("report_chief", "hoa-lu"), first.id, "Sai số liệu")

    run_step(reports.signing.submit, own, second.id, number=9, issued_on=ON_TIME, signer="Người Ký")

    assert reports.queries.get(own, first.id).state is ReportState.RETURNED
    (line,) = reports.queries.standing(own, "half-year", 2022)
    assert line.report == second.id


def test_a_returned_correction_is_signed_again(
    reports: Reports, officer: Officers, submit_report: Submitted, set_day: On
) -> None:
    """A returned correction stays the current version, and can be refreshed, submitted again and accepted."""
    set_day(ON_TIME)
    own = officer("report_officer", "ninh-an")
    chief = officer("report_chief", "hoa-lu")
    second = reports.drafting.correct(own, submit_report("ninh-an").id, "Sai số")
    run_step(reports.signing.submit, own, second.id, number=9, issued_on=ON_TIME, signer="Người Ký")
    run_step(reports.signing.give_back, chief, second.id, "Vẫn sai")
    (line,) = reports.queries.standing(own, "half-year", 2022)
    assert (line.report, line.state) == (second.id, ReportState.RETURNED)

    reports.drafting.refresh(own, second.id)
    run_step(reports.signing.submit, own, second.id, number=10, issued_on=ON_TIME, signer="Người Ký")

    assert run_step(reports.signing.accept, chief, second.id).state is ReportState.ACCEPTED


def test_a_report_is_begun_once_by_those_who_owe_it(reports: Reports, officer: Officers) -> None:
    """A report can be begun once, by a unit that owes it, in a year in which it is due, and only with known
    sections.
    """
    own = officer("report_officer", "ninh-an")
    report = reports.drafting.begin(own, "ninh-an", "roll-out", 2021)

    with pytest.raises(WrongStep, match="already exists: refresh it with"):
        reports.drafting.begin(own, "ninh-an", "roll-out", 2021)
    with pytest.raises(BadInput, match="not in 2022"):
        reports.drafting.begin(own, "ninh-an", "roll-out", 2022)
    with pytest.raises(BadInput, match="doesn't owe 'roll-out' for 2021: only units of level 'commune' do"):
        reports.drafting.begin(officer("report_officer", "hoa-lu"), "cong-an", "roll-out", 2021)
    with pytest.raises(BadInput, match="has no section 'gossip'"):
        reports.drafting.write(own, report.id, "gossip", "x")
    with pytest.raises(Refused):
        reports.drafting.begin(own, "ninh-my", "roll-out", 2021)


def test_strangers_learn_nothing(reports: Reports, officer: Officers) -> None:
    """An actor without a grant is refused before learning whether an id exists, and another commune's reports are
    refused.
    """
    reports.drafting.begin(officer("report_officer", "ninh-an"), "ninh-an", "roll-out", 2021)
    other = officer("report_officer", "ninh-my")

    with pytest.raises(Refused):
        reports.queries.get(person("nobody"), "half-year.2022.ninh-an.v1")
    with pytest.raises(NotFound):
        reports.queries.get(other, "half-year.2022.ninh-an.v1")
    with pytest.raises(Refused):
        reports.queries.get(other, "roll-out.2021.ninh-an.v1")
    with pytest.raises(Refused):
        reports.counters.recount(other, *HALF_YEAR)


def test_every_decision_leaves_its_record(
    reports: Reports, officer: Officers, submit_report: Submitted, runner: UseCaseRunner, set_day: On
) -> None:
    """Submitting and accepting leave decision records with the digest of the signed report."""
    set_day(ON_TIME)
    signed = submit_report("ninh-an")
    run_step(reports.signing.accept, officer("report_chief", "hoa-lu"), signed.id)
    assert signed.signature is not None

    records = [
        runner.context.open_record(DECISION, record) for record in runner.context.storage.maintenance.scan("decision")
    ]

    assert [decision.reason for decision in records] == ["submitted", "accepted"]
    assert {decision.evidence for decision in records} == {signed.signature.digest}
