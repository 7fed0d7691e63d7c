"""Explanations of errors are the same for the command line and the API, in Vietnamese and with all values."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum

import pytest

from anninh_core.domain.content.values import ItemState
from anninh_core.domain.duty.states import AlarmState
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.identity.states import DisclosureState, OpeningState
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import PostState
from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.states import RequestState
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel import errors
from anninh_core.kernel.errors import AlreadyDone, NotFound, StepUpNeeded, TooManyRequests, WrongStep
from anninh_core.kernel.sentences import Sentence
from anninh_core.language.phrasing import Phrasing
from anninh_core.operations.errors import ArgumentError, BadArguments
from anninh_core.operations.problems import explain_error, get_problem_words

STATES = (
    *(AlarmState, DisclosureState, DutyState, ErasureState, GroupState, InquiryState, ItemState, LeakState),
    *(OpeningState, PostState, ReportState, RequestState, TipState),
)
ENGLISH = Phrasing("en")
VIETNAMESE = Phrasing("vi")
PERMISSION: Mapping[str, object] = {
    "officer": "person:a",
    "permission": "tip.read",
    "unit": "hoa-lu",
    "day": date(2026, 11, 28),
    "roles": ("auditor",),
}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            NotFound(
                "Profile {profile!r} has no unit {id!r}: `anninh units` lists the units.",
                kind="unit",
                id="x",
                profile="p",
            ),
            ("“p”", "“x”", "`anninh units`"),
        ),
        (
            WrongStep(
                "Tip {receipt} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                receipt="t1",
                state=TipState.RECEIVED,
                next_state=TipState.CLOSED,
                allowed=(TipState.TRIAGED,),
            ),
            ("t1", "mới nhận", "đã kết thúc", "đã phân loại"),
        ),
        (errors.Stale("tip", "t1", seen=2, version=3), ("tin báo t1", "phiên bản 2", "nay là 3", "xem lại")),
        (AlreadyDone("k1"), ("“k1”", "không làm lần thứ hai")),
        (StepUpNeeded("reports.sign", "password"), ("reports.sign", "yếu tố thứ hai")),
        (
            TooManyRequests(
                "Too many attempts failed: wait {seconds} seconds, then try again.", timedelta(seconds=30), seconds=30
            ),
            ("30 giây",),
        ),
        (errors.NotSignedIn("Your sign-in data is wrong or has expired: sign in again."), ("đăng nhập lại",)),
        (
            errors.Refused(
                Sentence(
                    "{officer} has no permission {permission} for unit {unit} on {day}. Roles that give it: {roles}.",
                    **PERMISSION,
                )
            ),
            ("28/11/2026", "person:a", "tip.read", "hoa-lu", "auditor"),
        ),
        (
            errors.NotVisible(
                "There is no {kind:record} {id!r} for which you have the permission {permission}: "
                "{see:act} lists those you may see.",
                permission="tip.read",
                kind="tip",
                id="t1",
                see="tips.list",
            ),
            ("tin báo “t1”", "tip.read", "`tips.list`"),
        ),
        (
            BadArguments("tips.assign", [ArgumentError("unit", Sentence("is missing"))]),
            ("tips.assign", "unit: còn thiếu"),
        ),
    ],
)
def test_frequent_errors_are_explained_in_vietnamese(error: Exception, words: tuple[str, ...]) -> None:
    """Frequent errors are explained in Vietnamese with their values and a next step, without English text."""
    vietnamese = explain_error(error, VIETNAMESE)
    assert [word for word in words if word not in vietnamese] == []
    assert str(error) not in vietnamese
    assert explain_error(error, ENGLISH) == str(error)


@pytest.mark.parametrize("states", STATES)
def test_states_are_shown_by_label(states: type[Enum]) -> None:
    """A sentence shows a state by its Vietnamese label."""
    sentences = {state: VIETNAMESE.sentence(Sentence("{state}", state=state)) for state in states}
    assert [state.value for state, words in sentences.items() if str(state.value) in words] == []


def test_untranslated_error_keeps_its_text() -> None:
    """An error without a translation, such as a plugin's, is shown with its own text."""
    error = errors.BadInput("the frob of 'x' is odd")
    assert explain_error(error, VIETNAMESE) == explain_error(error, ENGLISH) == "the frob of 'x' is odd"


def test_foreign_error_follows_a_general_sentence() -> None:
    """An error of another library is shown in brackets after a general sentence in Vietnamese, and alone in English."""
    error = ValueError("the frob\nof 'x' is odd")
    general = get_problem_words("internal_error", "vi").detail
    assert explain_error(error, VIETNAMESE) == f"{general} [the frob of 'x' is odd]"
    assert explain_error(error, ENGLISH) == "the frob of 'x' is odd"
    assert explain_error(ValueError(), VIETNAMESE) == general
