"""The schema of a profile's TOML, table by table. References between tables are checked in `references`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from anninh_core.profile.case_schema import (
    FloodSchema,
    HandlingSchema,
    PlacesSchema,
    ReadyAnswerSchema,
    RightsSchema,
    RoutingSchema,
    SettlingSchema,
)
from anninh_core.profile.plan_schema import (
    FrameSchema,
    IndicatorSchema,
    MilestoneSchema,
    ObligationSchema,
    TemplateSchema,
)
from anninh_core.profile.shapes import (
    CLOCK,
    HOURS,
    NAMES_PLACE,
    Day,
    Hours,
    Id,
    OptionalText,
    Text,
    TomlTable,
    Urgency,
    build_pattern_validator,
)


class HeadSchema(TomlTable):
    """`[district]`: the profile's id, version and first day, and its district."""

    id: Id
    name: Text
    version: Text
    valid_from: Day
    timezone: Text
    root: Id
    standing_body: Id
    official_domains: list[Text] = []


class LevelSchema(TomlTable):
    """`[levels.*]`: a level of the tree of units, such as that of communes."""

    name: Text
    counts: bool = False


class UnitSchema(TomlTable):
    """`[units.*]`: a unit of the tree. Omitted dates are those of the parent."""

    name: Annotated[Text, NAMES_PLACE]
    level: Id
    kind: Id
    parent: Id | None = None
    code: OptionalText = ""
    head: OptionalText = ""
    documents: OptionalText = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    aliases: list[Text] = []
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    radius_km: float | None = Field(default=None, gt=0, le=500)


class SuccessionSchema(TomlTable):
    """`[[successions]]`: a unit that was merged, split or renamed into another on a day."""

    unit: Annotated[Id, NAMES_PLACE]
    into: Id
    on: Day
    how: Literal["merged", "split", "renamed"]
    source: OptionalText = ""


class RoleSchema(TomlTable):
    """`[roles.*]`: a role of officers, with its permissions and the roles kept apart from it."""

    name: Text
    permissions: list[str]
    apart_from: list[Id] = []


class CategorySchema(TomlTable):
    """`[incoming.*]` and `[outgoing.*]`: a category of tips, or of published items."""

    name: Text
    urgency: Urgency = "ordinary"
    legal_kind: Id = "feedback"
    words: list[Text] = []
    needs_decision: bool = False
    needs_requester: bool = False
    danger_reply: Literal["", "tip.self_harm"] = ""
    in_register: bool = True


class GateSchema(TomlTable):
    """`[[gates]]`: a question that a reviewer has to answer before an item is published."""

    id: Id
    question: Text


class CharterRuleSchema(TomlTable):
    """`[[charter.rules]]`: a rule for posts in the groups, with words that may break it."""

    code: Id
    text: Text
    words: list[Text] = []


class CharterSchema(TomlTable):
    """`[charter]`: the rules for posts in the groups, and the days for an appeal."""

    version: Text
    title: Text
    reminder: Text
    appeal_days: int = Field(default=7, ge=1, le=365)
    rules: list[CharterRuleSchema] = Field(min_length=1)


class CalendarSchema(TomlTable):
    """`[calendar]`: hours of each weekday as `07:30-11:30`.

    `provisional` are expected days off without a decision, with their source and the day on which they were last
    compared with the government's announcements. `until` is the last day up to which days off are known; if omitted,
    the end of the last year with any.
    """

    always_on: bool = False
    holidays: list[Day] = []
    swapped: list[Day] = []
    provisional: list[Day] = []
    provisional_source: OptionalText = ""
    provisional_checked_on: Day | None = None
    until: Day | None = None
    weekly: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[Hours]] = {}


