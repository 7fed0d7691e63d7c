"""Submitted reports fulfil the duties to which they belong."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from tests.messaging.conftest import PILOT, Appoint, Launch, journal

from anninh_core.app import App
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.states import ReportState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AlreadyDone, BadInput, Refused, WrongStep
from anninh_core.testing import FixedClock
from anninh_core.usecase import Actor, system

SIGNED: dict[str, Any] = {"number": 5, "issued_on": date(2021, 9, 18), "signer": "Người Ký"}


@pytest.fixture
def clerk(appoint: Appoint) -> Actor:
    return appoint("report_officer", unit="ninh-hoa")


@pytest.fixture
def chief(appoint: Appoint) -> Actor:
    return appoint("report_chief")


@pytest.fixture
def finished_report(app: App, clock: FixedClock, clerk: Actor) -> Report:
    """The completed report of Ninh Hòa on the roll-out, two days before its deadline, with an open duty."""
    app.internals.services.programme.duties.open_duties(system("clock"), "roll-out", 2021)
    clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    report = app.reports.begin(clerk, "ninh-hoa", "roll-out", 2021)
    template = app.district.templates[app.district.obligation("roll-out").template]
    for key in [section.key for section in template.sections if section.key]:
        app.reports.write(clerk, report.id, key, f"Lời của đơn vị về {key}")
    return report


def get_duty_state(app: App, actor: Actor) -> DutyState:
    """Return the state of the duty to which the report belongs."""
    (open_duty,) = [duty for duty in app.programme.duties(actor, source="roll-out").items if duty.unit == "ninh-hoa"]
    return open_duty.state


def test_signed_report_fulfils_its_duty(app: App, clerk: Actor, finished_report: Report) -> None:
    """Signing a report fulfils its duty in one commit with one entry."""
    before = len(journal(app))
    signed = app.reports.submit(clerk, finished_report.id, **SIGNED)
    assert len(journal(app)) == before + 1
    assert signed.state is ReportState.SUBMITTED
    assert get_duty_state(app, clerk) is DutyState.DONE


def test_returned_report_reopens_its_duty(app: App, clerk: Actor, chief: Actor, finished_report: Report) -> None:
    """A returned report reopens its duty, until it is submitted again and accepted."""
    app.reports.submit(clerk, finished_report.id, **SIGNED)
    returned = app.reports.give_back(chief, finished_report.id, "Bổ sung số liệu tập huấn")
    assert returned.state is ReportState.RETURNED
    assert get_duty_state(app, clerk) is DutyState.OPEN
    app.reports.refresh(clerk, finished_report.id)
    app.reports.submit(clerk, finished_report.id, **SIGNED)
    assert app.reports.accept(chief, finished_report.id).state is ReportState.ACCEPTED
    assert get_duty_state(app, clerk) is DutyState.ACCEPTED


def test_report_needs_no_duty(app: App, clock: FixedClock, chief: Actor, appoint: Appoint) -> None:
    """A report without a duty is signed and accepted too."""
    clerk = appoint("report_officer", unit="ninh-an")
    clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    report = app.reports.begin(clerk, "ninh-an", "roll-out", 2021)
    template = app.district.templates[app.district.obligation("roll-out").template]
    for key in [section.key for section in template.sections if section.key]:
        app.reports.write(clerk, report.id, key, "Lời")
    app.reports.submit(clerk, report.id, **SIGNED)
    assert app.reports.accept(chief, report.id).state is ReportState.ACCEPTED
    assert app.programme.duties(clerk).items == ()


def test_correction_keeps_the_duty(app: App, clerk: Actor, chief: Actor, finished_report: Report) -> None:
    """A correction of an accepted report doesn't change its duty."""
    app.reports.submit(clerk, finished_report.id, **SIGNED)
    app.reports.accept(chief, finished_report.id)
    second = app.reports.correct(clerk, finished_report.id, "Sai số liệu")
    signed = app.reports.submit(clerk, second.id, **{**SIGNED, "number": 6})
    assert signed.version == 2
    assert app.reports.accept(chief, second.id).state is ReportState.ACCEPTED
    assert get_duty_state(app, clerk) is DutyState.ACCEPTED


