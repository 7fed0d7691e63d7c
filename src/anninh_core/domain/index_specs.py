"""Index specs of every kind of record: the columns that find it, needed before the first record is opened.

They are defined together here, so that an app opens without importing the models, which takes time.
"""

from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.usecase.decision import DECISION

ACCOUNT_SPEC = IndexSpec(kind="account", columns={"officer": str, "setup": str}, orders={"id": ()})

ACCOUNT_NAME_SPEC = IndexSpec(kind="account_name", columns={"officer": str}, orders={"id": ()})

API_TOKEN_SPEC = IndexSpec(kind="api_token", columns={"officer": str, "token": str}, orders={"id": ()})

SESSION_SPEC = IndexSpec(kind="session", columns={"officer": str, "token": str, "open": bool}, orders={"id": ()})

CHECKPOINT_SPEC = IndexSpec(kind="checkpoint", columns={"seq": int}, orders={"newest": ("-seq",)}, sealed=False)

JOURNAL_HEAD_SPEC = IndexSpec(
    kind="journal_head", columns={"number": int, "seq": int}, orders={"newest": ("-number",)}, sealed=False
)

RECEIVED_HEAD_SPEC = IndexSpec(
    kind="received_head",
    columns={"authority": str, "number": int, "accepted": bool},
    orders={"newest": ("-number",)},
    filters={"newest": (("authority",),)},
    sealed=False,
)

SOURCE_SPEC = IndexSpec(kind="source", columns={"in_use": bool}, orders={"id": ()}, sealed=False)

FOUND_PIECE_SPEC = IndexSpec(kind="found_piece", columns={"state": str, "found": str}, orders={"newest": ("-found",)})

ITEM_SPEC = IndexSpec(
    kind="item",
    columns={
        "state": str,
        "category": str,
        "written": str,
        "replaces": str,
        "runs_out": bool,
        "expires": str,
        "review_open": bool,
        "review_due": str,
    },
    orders={"newest": ("-written",), "expires": ("expires",), "review_due": ("review_due",)},
)

PUBLICATION_SPEC = IndexSpec(
    kind="publication",
    columns={"category": str, "published": str, "shown": bool},
    orders={"newest": ("-published",)},
    sealed=False,
)

CONVERSATION_SPEC = IndexSpec(kind="conversation", columns={}, orders={"id": ()})

MESSAGE_SPEC = IndexSpec(
    kind="message",
    columns={"conversation": str, "sender": str, "case": str, "kind": str, "platform": str, "hour": str},
    orders={"newest": ("-hour",), "oldest": ("hour",)},
)

CASE_NOTE_SPEC = IndexSpec(
    kind="case_note",
    columns={"case": str, "hour": str},
    orders={"newest": ("-hour",), "oldest": ("hour",)},
    filters={"newest": (("case",),), "oldest": (("case",),)},
)

ROSTER_SPEC = IndexSpec(kind="roster", columns={"home": str, "ends": str}, orders={"id": ()})

ALARM_SPEC = IndexSpec(
    kind="alarm",
    columns={"state": str, "urgency": str, "about": str, "chat": str, "opened": str, "next": str},
    multi=("told", "excluded"),
    orders={"newest": ("-opened",), "due": ("next",), "oldest": ("opened",)},
)

GROUP_SPEC = IndexSpec(
    kind="group",
    columns={"state": str, "kind": str, "conversation": str},
    multi=("officer",),
    orders={"id": ()},
)

DISCLOSURE_SPEC = IndexSpec(
    kind="disclosure",
    columns={"state": str, "case": str, "conversation": str, "requested": str},
    orders={"newest": ("-requested",)},
)

EMERGENCY_OPENING_SPEC = IndexSpec(
    kind="emergency_opening",
    columns={"state": str, "case": str, "opened": str},
    orders={"newest": ("-opened",)},
)

CUSTODIAN_SPEC = IndexSpec(kind="custodian", columns={"state": str, "officer": str}, orders={"id": ()})

INQUIRY_SPEC = IndexSpec(
    kind="inquiry",
    columns={"state": str, "conversation": str, "article": str, "received": str},
    orders={"newest": ("-received",), "oldest": ("received",)},
)

ARTICLE_SPEC = IndexSpec(kind="article", columns={"retired": bool}, orders={"id": ()}, sealed=False)

LEAK_FINDING_SPEC = IndexSpec(
    kind="leak_finding",
    columns={"state": str, "about": str, "officer": str, "found": str},
    orders={"newest": ("-found",), "oldest": ("found",)},
)

POST_SPEC = IndexSpec(
    kind="post",
    columns={"state": str, "group": str, "author": str, "needs_hand": bool, "raised": str},
    orders={"newest": ("-raised",), "oldest": ("raised",)},
)

DUTY_SPEC = IndexSpec(
    kind="duty",
    columns={"what": str, "source": str, "year": int, "state": str, "last_day": str, "next_urge": str},
    orders={"due": ("last_day",), "urge": ("next_urge",)},
)

TRAINING_SPEC = IndexSpec(kind="training", columns={"day": str}, orders={"newest": ("-day",)})

INSPECTION_SPEC = IndexSpec(kind="inspection", columns={"day": str, "open": bool}, orders={"newest": ("-day",)})

