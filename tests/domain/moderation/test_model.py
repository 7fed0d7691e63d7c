"""Tests of the state machine of a post under moderation."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.moderation.model import Post, Ruling, evidence_hash
from anninh_core.domain.moderation.states import GROUP_ACTIONS, TRANSITIONS, ModerationAction, PostState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AnninhError, BadInput, Refused, WrongStep
from anninh_core.usecase.actor import person, system
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Flag

AT = datetime(2021, 9, 1, 16, 59, tzinfo=UTC)  # This time is one minute before midnight in Vietnam.
LAN = person("lan")
MINH = person("minh")


def build_raised_post() -> Post:
    return Post(
        id="m1",
        unit="ninh-hoa",
        group="g1",
        conversation="oa.group",
        author="oa.author",
        evidence=evidence_hash("Thanh lý giá sốc"),
        excerpt="Thanh lý giá sốc",
        raised_by="system:router",
        raised_at=AT,
    )


def build_ruling(action: ModerationAction = ModerationAction.DELETE, text: str = "Quảng cáo") -> Ruling:
    return Ruling(by=LAN, at=AT, action=action, rule="advertising", text=text)


def build_decided_post(action: ModerationAction = ModerationAction.DELETE, *, able: bool = False) -> Post:
    return build_raised_post().decided(build_ruling(action), able=able)


@pytest.mark.parametrize("part", ["router", "clock", "delivery", "setup"])
def test_machine_cannot_build_a_ruling(part: str) -> None:
    """A moderation ruling can't be created for a system actor."""
    with pytest.raises(Refused, match="Only a person decides about a post, not"):
        Ruling(by=system(part), at=AT, action=ModerationAction.NONE, rule="advertising", text="Máy tự quyết")


def test_stored_machine_ruling_is_refused() -> None:
    """A stored moderation ruling by a system actor can't be decoded."""
    forged = msgspec.json.encode(build_ruling()).replace(b'"person"', b'"system"')
    with pytest.raises(Refused):
        msgspec.json.decode(forged, type=Ruling)


@pytest.mark.parametrize("action", list(ModerationAction))
def test_unsupported_action_becomes_a_manual_task(action: ModerationAction) -> None:
    """A moderation action in the group becomes a manual task if the messenger can't do it; sending a mere message never
    does.
    """
    assert build_decided_post(action, able=False).needs_manual_action is (action in GROUP_ACTIONS)
    assert not build_decided_post(action, able=True).needs_manual_action


def test_failed_action_becomes_a_manual_task() -> None:
    """A moderation action that the messenger failed to do becomes a manual task, which is confirmed once and with
    proof.
    """
    done = build_decided_post(able=True).left_to_hand().done("Đã xóa trên ứng dụng lúc 9 giờ")
    assert not done.needs_manual_action
    with pytest.raises(WrongStep, match="has no open task in its group"):
        done.done("Lần nữa")
    with pytest.raises(BadInput, match="has no proof: write how it was done"):
        build_decided_post().done(" ")


def test_post_is_decided_once() -> None:
    """A post under moderation is decided once, with an explanation."""
    with pytest.raises(WrongStep, match="Possible next states"):
        build_decided_post().decided(build_ruling(), able=True)
    with pytest.raises(BadInput, match="only names a rule: add an explanation in your own words"):
        build_raised_post().decided(build_ruling(text=" "), able=True)


def test_flags_are_added_once() -> None:
    """Further flags are added to a post, each once."""
    flag = Flag("advertising", "thanh lý", "a")
    other = Flag("scam_link", "la.top", "b")
    assert build_raised_post().flagged((flag,)).flagged((flag, other)).flags == (flag, other)


def test_appeal_days_are_counted_in_vietnam() -> None:
    """The last day for an appeal ends at midnight in Vietnam, not in UTC."""
    last = datetime(2021, 9, 8, 23, 59, tzinfo=VIETNAM)
    assert build_decided_post().appealed("Tôi không quảng cáo", last, 7).state is PostState.APPEALED
    with pytest.raises(WrongStep, match="The time for an appeal about post m1 ended on 2021-09-08"):
        build_decided_post().appealed("Tôi không quảng cáo", last + timedelta(minutes=1), 7)


def test_post_ends_after_tasks_and_appeals() -> None:
    """A post's moderation ends only when the post is decided, no task or appeal is open, and the time for an appeal is
    over.
    """
    days = timedelta(days=7)
    day = date(2021, 9, 1)
    done = build_decided_post().done("đã xoá")
    appealed = done.appealed("Tôi không đồng ý", AT, 7)
    upheld = appealed.appeal_decided(MINH, AT + timedelta(days=20), "Giữ nguyên", uphold=True, able=False)
    posts = (
        build_raised_post(),
        build_decided_post(),
        done,
        appealed,
        upheld,
        build_decided_post(ModerationAction.NONE),
    )
    ends = [post.ended_on(days) for post in posts]
    assert ends == [None, None, day + days, None, day + timedelta(days=20), day + days]


