"""Deadlines and reports of the official plan: milestones, obligations, report templates, and the definitions of
indicators.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from anninh_core.kernel.dates import Period, last_day_before
from anninh_core.kernel.errors import BadInput


@frozen(kw_only=True)
class Milestone:
    """A task that each named unit must finish before a day (P-IV.2.a).

    Attributes:
        before: the day before which the task must be finished: the last day in time is the day before it.
        remind_days: as in `Obligation`.
    """

    id: str
    name: str
    before: date
    units: tuple[str, ...]
    remind_days: tuple[int, ...] = (7, 1, 0, -1)

    @property
    def last_day(self) -> date:
        """The last day on which the task is finished in time."""
        return last_day_before(self.before)


@frozen(kw_only=True)
class Obligation:
    """A report that is due once or every year (P-IV.1.b, P-IV.2.b).

    Attributes:
        template: id of the report template.
        before: (month, day), strict.
        period_start, period_end: (year offset, month, day) of the first and last day counted, relative to the due year.
        first, last: first and last year in which it is due; the same year for a single report.
        level: level of the units that owe it; `to` is the addressed unit, `via` the body that collects it.
        remind_days: days before (positive), on (0) and after (negative) the last day on which the unit is urged.
        model_start: first day that may be counted.
    """

    id: str
    name: str
    template: str
    before: tuple[int, int]
    period_start: tuple[int, int, int]
    period_end: tuple[int, int, int]
    first: int
    last: int
    level: str
    to: str
    via: str
    remind_days: tuple[int, ...] = (7, 1, 0, -1)
    model_start: date = date.min

    def last_day(self, year: int) -> date:
        """Return the last day on which the report of a year is in time."""
        return last_day_before(date(self.check_year(year), *self.before))

    def period(self, year: int) -> Period:
        """Return the period that the report of a year covers."""
        offset, month, day = self.period_start
        start = date(self.check_year(year) + offset, month, day)
        offset, month, day = self.period_end
        return Period(max(start, self.model_start), date(year + offset, month, day))

    def check_year(self, year: int) -> int:
        """Return `year` if the obligation is due in it, otherwise raise `BadInput`."""
        if not self.first <= year <= self.last:
            raise BadInput(
                "Obligation {obligation!r} is due in the years {first_year} to {last_year}, not in {year}: "
                "choose one of these years.",
                obligation=self.id,
                first_year=self.first,
                last_year=self.last,
                year=year,
            )
        return year


@frozen
class TemplateSection:
    """A section of a report template.

    Attributes:
        key: name under which a unit's own text is stored ("" for none).
        text: fixed text, with `{indicator}` placeholders.
        indicators: ids of the indicators that are shown as a table in this section.
        by_unit: ids of the indicators that are shown as a table with one row per unit.
        chart: id of the indicator that is shown as a bar chart over the units, or "".
    """

    heading: str
    level: int
    key: str = ""
    text: str = ""
    indicators: tuple[str, ...] = ()
    by_unit: tuple[str, ...] = ()
    chart: str = ""


@frozen(kw_only=True)
class ReportTemplate:
    """Layout and fixed texts of a report; the authors of the report write the other texts."""

    id: str
    title: str
    subject: str
    symbol: str
    file_name: str
    sections: tuple[TemplateSection, ...]
    closing: str = ""
    addressee: str = ""
    grounds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    unit_addressee: str = ""
    unit_recipients: tuple[str, ...] = ()
    signer_capacity: str = ""
    signer_titles: tuple[str, ...] = ()
    unit_signer_titles: tuple[str, ...] = ()
    superior: str = ""
    agency: str = ""
    unit_superior: str = ""
    unit_agency: str = ""
    place: str = ""
    letterhead: tuple[str, str] = field(default=("", ""))


class IndicatorSpan(StrEnum):
    """Days that an indicator counts, relative to the period of a report."""

    FLOW = "flow"
    """The indicator counts amounts within the period."""
    OPENING = "opening"
    """The indicator counts amounts from before the period's first day."""
    STOCK = "stock"
    """The indicator counts all amounts until the period's last day: balances, and gauges that are stored as
    differences.
    """


@frozen
class CounterTerm:
    """A counter that an indicator adds or subtracts.

    Attributes:
        only: (dimension, value) pairs that must all match; empty counts everything.
    """

    counter: str
    sign: int = 1
    only: tuple[tuple[str, str], ...] = ()

    def fits(self, dims: Mapping[str, str]) -> bool:
        """Return whether an amount with the dimensions `dims` is counted."""
        return not self.only or all(dims.get(key) == value for key, value in self.only)


@frozen(kw_only=True)
class Indicator:
    """A figure of the reports, computed from counters and queries.

    Attributes:
        measure: key of its unit of measure.
        counts: counters that are summed.
        over: counters of the whole, for a share; a share is recomputed from its parts, never averaged.
        split: dimension of its breakdown, "" for none.
        query, over_query: names of dated queries to the records, answered by the module that owns them; added to
        `counts` and `over`.
    """

    id: str
    measure: str
    span: IndicatorSpan = IndicatorSpan.FLOW
    counts: tuple[CounterTerm, ...] = ()
    over: tuple[CounterTerm, ...] = ()
    split: str = ""
    query: str = ""
    over_query: str = ""

    @property
    def is_share(self) -> bool:
        """Whether the indicator is a percentage."""
        return bool(self.over or self.over_query)

    @property
    def counters(self) -> frozenset[str]:
        """Names of all counters that the indicator reads."""
        return frozenset(term.counter for term in (*self.counts, *self.over))

    @property
    def queries(self) -> frozenset[str]:
        """Names of all dated queries that the indicator needs."""
        return frozenset(name for name in (self.query, self.over_query) if name)
