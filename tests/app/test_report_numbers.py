"""Two clerks who sign under one number at the same time, on either engine; and the doctor on duplicate numbers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from attrs import evolve
from tests.app.backup.conftest import PROFILE, settings_in
from tests.app.doctor.conftest import HealthyMachine

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.examination import examine
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

SIGNED: dict[str, Any] = {"issued_on": date(2021, 11, 14), "signer": "Người Ký"}
OBLIGATIONS = ("roll-out", "annual")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a new storage, on either engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    return settings_in(tmp_path / "office", url)


@pytest.fixture
def parts() -> Parts:
    return Parts(clock=FixedClock(datetime(2021, 11, 14, 9, tzinfo=VIETNAM)))


def appoint_clerk(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ tổng hợp", "ninh-hoa", "report_officer")


def write_draft(app: App, clerk: Actor, obligation: str) -> Report:
    """Return a complete draft of a report of Ninh Hòa."""
    report = app.reports.begin(clerk, "ninh-hoa", obligation, 2021)
    template = app.district.templates[app.district.obligation(obligation).template]
    for key in [section.key for section in template.sections if section.key]:
        report = app.reports.write(clerk, report.id, key, "Lời của đơn vị")
    return report


def test_concurrent_signers_get_different_numbers(settings: Settings, parts: Parts) -> None:
    """Of two clerks who sign at the same time one gets the number; the other learns which report has it, and the next
    free number.
    """
    with open_app(PROFILE, settings, parts) as first, open_app(PROFILE, settings, parts) as second:
        clerk = appoint_clerk(first)
        drafts = [write_draft(first, clerk, obligation) for obligation in OBLIGATIONS]
        ready = Barrier(2)

        def sign_report(app: App, draft: Report) -> str:
            ready.wait()
            try:
                app.reports.submit(clerk, draft.id, number=9, **SIGNED)
            except BadInput as refused:
                return str(refused)
            return ""

        with ThreadPoolExecutor(2) as pool:
            outcomes = [*pool.map(sign_report, (first, second), drafts)]
        assert sorted(map(bool, outcomes)) == [False, True]
        winner = drafts[outcomes.index("")]
        (loser,) = [draft for draft in drafts if draft.id != winner.id]
        assert f"is already on report {winner.id}: the next free number is 10." in max(outcomes)
        assert second.reports.submit(clerk, loser.id, number=10, **SIGNED).signature is not None


def test_doctor_lists_duplicate_numbers(tmp_path: Path, parts: Parts) -> None:
    """Duplicate report numbers in a store of the previous release are a warning that names the reports."""
    settings = settings_in(tmp_path / "office")
    with open_app(PROFILE, settings, parts) as app:
        clerk = appoint_clerk(app)
        first, second = (write_draft(app, clerk, obligation) for obligation in OBLIGATIONS)
        signed = app.reports.submit(clerk, first.id, number=9, **SIGNED)

        def write_as_before(uow: UnitOfWork) -> None:
            uow.permit("ninh-hoa")
            draft = uow.load(REPORT, second.id)
            uow.save(REPORT, evolve(draft, state=signed.state, signature=signed.signature))

        app.internals.runner.run_command(clerk, "test.write", Permission.REPORT_WRITE, write_as_before)
    checks = [check for check in examine(PROFILE, settings, parts, machine=HealthyMachine()) if check.name == "reports"]
    (check,) = checks
    assert check.level is Level.WARNING
    assert check.what == (
        "Reports annual.2021.ninh-hoa.v1, roll-out.2021.ninh-hoa.v1 of ninh-hoa have the same number "
        "09/BC-BCĐ138 in 2021."
    )
