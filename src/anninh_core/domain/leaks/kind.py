"""Definitions of how findings of the leak check are stored and counted."""

from collections.abc import Iterable

from anninh_core.domain.index_specs import LEAK_FINDING_SPEC
from anninh_core.domain.leaks.model import LeakFinding
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.kinds import Fact, Kind, format_dims, format_hour


def leak_facts(finding: LeakFinding) -> Iterable[Fact]:
    """Yield the fact that the reports count about a finding, by the officer who entered the text."""
    yield Fact("leak_hits", finding.unit, local_date(finding.found_at), format_dims(officer=finding.officer))


LEAK_FINDING = Kind(
    spec=LEAK_FINDING_SPEC,
    model=LeakFinding,
    columns=lambda finding: {
        "state": finding.state.value,
        "about": finding.about,
        "officer": finding.officer,
        "found": format_hour(finding.found_at),
    },
    scope=lambda finding: f"leak_finding:{finding.id}",
    facts=leak_facts,
    numbered=True,
)