def test_post_without_action_cannot_be_appealed() -> None:
    """A post without an action or without a decision can't be appealed."""
    with pytest.raises(WrongStep, match="nothing to appeal"):
        build_decided_post(ModerationAction.NONE).appealed("Sao lại xem bài tôi", AT, 7)
    with pytest.raises(WrongStep, match="and has no decision yet: decide about it first with"):
        build_raised_post().appealed("Sao lại xem bài tôi", AT, 7)


def test_another_person_decides_the_appeal() -> None:
    """An appeal against a moderation ruling is decided with a text, and neither by the person who ruled nor by a system
    actor.
    """
    post = build_decided_post().appealed("Không phải quảng cáo", AT, 7)
    for same in (LAN, LAN.with_request("k"), system("clock")):
        with pytest.raises(Refused, match="ask a person who didn't make the first decision"):
            post.appeal_decided(same, AT, "Đúng", uphold=True, able=True)
    with pytest.raises(BadInput, match="in words"):
        post.appeal_decided(MINH, AT, "", uphold=True, able=True)


@pytest.mark.parametrize("able", [True, False])
def test_overturned_action_is_undone(able: bool) -> None:
    """Overturning a moderation action undoes it, by hand if the messenger can't; an action that wasn't done needs no
    undoing.
    """
    done = build_decided_post(ModerationAction.LOCK).done("Đã khóa").appealed("Sai", AT, 7)
    task = done.appeal_decided(MINH, AT, "Có lý", uphold=False, able=able).task
    assert task is not None
    assert (task.undo, task.by_hand, task.proof) == (True, not able, "")
    never = (
        build_decided_post(ModerationAction.LOCK)
        .appealed("Sai", AT, 7)
        .appeal_decided(MINH, AT, "Có lý", uphold=False, able=able)
    )
    assert never.task is None


def test_late_execution_of_overturned_order_is_undone() -> None:
    """If the messenger does an ordered moderation action after it was overturned, a manual task to undo it is opened;
    if the action failed, there is nothing to undo.
    """
    ordered = build_decided_post(ModerationAction.LOCK, able=True).appealed("Sai", AT, 7)
    overturned = ordered.appeal_decided(MINH, AT, "Có lý", uphold=False, able=False)
    assert not overturned.needs_manual_action
    late = overturned.done("lock accepted")
    assert late.task is not None
    assert (late.task.undo, late.needs_manual_action) == (True, True)
    assert not late.done("Đã mở lại").needs_manual_action
    assert overturned.left_to_hand().task is None


def test_evidence_covers_text_and_attachments() -> None:
    """The evidence hash of a post covers its NFC-normalized text and its attachments."""
    text = "Thanh lý giá sốc"
    assert evidence_hash(unicodedata.normalize("NFD", text)) == evidence_hash(text)
    assert evidence_hash(text) != evidence_hash(text, (Attachment("image", url="https://example.com/1.jpg"),))


STEPS = ("decide", "done", "leave", "appeal", "uphold", "overturn")


def try_step(post: Post, name: str) -> Post:
    """Apply the step `name` to a post; return the post unchanged if the step is refused."""
    act: dict[str, Callable[[], Post]] = {
        "decide": lambda: post.decided(build_ruling(), able=False),
        "done": lambda: post.done("Đã xóa"),
        "leave": post.left_to_hand,
        "appeal": lambda: post.appealed("Sai", AT, 7),
        "uphold": lambda: post.appeal_decided(MINH, AT, "Đúng", uphold=True, able=False),
        "overturn": lambda: post.appeal_decided(MINH, AT, "Có lý", uphold=False, able=False),
    }
    try:
        return act[name]()
    except AnninhError:
        return post


@given(st.lists(st.sampled_from(STEPS), max_size=20))
def test_only_listed_transitions_happen(steps: list[str]) -> None:
    """After any sequence of steps a post follows the transition table, a decided post has a ruling, and its appeal is
    decided by another person.
    """
    post = build_raised_post()
    for name in steps:
        before, post = post, try_step(post, name)
        assert post.state is before.state or post.state in TRANSITIONS[before.state]
        assert (post.ruling is None) is (post.state is PostState.RAISED)
        if post.appeal is not None and post.appeal.by is not None:
            assert post.appeal.by.id != post.required_ruling.by.id
