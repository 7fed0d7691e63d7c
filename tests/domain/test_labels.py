"""What officers read of closed words: every one has a label, in Vietnamese from the profile, or in English."""

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
from anninh_core.operations import Door
from anninh_core.testing import memory_app
from anninh_core.usecase.marks import action_of, use_case_of
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
    """In both languages; no label is the word of the program."""
    asked = officer("auditor", "hoa-lu")
    told = labels.labels(asked, language="en" if language == "en" else "vi").families[family]
    assert {*STATES[family]} <= told.keys()
    assert not [value for value, label in told.items() if label in ("", value) or "_" in label]


def test_every_act_has_a_label(labels: LabelBook, officer: OfficerMaker) -> None:
    """What a person does from outside, and which looks the journal has."""
    acts = labels.labels(officer("auditor", "hoa-lu")).families["act"]
    door = Door(memory_app())
    marks = {action_of(operation.verb): use_case_of(operation.verb) for operation in door.operations.values()}
    seen = [action for action, mark in marks.items() if mark and (mark.kind is not UseCaseKind.QUERY or mark.audited)]
    assert len(seen) > 250
    assert [action for action in seen if not acts.get(action)] == []


def test_a_profile_may_word_a_label(labels: LabelBook, officer: OfficerMaker) -> None:
    """A district that calls a state or an act otherwise writes `label.…` or `act.…` in its profile."""
    own = {"label.tip.received": "Vừa tới", "act.tips.triage": "Sàng lọc", "act.composed.take_over": "Nhận thay"}
    district = evolve(labels.context.district, wording={**labels.context.district.wording, **own})
    book = LabelBook(UseCaseRunner(context=evolve(labels.context, district=district), permits=labels.runner.permits))
    families = book.labels(officer("auditor", "hoa-lu")).families
    assert (families["tip"]["received"], families["act"]["tips.triage"]) == ("Vừa tới", "Sàng lọc")
    assert families["act"]["composed.take_over"] == "Nhận thay"
    assert name_member(TipState.RECEIVED, district, "vi") == "Vừa tới"
    assert name_member(TipState.TRIAGED, district, "vi") == "đã phân loại"


def test_officers_read_other_words_than_residents(labels: LabelBook, officer: OfficerMaker) -> None:
    """A resident is asked for more, an officer waits for a resident."""
    district = labels.context.district
    told = labels.labels(officer("auditor", "hoa-lu")).families
    assert told["tip"]["waiting_for_reporter"] == "Chờ người dân"
    assert "ông/bà" in district.wording["state.waiting_for_reporter"]


def test_what_the_profile_names(labels: LabelBook, officer: OfficerMaker) -> None:
    """Roles, categories, clocks and rules are called as the profile calls them, in English too."""
    told = labels.labels(officer("auditor", "hoa-lu"), language="en").families
    assert told["role"]["tip_officer"] == "Cán bộ xử lý tin"
    assert told["category"]["crime"] == labels.context.district.incoming["crime"].name
    assert told["deadline_rule"].keys() == {rule.id for rule in labels.context.district.deadlines}
    assert told["act"]["governance.approve_identity"] == "Approve identity"


def test_labels_leave_no_entry(labels: LabelBook, officer: OfficerMaker) -> None:
    """They are the same for all, and tell of no case."""
    asker = officer("operator", "hoa-lu")
    head = labels.context.storage.journal.head()
    labels.labels(asker)
    assert labels.context.storage.journal.head() == head