class DeliverySchema(TomlTable):
    """`[delivery]`: rules for sending: quiet hours as `22:00-06:00` ("" for none), minutes of patience by lane, and
    hours to the alarm.

    `unreadable_per_day` limits how many events of one messenger are stored in a day although its adapter can't read
    them.
    """

    quiet: Annotated[
        str, build_pattern_validator(rf"({HOURS})?", "write hours such as '22:00-06:00', or '' for none")
    ] = "22:00-06:00"
    patience_minutes: dict[
        Literal["emergency", "reply", "broadcast", "media"], Annotated[int, Field(ge=1, le=20_160)]
    ] = {}
    alarm_hours: int = Field(default=24, ge=1, le=720)
    unreadable_per_day: int = Field(default=1000, ge=1, le=1_000_000)


class EscalationSchema(TomlTable):
    """`[[duty.escalation]]`: the hours after the first notice, and who is notified then."""

    after_hours: int = Field(ge=1, le=720)
    to: Literal["supervisor", "parent"]


class DutySchema(TomlTable):
    """`[duty]`: rules for urgent notices: minutes between them, hours of each escalation, and the clock time of the
    digest ("" for none).
    """

    repage_minutes: int = Field(default=3, ge=1, le=120)
    hand_up_minutes: int = Field(default=6, ge=1, le=240)
    bundle_minutes: int = Field(default=2, ge=0, le=240)
    claim_minutes: int = Field(default=30, ge=5, le=480)
    group_minutes: int = Field(default=15, ge=1, le=1440)
    digest_at: Annotated[
        str, build_pattern_validator(rf"({CLOCK})?", "write a time such as '07:30', or '' for none")
    ] = "07:30"
    ask_minutes: int = Field(default=3, ge=1, le=60)
    incident_minutes: int = Field(default=30, ge=0, le=240)
    incident_km: float = Field(default=0.5, ge=0, le=10)
    window_warning_hours: int = Field(default=12, ge=1, le=72)
    code_minutes: int = Field(default=30, ge=1, le=1440)
    code_tries: int = Field(default=5, ge=1, le=20)
    lock_hours: int = Field(default=24, ge=1, le=168)
    escalation: list[EscalationSchema] = []


class SupervisionSchema(TomlTable):
    """`[[supervision]]`: which unit handles reports that accuse officials or units, by kind of accused, and units or
    levels.

    `contact` is an outside office instead, which reporters are referred to: for accused that no unit of the tree
    supervises.
    """

    accused: list[Literal["police", "government", "official"]] = Field(min_length=1)
    units: list[Id] = []
    levels: list[Id] = []
    supervised_by: Id | Literal[""] = ""
    contact: OptionalText = ""


class DeadlineSchema(TomlTable):
    """`[[deadlines]]`: a legal deadline of tips, or one of the district's own.

    `own` deadlines are the district's and pause while the reporter's reply is due. A deadline that `moves` ends on a
    working day, by the rule of law in `moves_by`. A deadline that waits for a `decision` takes the place of those it
    `replaces`; a deadline that `suspends` is stopped by a recorded suspension.
    """

    id: Id
    name: Text
    limit: Annotated[
        str,
        build_pattern_validator(r"[1-9]\d{0,2}(h|d|wd|m)", "write hours 24h, days 7d, working days 3wd or months 2m"),
    ]
    source: Text
    start: Literal["received", "settled", "revoked"] = "received"
    met_by: Literal["receipt", "notice", "assigned", "settled", "answered"] = "settled"
    decision: Literal["", "complex", "extended", "revoked"] = ""
    legal_kinds: list[Id] = []
    urgencies: list[Urgency] = []
    warn_days: int = Field(default=1, ge=0, le=60)
    valid_from: Day | None = None
    valid_to: Day | None = None
    warn_hours: int = Field(default=0, ge=0, le=23)
    own: bool = False
    moves: bool = False
    moves_by: OptionalText = ""
    suspends: bool = False
    replaces: list[Id] = []


class SearchSchema(TomlTable):
    """`[search]`: how records are searched: `scan` decrypts all records in scope, `tokens` keeps an index of keyed
    words.
    """

    mode: Literal["scan", "tokens"] = "scan"