def test_submission_needs_permission(
    app: App, clerk: Actor, chief: Actor, finished_report: Report, appoint: Appoint
) -> None:
    """Signing by another commune, accepting by the signer and returning without permission are refused and change
    nothing.
    """
    stranger = appoint("report_officer", unit="ninh-hai")
    with pytest.raises(Refused):
        app.reports.submit(stranger, finished_report.id, **SIGNED)
    assert get_duty_state(app, clerk) is DutyState.OPEN
    app.reports.submit(clerk, finished_report.id, **SIGNED)
    with pytest.raises(Refused):
        app.reports.accept(clerk, finished_report.id)
    with pytest.raises(Refused):
        app.reports.give_back(stranger, finished_report.id, "x")
    assert get_duty_state(app, clerk) is DutyState.DONE


def test_unfinished_report_fulfils_nothing(app: App, clerk: Actor, finished_report: Report) -> None:
    """A report with an empty section can't be submitted, and its duty stays open."""
    app.reports.write(clerk, finished_report.id, "leadership", "")
    with pytest.raises(WrongStep, match="leadership"):
        app.reports.submit(clerk, finished_report.id, **SIGNED)
    assert get_duty_state(app, clerk) is DutyState.OPEN


def test_report_is_rendered_by_format(app: App, clerk: Actor, finished_report: Report) -> None:
    """A rendered report has the format's suffix and media type, and an unknown format is refused by name."""
    file = app.reports.render(clerk, finished_report.id, "json")
    assert file.name.endswith(".json")
    assert file.media_type == "application/json"
    assert json.loads(file.data)
    with pytest.raises(BadInput, match="fax"):
        app.reports.render(clerk, finished_report.id, "fax")


def test_rendering_needs_read_permission(app: App, finished_report: Report, appoint: Appoint) -> None:
    """An officer who can't read a report can't render it."""
    with pytest.raises(Refused):
        app.reports.render(appoint("editor"), finished_report.id, "json")


def test_directory_has_every_group(app: App, admin: Actor, launch: Launch) -> None:
    """The directory of groups has the title and link of each group (P-II.1.c)."""
    group = launch()
    page = app.groups.render_directory(admin)
    assert PILOT in page
    assert group.link in page


def test_personal_data_delays_the_signature(app: App, finished_report: Report, clerk: Actor, appoint: Appoint) -> None:
    """A report with personal data can't be signed until an officer releases the finding; after that it is signed once
    under the same request key.
    """
    template = app.district.templates[app.district.obligation("roll-out").template]
    key = next(section.key for section in template.sections if section.key)
    app.reports.write(clerk, finished_report.id, key, "Ông B. ở xóm 3, số 0912 345 678, cho biết")
    signer = clerk.with_request("k")
    with pytest.raises(WrongStep, match="remove that part, or wait for a person's decision"):
        app.reports.submit(signer, finished_report.id, **SIGNED)
    decider = appoint("standing_officer")
    (finding,) = app.leaks.findings(decider).items
    assert (finding.about, finding.officer, finding.is_urgent) == (f"report:{finished_report.id}", clerk.id, False)
    with pytest.raises(WrongStep):
        app.reports.submit(signer, finished_report.id, **SIGNED)
    assert len(app.leaks.findings(decider).items) == 1
    app.leaks.release(decider, finding.id, reason="Ông B. đồng ý")
    assert app.reports.submit(signer, finished_report.id, **SIGNED).state is ReportState.SUBMITTED
    with pytest.raises(AlreadyDone):
        app.reports.submit(signer, finished_report.id, **SIGNED)
