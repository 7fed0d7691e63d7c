"""Closed lists of words that interfaces show; the catalogue has each word in the context of its list's name."""

from enum import Enum

from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.domain.content.collected.model import FoundState
from anninh_core.domain.content.values import ItemState, Urgency
from anninh_core.domain.conversations.timeline.views import DeliveryState, TimelineKind
from anninh_core.domain.duty.states import AlarmState, Gap, NotificationKind
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.registry import KINDS
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.retention.clocks.preview import Fate
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.states import AnswerClockState, AnswerOutcome, RequestChannel, RequestState
from anninh_core.domain.tips.incidents.states import IncidentChange, ReporterRole
from anninh_core.domain.tips.states import (
    DeadlineState,
    DecisionKind,
    EntryChannel,
    PlaceChange,
    SubcaseState,
    TipState,
)
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.health import Level
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.files.record import Cleaning, FileReason, Scan
from anninh_core.vocabulary.messages import Place
from anninh_core.vocabulary.rights import RightsKind
from anninh_core.vocabulary.supervision import AccusedKind
from anninh_core.workflows.incidents import AnswerWay
from anninh_core.workflows.publication.audience import LeftOutReason
from anninh_core.workflows.report_paper import PaperBlockKind
from anninh_zalo.errors.classify import Host

LISTS: tuple[type[Enum], ...] = (
    Host,
    Place,
    AccusedKind,
    AlarmState,
    AnswerClockState,
    AnswerOutcome,
    AnswerWay,
    BreakReason,
    Cleaning,
    CustodianState,
    DeadlineState,
    DecisionKind,
    DeliveryState,
    DifficultyState,
    DisclosureState,
    DutyState,
    ErasureState,
    EntryChannel,
    Fate,
    FileReason,
    FoundState,
    Gap,
    GroupState,
    IdentityField,
    IncidentChange,
    InboxState,
    InquiryState,
    ItemState,
    Lane,
    LeakState,
    LeftOutReason,
    Level,
    ModerationAction,
    OpeningState,
    OutboxState,
    PaperBlockKind,
    PlaceChange,
    PostState,
    ReporterRole,
    ReportState,
    RequestChannel,
    RequestState,
    RightsKind,
    Scan,
    SignInMethod,
    SubcaseState,
    Support,
    NotificationKind,
    TimelineKind,
    TipState,
    Urgency,
)
"""Enumerations with members that are values in sentences or are shown by interfaces."""

RECORDS = (
    "this",
    "this case",
    "storage",
    "a group's QR code",
    "a second factor",
    "looking up days off",
    "signing in by OpenID Connect",
    "signing in by a passkey",
    "signing in by a password",
    "the PostgreSQL storage",
    "the Zalo adapter",
    "the board",
    "the command line",
    "the pretend Zalo as an ASGI application",
    "the pretend Zalo inside of httpx",
    "the proxy of the pretend Zalo",
    "the web door",
    "/metrics",
    *(kind.name for kind in KINDS),
    "a button's title",
    "a line's subtitle",
    "a line's title",
    "a member",
    "audio",
    "board",
    "bot",
    "buttons",
    "category",
    "counter",
    "deadline",
    "file",
    "gif",
    "group kind",
    "image",
    "incoming category",
    "indicator",
    "key person",
    "legal_kind",
    "level",
    "limit",
    "lines of a list",
    "link",
    "location",
    "members of a new group",
    "message",
    "messenger",
    "obligation",
    "official account",
    "passkey",
    "reading",
    "role",
    "session",
    "sticker",
    "template",
    "the article",
    "the asset",
    "the author",
    "the caption",
    "the chat",
    "the conversation",
    "the description",
    "the file",
    "the group",
    "the group's name",
    "the message",
    "the number",
    "the person",
    "the picture",
    "the quoted message",
    "the sticker",
    "the subtitle",
    "the template",
    "the text",
    "the text of a tap",
    "the title",
    "the user",
    "the video",
    "the visitor",
    "unit",
    "video",
)
"""Kinds of records and of other things that errors such as `NotFound` name."""

CHECKS = (
    *("access", "app", "backups", "calendar", "clock", "collectors", "custodians", "demo", "disk", "door", "duty"),
    *("emergencies", "emergency", "epochs", "events", "failures", "file", "files", "journal", "key", "keys"),
    *("messengers", "migrations", "parts", "people", "platform", "profile", "proxies", "quarantine", "queue", "queues"),
    *("ready", "records", "recovery", "reports", "rights", "roles", "settings", "sign-in", "start", "storage"),
    *("time", "token", "watchdog", "worker", "zone"),
)
"""Words that occur in the names of checks."""
