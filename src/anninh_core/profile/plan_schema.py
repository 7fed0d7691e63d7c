"""The schema of the profile's tables for the plan's milestones and obligations, and for reports."""

from typing import Annotated, Literal

from pydantic import Field

from anninh_core.profile.shapes import NAMES_PLACE, Day, Id, OptionalText, Text, TomlTable


class MilestoneSchema(TomlTable):
    """`[[milestones]]`: a milestone of the plan, with the units that have to reach it and the day before which they
    have to.
    """

    id: Id
    name: Text
    before: Day
    units: Annotated[list[Id], NAMES_PLACE] = Field(min_length=1)


class YearDay(TomlTable):
    """A day, with its year relative to the year in which a report is due."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    year: int = Field(default=0, ge=-5, le=5)


class ObligationSchema(TomlTable):
    """`[obligations.*]`: a report that units owe, with its period and the day before which it is due.

    `to` defaults to the root, or to the unit above it if the root itself is of the `level` that reports; `via` to
    `standing_body` of `[district]`. Without `first` it is due from the first year whose period the model reaches, and
    `model_start` defaults to the day from which the profile is valid.
    """

    name: Text
    template: Id
    before: YearDay
    period_start: YearDay
    period_end: YearDay
    first: int | None = Field(default=None, ge=1910, le=2990)
    last: int = Field(default=2990, ge=1910, le=2990)
    level: Id
    to: Id | None = None
    via: Id | None = None
    remind_days: list[Annotated[int, Field(ge=-365, le=365)]] = [7, 1, 0, -1]
    model_start: Day | None = None


class SectionSchema(TomlTable):
    """`[[templates.*.sections]]`: a section of a report, with its heading, text, indicators and chart."""

    heading: Text
    level: int = Field(ge=1, le=3)
    key: Id | Literal[""] = ""
    text: OptionalText = ""
    indicators: list[Id] = []
    by_unit: list[Id] = []
    chart: Id | Literal[""] = ""


class CounterTermSchema(TomlTable):
    """A term of an indicator's `counts` or `over`: a counter with its conditions, such as `only = { category = "fire"
    }`.
    """

    counter: Id
    sign: Literal[1, -1] = 1
    only: dict[Id, Text] = {}


class IndicatorSchema(TomlTable):
    """`[indicators.*]`: a figure of the reports, made of [counters](#counters).

    Its name, its definition and its unit of measure are in `[wording]`: `indicator.ID`, `indicator.ID.definition` and
    `measure.MEASURE`. With `over` it is a percentage. `flow` counts what happened in the period, `stock` what had
    gathered by its last day, `opening` what had gathered before its first. `split` divides it by a dimension, such as
    `category`.
    """

    measure: Id
    counts: list[CounterTermSchema] = Field(min_length=1)
    over: list[CounterTermSchema] = []
    span: Literal["flow", "stock", "opening"] = "flow"
    split: Id | Literal[""] = ""


class FrameSchema(TomlTable):
    """`[report_frame]`: parts of the official layout that all report templates share.

    Without `place` a document is from the place that its unit is named after.
    """

    addressee: Annotated[OptionalText, NAMES_PLACE] = ""
    grounds: Annotated[list[Text], NAMES_PLACE] = []
    recipients: Annotated[list[Text], NAMES_PLACE] = []
    unit_addressee: Annotated[OptionalText, NAMES_PLACE] = ""
    unit_recipients: list[Text] = []
    signer_capacity: OptionalText = ""
    signer_titles: Annotated[list[Text], NAMES_PLACE] = []
    unit_signer_titles: list[Text] = []
    superior: Annotated[OptionalText, NAMES_PLACE] = ""
    agency: OptionalText = ""
    unit_superior: OptionalText = ""
    unit_agency: OptionalText = ""
    place: Annotated[OptionalText, NAMES_PLACE] = ""
    closing: OptionalText = ""
    national_title: Text
    motto: Text


class TemplateSchema(TomlTable):
    """`[templates.*]`: a template of reports, with its sections."""

    title: Text
    subject: Text
    symbol: Text
    file_name: Text
    sections: list[SectionSchema] = Field(min_length=1)
