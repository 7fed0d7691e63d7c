"""The schema of the profile's tables for routing and handling tips, and for people's requests about their own data."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from anninh_core.profile.shapes import Day, Hours, Id, OptionalText, Text, TomlTable, Urgency, build_pattern_validator

_LIMIT = r"[1-9]\d{0,2}(h|d|wd|m)"
_Asks = Literal["access", "correction", "restriction", "deletion", "objection"]


class PlacesSchema(TomlTable):
    """`[places]`: words around the names of places in texts, see `PlaceWords`."""

    kinds: dict[Id, list[Text]] = {}
    words: dict[Literal["here", "elsewhere", "away", "titles", "families", "innocent", "common"], list[Text]] = {}
    most_options: int = Field(default=12, ge=2, le=30)


class RoutingSchema(TomlTable):
    """`[[routing]]`: rules that choose the unit for a tip, in the order in which they are tried. All conditions of a
    rule must hold.

    `to` is a unit, `own` (where the tip came from) or `standing_body`. `areas` are units, each with all units below it;
    `hours` such as `22:00-06:00` may cross midnight; `words` are phrases, and the text must contain at least one,
    compared without accents. `facts` are facts of the tip: `emergency` (`yes` or `no`), `legal_kind`, `origin`
    (`one_to_one`, `group`, `entry`, `phone`, `letter`, `website`, `import`) and `place`. A fact that isn't known of a
    tip matches nothing.
    """

    id: Id
    to: Id
    reason: Text
    categories: list[Id] = []
    urgencies: list[Urgency] = []
    facts: dict[Id, Text] = {}
    legal_kinds: list[Id] = []
    emergency: bool | None = None
    areas: list[Id] = []
    hours: list[Hours] = []
    weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = []
    holiday: bool | None = None
    words: list[Text] = []


class SettlingSchema(TomlTable):
    """`[settling.*]`: requirements for settling a tip with an outcome.

    `evidence` requires the number of a document or a message with a file; `reasons` (code = name) are the only codes.
    """

    evidence: bool = False
    reasons: dict[Id, Text] = {}


class HandlingSchema(TomlTable):
    """`[handling]`: rules for handling tips, such as how many hours an officer's claim on a tip lasts (`claim_hours`).

    `false_reasons` (code = name) are the codes that mark a case as a prank or a false report. `reporter_roles` (legal
    kind = role) selects the reports of an incident that are answered individually, unless an officer decides otherwise.
    """

    claim_hours: int = Field(default=4, ge=1, le=72)
    false_reasons: dict[Id, Text] = {}
    reporter_roles: dict[Id, Literal["witness", "accuser", "party"]] = {}


class ReadyAnswerSchema(TomlTable):
    """`[[ready_answers]]`: ready texts that officers insert into what they write.

    `step` is the operation that the wording is for, such as `ask_back`; omitted for any operation of the module.
    """

    code: Id
    module: Literal["tip", "inquiry", "item"]
    step: Id | Literal[""] = ""
    title: Text
    text: Text


class FloodSchema(TomlTable):
    """`[flood]`: limits for many messages at once; see `FloodRules`. No key can delay danger by more than a minute."""

    person_messages: int = Field(default=30, ge=5, le=1_000)
    person_minutes: int = Field(default=10, ge=1, le=1_440)
    person_cases: int = Field(default=12, ge=1, le=1_000)
    danger_answer_minutes: int = Field(default=5, ge=1, le=60)
    person_dangers: int = Field(default=3, ge=1, le=100)
    unit_cases: int = Field(default=30, ge=1, le=999)
    unit_notice_minutes: int = Field(default=10, ge=1, le=60)
    unit_dangers: int = Field(default=5, ge=1, le=100)
    page_seconds: int = Field(default=45, ge=5, le=45)


class RightsLimitSchema(TomlTable):
    """`[[rights.limits]]`: a time limit for requests about personal data, set by law or by the district.

    `checked_on` is the day on which the limit was last compared with the law's text; omitted for never. An `extension`
    is in the unit of the `limit`.
    """

    kinds: list[_Asks] = Field(min_length=1)
    limit: Annotated[str, build_pattern_validator(_LIMIT, "write hours 72h, days 10d, working days 3wd or months 1m")]
    extension: Annotated[
        str, build_pattern_validator(rf"({_LIMIT})?", "write it in the unit of the limit, or '' for none")
    ] = ""
    source: Text
    own: bool = False
    warn_days: int = Field(default=3, ge=0, le=60)
    valid_from: Day | None = None
    valid_to: Day | None = None
    moves: bool = False
    moves_by: OptionalText = ""
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _check_units(self) -> Self:
        if self.extension and self.extension.lstrip("0123456789") != self.limit.lstrip("0123456789"):
            raise ValueError(f"extension {self.extension!r} isn't in the unit of the limit {self.limit!r}")
        return self


class RightsSchema(TomlTable):
    """`[rights]`: rules for people's requests about their own data: time limits, ways to prove one's identity, and ways
    of delivery.
    """

    limits: list[RightsLimitSchema] = []
    ways: dict[Id, Text] = {}
    deliveries: dict[Id, Text] = {}