class KeysSchema(TomlTable):
    """`[keys]`: days after which a key epoch ends, and days after its end until its key is destroyed; off by default.

    With both, no backup opens data that was purged longer ago than their sum, nor any other data that old.
    """

    epoch_days: int | None = Field(default=None, ge=1, le=3_650)
    forget_after_days: int | None = Field(default=None, ge=1, le=3_650)


class TalkSchema(TomlTable):
    """`[talk]`: how residents' messages are assigned to their case; see `TalkRules`."""

    continue_minutes: int = Field(default=240, ge=1, le=10_080)
    join_minutes: int = Field(default=15, ge=1, le=1_440)
    danger_minutes: int = Field(default=60, ge=1, le=1_440)
    assign_hours: int = Field(default=8, ge=1, le=72)
    follow_up_hours: int = Field(default=72, ge=4, le=720)
    objection_days: int = Field(default=30, ge=1, le=365)
    answer_minutes: int = Field(default=15, ge=1, le=1_440)


class VideoSchema(TomlTable):
    """`[video]`: which videos are sent to groups; none without `containers`."""

    containers: list[Literal["video/mp4", "video/quicktime", "video/3gpp"]] = []
    video_codecs: list[Text] = []
    audio_codecs: list[Text] = []
    max_seconds: int = Field(default=300, ge=1, le=3_600)
    max_megabytes: int = Field(default=25, ge=1, le=50)


class ProfileSchema(TomlTable):
    """The tables of a whole profile, from all its files."""

    district: HeadSchema
    levels: dict[Id, LevelSchema] = Field(min_length=1)
    units: dict[Id, UnitSchema] = Field(min_length=1)
    successions: list[SuccessionSchema] = []
    roles: dict[Id, RoleSchema] = Field(min_length=1)
    incoming: dict[Id, CategorySchema] = Field(min_length=1)
    outgoing: dict[Id, CategorySchema] = Field(min_length=1)
    gates: list[GateSchema] = Field(min_length=1)
    charter: CharterSchema
    calendar: CalendarSchema
    delivery: DeliverySchema = DeliverySchema()
    deadlines: list[DeadlineSchema] = []
    routing: list[RoutingSchema] = Field(min_length=1)
    milestones: list[MilestoneSchema] = []
    obligations: dict[Id, ObligationSchema] = {}
    report_frame: FrameSchema
    templates: dict[Id, TemplateSchema] = {}
    indicators: dict[
        Annotated[str, build_pattern_validator(r"[a-z][a-z0-9_]{0,59}", "write small letters, digits and _")],
        IndicatorSchema,
    ] = {}
    wording: dict[str, Text]
    words: dict[Id, list[Text]]
    teen_code: dict[str, Text] = {}
    search: SearchSchema = SearchSchema()
    ladders: dict[
        Annotated[str, StringConstraints(min_length=1)],
        Annotated[list[Literal["window", "template", "phone", "task"]], Field(min_length=1)],
    ]
    keys: KeysSchema = KeysSchema()
    places: PlacesSchema = PlacesSchema()
    separate_roles_by: Day | None = None
    second_factor_roles: list[Id] = []
    retention_days: dict[Id, Annotated[int, Field(ge=1, le=36_500)]]
    emergency_numbers: dict[
        Annotated[str, build_pattern_validator(r"\d{3,4}", "write a short number such as 113")], Text
    ] = Field(min_length=1)
    local_models: dict[Id, Text] = {}
    duty: DutySchema = DutySchema()
    talk: TalkSchema = TalkSchema()
    video: VideoSchema = VideoSchema()
    flood: FloodSchema = FloodSchema()
    settling: dict[Literal["resolved", "unfounded", "refused", "transferred", "duplicate"], SettlingSchema] = {}
    handling: HandlingSchema = HandlingSchema()
    rights: RightsSchema = RightsSchema()
    ready_answers: list[ReadyAnswerSchema] = []
    supervision: list[SupervisionSchema] = []
