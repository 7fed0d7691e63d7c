"""How reports are stored."""

from anninh_core.ports.changes import IndexSpec
from anninh_core.rooms.reports.model import Report
from anninh_core.work.kinds import Kind

REPORT = Kind(
    spec=IndexSpec(
        kind="report",
        columns={"unit": str, "obligation": str, "year": int, "state": str, "version": int, "last_day": str},
        orders={"newest": ("-last_day", "-version")},
    ),
    model=Report,
    unit=lambda report: report.unit,
    columns=lambda report: {
        "unit": report.unit,
        "obligation": report.obligation,
        "year": report.year,
        "state": report.state.value,
        "version": report.version,
        "last_day": report.last_day.isoformat(),
    },
    scope=lambda report: f"report:{report.id}",
)
