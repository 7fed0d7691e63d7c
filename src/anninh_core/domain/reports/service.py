"""The class that holds all services of reports, for drafting, signing, queries and counters."""

from collections.abc import Mapping, Sequence
from typing import Any

from anninh_core.domain.reports.drafting import ReportDrafting
from anninh_core.domain.reports.figures.calculator import DatedQuery, IndicatorCalculator
from anninh_core.domain.reports.figures.counter_maintenance import CounterMaintenance
from anninh_core.domain.reports.figures.indicators import BUILT_IN, build_register
from anninh_core.domain.reports.queries import ReportQueries
from anninh_core.domain.reports.signing import ReportSigning
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.runner import UseCaseRunner


class Reports:
    """All use cases of reports.

    Attributes:
        indicators: the indicators of every installation, and the profile's own.
    """

    def __init__(
        self,
        runner: UseCaseRunner,
        *,
        queries: Mapping[str, DatedQuery] | None = None,
        kinds: Sequence[Kind[Any]] = (),
    ) -> None:
        """Set up the services.

        Args:
            queries: dated queries of the indicators, by name; an indicator with a missing query has no number, and is
                marked as unknown.
            kinds: every kind of record with facts for the counters, for recounts.
        """
        indicators = build_register(BUILT_IN.values(), runner.context.district.indicators.values())
        calculator = IndicatorCalculator(
            counters=runner.context.storage.counters, indicators=indicators, queries=queries or {}
        )
        self.indicators = indicators
        self.drafting = ReportDrafting(runner, calculator)
        self.signing = ReportSigning(runner, calculator)
        self.queries = ReportQueries(runner, calculator)
        self.counters = CounterMaintenance(runner, kinds)
