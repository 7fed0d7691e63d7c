"""Every enumerated value that officers read has a label, in Vietnamese from the profile or in English."""

from enum import StrEnum

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker

from anninh_core.domain.content.values import ItemState
from anninh_core.domain.content.values import Urgency as ItemUrgency
from anninh_core.domain.conversations.timeline.views import DeliveryState
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.states import AnswerOutcome, RequestChannel, RequestState
from anninh_core.domain.tips.states import DeadlineState, SubcaseState, TipState
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app
from anninh_core.usecase.marks import get_action_name, get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.files.record import Cleaning, FileReason, Scan
from anninh_core.vocabulary.rights import RightsKind
from anninh_core.workflows.labels import LabelBook, name_member

STATES: dict[str, type[StrEnum]] = {
    "tip": TipState,
    "subcase": SubcaseState,
    "inquiry": InquiryState,
    "item": ItemState,
    "item_urgency": ItemUrgency,
    "post": PostState,
    "post_action": ModerationAction,
    "report": ReportState,
    "group": GroupState,
    "duty": DutyState,
    "difficulty": DifficultyState,
    "disclosure": DisclosureState,
    "identity": IdentityField,
    "opening": OpeningState,
    "custodian": CustodianState,
    "leak": LeakState,
    "alarm": AlarmState,
    "delivery": DeliveryState,
    "deadline": DeadlineState,
    "erasure": ErasureState,
    "rights_request": RequestState,
    "rights_outcome": AnswerOutcome,
    "rights_channel": RequestChannel,
    "rights_kind": RightsKind,
    "cleaning": Cleaning,
    "scan": Scan,
    "file_reason": FileReason,
}


@pytest.fixture
def labels(runner: UseCaseRunner) -> LabelBook:
    return LabelBook(runner)


@pytest.mark.parametrize("family", STATES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_has_a_label(labels: LabelBook, officer: OfficerMaker, family: str, language: str) -> None:
    """Every state has a label in both languages that differs from its code."""
    auditor = officer("auditor", "hoa-lu")
    family_labels = labels.labels(auditor, language="en" if language == "en" else "vi").families[family]
    assert {*STATES[family]} <= family_labels.keys()
    assert not [value for value, label in family_labels.items() if label in ("", value) or "_" in label]


def test_every_action_has_a_label(labels: LabelBook, officer: OfficerMaker) -> None:
    """Every action of a person, and every query that is recorded in the audit log, has a label."""
    acts = labels.labels(officer("auditor", "hoa-lu")).families["act"]
    gateway = OperationGateway(memory_app())
    marks = {get_action_name(operation.verb): get_use_case(operation.verb) for operation in gateway.operations.values()}
    actions = [
        action for action, mark in marks.items() if mark and (mark.kind is not UseCaseKind.QUERY or mark.audited)
    ]
    assert len(actions) > 250
    assert [action for action in actions if not acts.get(action)] == []


def test_profile_overrides_labels(labels: LabelBook, officer: OfficerMaker) -> None:
    """A profile can override the label of a state or an action with `label.…` or `act.…`."""
    own = {"label.tip.received": "Vừa tới", "act.tips.triage": "Sàng lọc", "act.composed.take_over": "Nhận thay"}
    district = evolve(labels.context.district, wording={**labels.context.district.wording, **own})
    book = LabelBook(UseCaseRunner(context=evolve(labels.context, district=district), permits=labels.runner.permits))
    families = book.labels(officer("auditor", "hoa-lu")).families
    assert (families["tip"]["received"], families["act"]["tips.triage"]) == ("Vừa tới", "Sàng lọc")
    assert families["act"]["composed.take_over"] == "Nhận thay"
    assert name_member(TipState.RECEIVED, district, "vi") == "Vừa tới"
    assert name_member(TipState.TRIAGED, district, "vi") == "đã phân loại"


def test_officers_read_other_words_than_residents(labels: LabelBook, officer: OfficerMaker) -> None:
    """A state's label for officers differs from its wording for residents."""
    district = labels.context.district
    families = labels.labels(officer("auditor", "hoa-lu")).families
    assert families["tip"]["waiting_for_reporter"] == "Chờ người dân"
    assert "ông/bà" in district.wording["state.waiting_for_reporter"]


def test_profile_names_are_labels(labels: LabelBook, officer: OfficerMaker) -> None:
    """Roles, categories, clocks and rules have the profile's names, in English too."""
    families = labels.labels(officer("auditor", "hoa-lu"), language="en").families
    assert families["role"]["tip_officer"] == "Cán bộ xử lý tin"
    assert families["category"]["crime"] == labels.context.district.incoming["crime"].name
    assert families["deadline_rule"].keys() == {rule.id for rule in labels.context.district.deadlines}
    assert families["act"]["governance.approve_identity"] == "Approve identity"


def test_labels_leave_no_entry(labels: LabelBook, officer: OfficerMaker) -> None:
    """Reading labels leaves no audit log entry, because labels are the same for all and reveal no case."""
    asker = officer("operator", "hoa-lu")
    head = labels.context.storage.journal.head()
    labels.labels(asker)
    assert labels.context.storage.journal.head() == head
