"""Closed lists whose words commands show: each word stands in the catalogue under the name of its list."""

from enum import Enum

from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.domain.content.found.model import FoundState
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.duty.states import AlarmState, Gap, Telling
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.retention.clocks.preview import Fate
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.states import AnswerClockState, AnswerOutcome, RequestChannel, RequestState
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.health import Level
from anninh_core.vocabulary.files import Cleaning
from anninh_core.vocabulary.rights import RightsKind

LISTS: tuple[type[Enum], ...] = (
    *(AlarmState, AnswerClockState, AnswerOutcome, BreakReason, Cleaning, CustodianState, DisclosureState, DutyState),
    *(
        ErasureState,
        Fate,
        FoundState,
        Gap,
        GroupState,
        IdentityField,
        InquiryState,
        ItemState,
        LeakState,
        Level,
        ModerationAction,
    ),
    *(OpeningState, PostState, ReportState, RequestChannel, RequestState, RightsKind, SignInMethod, Telling),
)
