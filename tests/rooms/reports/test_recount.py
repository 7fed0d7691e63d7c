"""A recount finds what counters and records don't agree on."""

from collections.abc import Callable
from datetime import date

from anninh_core.ports.changes import Counter
from anninh_core.rooms.reports import Difference, Reports
from anninh_core.work import Actor, Desk, Fact

Officers = Callable[[str, str], Actor]
YEAR = (date(2021, 1, 1), date(2021, 12, 31))


def test_counters_that_were_tampered_with_are_found(
    reports: Reports, officer: Officers, note: Callable[..., None], desk: Desk
) -> None:
    """The difference is named by indicator, unit and dimensions, in communes and their areas."""
    auditor = officer("standing_officer", "hoa-lu")
    note(Fact("trainings", "ninh-an/kdc-1", date(2021, 9, 3)))
    assert reports.recount(auditor, *YEAR).differences == ()

    wrong = Counter(indicator="trainings", unit="ninh-an", day=date(2021, 9, 3), dims="", amount=7)
    desk.storage.counters.replace([wrong])

    found = reports.recount(auditor, *YEAR)
    assert found.differences == (
        Difference(indicator="trainings", unit="ninh-an", dims="", counted=7, recounted=1),
        Difference(indicator="trainings", unit="ninh-an/kdc-1", dims="", counted=0, recounted=1),
    )


def test_purged_records_are_named(reports: Reports, officer: Officers, note: Callable[..., None], desk: Desk) -> None:
    """What can't be opened any more can't be recounted, and the recount says so."""
    note(Fact("trainings", "ninh-an", date(2021, 9, 3)))
    (record,) = desk.storage.maintenance.scan("tally")
    desk.storage.keyring.destroy(record.scope)
    desk.sealer.forget(record.scope)

    found = reports.recount(officer("standing_officer", "hoa-lu"), *YEAR)

    assert found.unreadable == (f"tally:{record.id}",)
    assert len(found.differences) == 1
