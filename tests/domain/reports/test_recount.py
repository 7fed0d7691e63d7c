"""A recount finds the differences between counters and records."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.support.purging import purge_scope

from anninh_core.domain.reports.figures.counter_maintenance import CounterDifference
from anninh_core.domain.reports.service import Reports
from anninh_core.kernel.errors import AlreadyDone, Refused
from anninh_core.ports.storages.changes import Counter, Entry, entry_from
from anninh_core.usecase import Actor
from anninh_core.usecase.kinds import Fact
from anninh_core.usecase.runner import UseCaseRunner

Officers = Callable[[str, str], Actor]

DAY = date(2021, 9, 3)
YEAR = (date(2021, 1, 1), date(2021, 12, 31))


def read_audit_entries(runner: UseCaseRunner) -> list[Entry]:
    return [entry_from(line.content) for line in runner.context.storage.journal.read()]


def test_changed_counters_are_found(
    reports: Reports, officer: Officers, store_facts: Callable[..., None], runner: UseCaseRunner
) -> None:
    """A difference is named by indicator, unit, day and dimensions, for communes and their areas."""
    auditor = officer("standing_officer", "hoa-lu")
    store_facts(Fact("trainings", "ninh-an/kdc-1", DAY))
    assert reports.counters.recount(auditor, *YEAR).differences == ()

    wrong = Counter(indicator="trainings", unit="ninh-an", day=DAY, dims="", amount=7)
    runner.context.storage.counters.replace([wrong])

    result = reports.counters.recount(auditor, *YEAR)
    assert result.differences == (
        CounterDifference(indicator="trainings", unit="ninh-an", day=DAY, dims="", counted=7, recounted=1),
        CounterDifference(indicator="trainings", unit="ninh-an/kdc-1", day=DAY, dims="", counted=0, recounted=1),
    )


def test_purged_records_are_named(
    reports: Reports, officer: Officers, store_facts: Callable[..., None], runner: UseCaseRunner
) -> None:
    """A recount names the records that it can't open, such as purged ones."""
    store_facts(Fact("trainings", "ninh-an", DAY))
    (record,) = runner.context.storage.maintenance.scan("tally")
    purge_scope(runner.context, record.scope)
    runner.context.encryptor.forget(record.scope)

    result = reports.counters.recount(officer("standing_officer", "hoa-lu"), *YEAR)

    assert result.unreadable == (f"tally:{record.id}",)
    assert len(result.differences) == 1


def test_a_correction_makes_counters_and_records_agree(
    reports: Reports, officer: Officers, store_facts: Callable[..., None], runner: UseCaseRunner
) -> None:
    """A correction mends wrong, missing and orphaned counters of communes and areas, and its audit log entry has the
    number of corrected counters.
    """
    for unit in ("ninh-an", "ninh-hoa"):
        store_facts(Fact("trainings", unit, DAY))
    wrong = [("trainings", "ninh-an", DAY, 7), ("ghosts", "ninh-van", date(2020, 2, 29), 3)]
    runner.context.storage.counters.replace(
        Counter(indicator=indicator, unit=unit, day=day, dims="", amount=amount)
        for indicator, unit, day, amount in wrong
    )
    auditor = officer("standing_officer", "hoa-lu")
    operator = officer("operator", "hoa-lu")

    done = reports.counters.correct_counters(operator, reports.counters.recount(auditor))

    assert [
        (difference.indicator, difference.unit, difference.counted, difference.recounted) for difference in done
    ] == [
        ("ghosts", "ninh-van", 3, 0),
        ("trainings", "ninh-an", 7, 1),
        ("trainings", "ninh-hoa", 0, 1),
    ]
    assert reports.counters.recount(auditor).differences == ()
    assert runner.context.storage.maintenance.inconsistencies() == []
    (entry,) = (entry for entry in read_audit_entries(runner) if entry.action == "reports.correct_counters")
    assert (entry.facts["records"], entry.facts["differences"]) == (2, 3)


def test_outdated_correction_is_refused(
    reports: Reports, officer: Officers, store_facts: Callable[..., None], runner: UseCaseRunner
) -> None:
    """A correction by a recount that is older than another correction is refused and changes nothing."""
    store_facts(Fact("trainings", "ninh-an", DAY))
    runner.context.storage.counters.replace([])
    auditor = officer("standing_officer", "hoa-lu")
    operator = officer("operator", "hoa-lu")
    outdated = reports.counters.recount(auditor)
    reports.counters.correct_counters(operator, reports.counters.recount(auditor))
    with pytest.raises(AlreadyDone):
        reports.counters.correct_counters(operator, outdated)
    assert reports.counters.recount(auditor).differences == ()


def test_counters_of_purged_records_are_kept(
    reports: Reports, officer: Officers, store_facts: Callable[..., None], runner: UseCaseRunner
) -> None:
    """For a purged record only a counter that is too low is certainly wrong, and only such counters are corrected."""
    for unit in ("ninh-an", "ninh-hoa"):
        store_facts(Fact("trainings", unit, DAY))
    purged = next(record for record in runner.context.storage.maintenance.scan("tally") if record.unit == "ninh-an")
    purge_scope(runner.context, purged.scope)
    runner.context.storage.counters.replace(
        [Counter(indicator="trainings", unit="ninh-an", day=DAY, dims="", amount=1)]
    )
    auditor = officer("standing_officer", "hoa-lu")

    done = reports.counters.correct_counters(officer("operator", "hoa-lu"), reports.counters.recount(auditor))

    assert [difference.unit for difference in done] == ["ninh-hoa"]
    total = runner.context.storage.counters.total(["trainings"], ["ninh-an", "ninh-hoa"], DAY, DAY)
    assert total == {("trainings", "ninh-an", ""): 1, ("trainings", "ninh-hoa", ""): 1}


def test_only_operators_correct_counters(reports: Reports, officer: Officers, runner: UseCaseRunner) -> None:
    """An officer who only reads reports can't correct counters."""
    auditor = officer("standing_officer", "hoa-lu")
    result = reports.counters.recount(auditor)
    for act in (
        lambda: reports.counters.correct_counters(auditor, result),
        lambda: reports.counters.mend_counters(auditor),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Refused):
        reports.counters.counter_drifts(auditor)
