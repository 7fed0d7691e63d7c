"""Definition of how reports are stored."""

from anninh_core.domain.index_specs import REPORT_SPEC
from anninh_core.domain.reports.model import Report
from anninh_core.usecase.kinds import Kind

REPORT = Kind(
    spec=REPORT_SPEC,
    model=Report,
    columns=lambda report: {
        "unit": report.unit,
        "obligation": report.obligation,
        "year": report.year,
        "state": report.state.value,
        "version": report.version,
        "last_day": report.last_day.isoformat(),
    },
    scope=lambda report: f"report:{report.id}",
    numbered=True,
    version_field="record_version",
)