CAMPAIGN_SPEC = IndexSpec(
    kind="campaign", columns={"start": str, "open": bool}, multi=("partner",), orders={"newest": ("-start",)}
)

DIFFICULTY_SPEC = IndexSpec(kind="difficulty", columns={"state": str, "raised": str}, orders={"oldest": ("raised",)})

HEAD_SPEC = IndexSpec(kind="head", columns={}, orders={"id": ()})

OWN_PLAN_SPEC = IndexSpec(kind="own_plan", columns={"day": str}, orders={"newest": ("-day",)})

QUARANTINED_SPEC = IndexSpec(
    kind="quarantined",
    columns={"consumer": str, "about": str, "open": bool, "since": str},
    orders={"oldest": ("since",)},
    sealed=False,
)

REPORT_SPEC = IndexSpec(
    kind="report",
    columns={"unit": str, "obligation": str, "year": int, "state": str, "version": int, "last_day": str},
    orders={"newest": ("-last_day", "-version")},
)

NUMBER_SERIES_SPEC = IndexSpec(kind="number_series", columns={"year": int}, orders={"id": ()})

PURGE_ORDER_SPEC = IndexSpec(kind="tombstone", columns={"scope": str, "done": bool}, orders={"id": ()})

ERASURE_SPEC = IndexSpec(
    kind="erasure",
    columns={"state": str, "conversation": str, "received": str},
    orders={"oldest": ("received",)},
)

LEGAL_HOLD_SPEC = IndexSpec(
    kind="legal_hold", columns={"scope": str, "running": bool, "review": str}, orders={"due": ("review",)}
)

RIGHTS_REQUEST_SPEC = IndexSpec(
    kind="rights_request",
    columns={"state": str, "asks": str, "conversation": str, "number": str, "received": str, "restricts": bool},
    orders={"oldest": ("received",)},
)

TIP_SPEC = IndexSpec(
    kind="tip",
    columns={
        "state": str,
        "type": str,
        "category": str,
        "urgency": str,
        "handling_unit": str,
        "conversation": str,
        "receipt": str,
        "received": str,
        "due": str,
        "merged_into": str,
        "work": str,
    },
    multi=("handler", "excluded", "claimant"),
    orders={"newest": ("-received",), "due": ("due",), "work": ("work",)},
    filters={
        "newest": (
            *(("state",), ("category",), ("receipt",), ("handler",)),
            *(("unit", "state"), ("unit", "category"), ("state", "category"), ("unit", "state", "category")),
        ),
        "due": (("type",), ("unit", "type"), ("handler",)),
        "work": (("handler",),),
    },
)

SUBCASE_SPEC = IndexSpec(
    kind="subcase",
    columns={"case": str, "state": str, "asked": str},
    multi=("officer", "excluded"),
    orders={"newest": ("-asked",)},
    filters={"newest": (("case",), ("unit", "state"), ("officer",))},
)

INCIDENT_SPEC = IndexSpec(
    kind="incident",
    columns={"state": str, "opened": str},
    orders={"newest": ("-opened",)},
    filters={"newest": (("state",),)},
)

SLIP_SERIES_SPEC = IndexSpec(kind="slip_series", columns={"year": int}, orders={"id": ()})

OFFICER_SPEC = IndexSpec(kind="officer", columns={"home": str}, multi=("role",), orders={"id": ()})

OFFICER_CHAT_SPEC = IndexSpec(
    kind="officer_chat", columns={"officer": str, "handle": str, "mark": str}, orders={"id": ()}
)

SPECS: tuple[IndexSpec, ...] = (
    ACCOUNT_SPEC,
    ACCOUNT_NAME_SPEC,
    ALARM_SPEC,
    API_TOKEN_SPEC,
    ARTICLE_SPEC,
    CAMPAIGN_SPEC,
    CASE_NOTE_SPEC,
    CHECKPOINT_SPEC,
    CONVERSATION_SPEC,
    CUSTODIAN_SPEC,
    DECISION.spec,
    DIFFICULTY_SPEC,
    DISCLOSURE_SPEC,
    DUTY_SPEC,
    EMERGENCY_OPENING_SPEC,
    ERASURE_SPEC,
    FOUND_PIECE_SPEC,
    GROUP_SPEC,
    HEAD_SPEC,
    INCIDENT_SPEC,
    INQUIRY_SPEC,
    INSPECTION_SPEC,
    ITEM_SPEC,
    JOURNAL_HEAD_SPEC,
    LEAK_FINDING_SPEC,
    LEGAL_HOLD_SPEC,
    MESSAGE_SPEC,
    NUMBER_SERIES_SPEC,
    OFFICER_SPEC,
    OFFICER_CHAT_SPEC,
    OWN_PLAN_SPEC,
    POST_SPEC,
    PUBLICATION_SPEC,
    QUARANTINED_SPEC,
    RECEIVED_HEAD_SPEC,
    REPORT_SPEC,
    RIGHTS_REQUEST_SPEC,
    ROSTER_SPEC,
    SESSION_SPEC,
    SLIP_SERIES_SPEC,
    SOURCE_SPEC,
    SUBCASE_SPEC,
    TIP_SPEC,
    PURGE_ORDER_SPEC,
    TRAINING_SPEC,
)
"""Specs of all kinds, in alphabetical order."""
