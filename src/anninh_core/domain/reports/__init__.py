"""Reports: numbers from the counters, words and signatures from people, rolled up to the superior."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.reports.document import ReportDocumentBuilder, figures_of, group_ids, group_name
    from anninh_core.domain.reports.drafting import ReportDrafting
    from anninh_core.domain.reports.figures.calculator import (
        DatedQuery,
        IndicatorCalculator,
        compute_figures,
        counted_days,
        model_start_of,
        previous_period,
    )
    from anninh_core.domain.reports.figures.cells import (
        Cell,
        ReportFigures,
        amounts_by_group,
        build_cells,
        indicator_value,
        merge_cells,
        values_by_unit,
    )
    from anninh_core.domain.reports.figures.counter_maintenance import (
        CounterDifference,
        CounterKey,
        CounterMaintenance,
        RecountResult,
        find_wrong_counters,
        recount,
    )
    from anninh_core.domain.reports.figures.indicators import (
        BUILT_IN,
        CONTENT,
        COUNTERS,
        GROUPS,
        PROGRAMME,
        TIPS,
        Register,
        register,
    )
    from anninh_core.domain.reports.kind import REPORT
    from anninh_core.domain.reports.model import Report, ReportSignature, current_version, report_id
    from anninh_core.domain.reports.number_series import NUMBER_SERIES
    from anninh_core.domain.reports.queries import ReportQueries
    from anninh_core.domain.reports.rules import (
        format_document_number,
        is_consolidated,
        own_units,
        required_keys,
        section_keys,
    )
    from anninh_core.domain.reports.service import Reports
    from anninh_core.domain.reports.signing import ReportSigning
    from anninh_core.domain.reports.states import FROZEN_STATES, ReportState
    from anninh_core.domain.reports.views import ReportPart, SubmissionStatus

__all__ = [
    "BUILT_IN",
    "CONTENT",
    "COUNTERS",
    "FROZEN_STATES",
    "GROUPS",
    "NUMBER_SERIES",
    "PROGRAMME",
    "REPORT",
    "TIPS",
    "Cell",
    "CounterDifference",
    "CounterKey",
    "CounterMaintenance",
    "DatedQuery",
    "IndicatorCalculator",
    "RecountResult",
    "Register",
    "Report",
    "ReportDocumentBuilder",
    "ReportDrafting",
    "ReportFigures",
    "ReportPart",
    "ReportQueries",
    "ReportSignature",
    "ReportSigning",
    "ReportState",
    "Reports",
    "SubmissionStatus",
    "amounts_by_group",
    "build_cells",
    "compute_figures",
    "counted_days",
    "current_version",
    "figures_of",
    "find_wrong_counters",
    "format_document_number",
    "group_ids",
    "group_name",
    "indicator_value",
    "is_consolidated",
    "merge_cells",
    "model_start_of",
    "own_units",
    "previous_period",
    "recount",
    "register",
    "report_id",
    "required_keys",
    "section_keys",
    "values_by_unit",
]

lazy(
    __name__,
    {
        "BUILT_IN": "figures.indicators",
        "CONTENT": "figures.indicators",
        "COUNTERS": "figures.indicators",
        "Cell": "figures.cells",
        "CounterDifference": "figures.counter_maintenance",
        "CounterKey": "figures.counter_maintenance",
        "CounterMaintenance": "figures.counter_maintenance",
        "DatedQuery": "figures.calculator",
        "FROZEN_STATES": "states",
        "GROUPS": "figures.indicators",
        "IndicatorCalculator": "figures.calculator",
        "PROGRAMME": "figures.indicators",
        "NUMBER_SERIES": "number_series",
        "REPORT": "kind",
        "RecountResult": "figures.counter_maintenance",
        "Register": "figures.indicators",
        "Report": "model",
        "ReportDocumentBuilder": "document",
        "ReportDrafting": "drafting",
        "ReportFigures": "figures.cells",
        "ReportPart": "views",
        "ReportQueries": "queries",
        "ReportSigning": "signing",
        "ReportState": "states",
        "Reports": "service",
        "ReportSignature": "model",
        "SubmissionStatus": "views",
        "TIPS": "figures.indicators",
        "amounts_by_group": "figures.cells",
        "build_cells": "figures.cells",
        "compute_figures": "figures.calculator",
        "counted_days": "figures.calculator",
        "current_version": "model",
        "figures_of": "document",
        "format_document_number": "rules",
        "group_ids": "document",
        "group_name": "document",
        "indicator_value": "figures.cells",
        "is_consolidated": "rules",
        "merge_cells": "figures.cells",
        "model_start_of": "figures.calculator",
        "own_units": "rules",
        "previous_period": "figures.calculator",
        "find_wrong_counters": "figures.counter_maintenance",
        "recount": "figures.counter_maintenance",
        "register": "figures.indicators",
        "report_id": "model",
        "required_keys": "rules",
        "section_keys": "rules",
        "values_by_unit": "figures.cells",
    },
)
