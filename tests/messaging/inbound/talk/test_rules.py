"""Routing of a resident's message by the messages before it."""

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.messaging.inbound.talk.talks import (
    CHATTER,
    DISTRICT,
    FIRE,
    GROUP,
    NOW,
    PERSON,
    TIP,
    build_answered_tip,
    build_case,
    build_history,
    build_message,
    routed,
    triage_message,
)

from anninh_core.messaging.inbound.message_router import route_message
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.history import TalkCase
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.messaging.inbound.talk.rules import RULES
from anninh_core.vocabulary.opinions import TriageOpinion


def test_a_picture_follows_its_tip() -> None:
    """A picture within minutes after a tip joins it, and a later one becomes a tip of its own."""
    assert routed(build_message("", PERSON, "image"), history=build_history(build_case())).case == "tip:1"
    assert (
        routed(build_message("", PERSON, "image"), history=build_history(build_case(minutes=16))).message_class
        is MessageClass.TIP
    )


PIECES = ("Biển số 35B1-123.45", "Nhà em cạnh đình", "nó đi xe màu đỏ đội mũ", "hai đứa cơ ạ", "xóm 5")


@pytest.mark.parametrize("text", PIECES)
@pytest.mark.parametrize("minutes", [1, 14, 200])
def test_pieces_of_a_story_stay_one_case(text: str, minutes: int) -> None:
    """Messages that report a matter in pieces join one case while the talk continues."""
    result = routed(build_message(text), history=build_history(build_case(minutes=minutes, category="crime")))
    assert (result.message_class, result.case, result.second_matter) == (MessageClass.CONTINUATION, "tip:1", False)


@pytest.mark.parametrize("text", PIECES)
def test_after_some_hours_the_same_words_are_a_new_case(text: str) -> None:
    """After the duration of a talk, as set in the profile, the same words become a new tip."""
    assert routed(build_message(text), history=build_history(build_case(minutes=241))).message_class is MessageClass.TIP


@pytest.mark.parametrize(
    "text", ["vâng ạ", "ok", "dạ vâng", "Cảm ơn các anh nhiều nhé", "dạ em cảm ơn anh ạ", "oke anh", "👍"]
)
def test_thanks_and_assent_are_chatter(text: str) -> None:
    """Messages with only words of thanks or assent are chatter and continue no case."""
    for history in (build_history(), build_history(build_case()), build_history(build_answered_tip())):
        assert routed(build_message(text), history=history).message_class is MessageClass.CHATTER


@pytest.mark.parametrize(("confidence", "becomes"), [(0.89, "continuation"), (0.9, "chatter")])
def test_probable_small_talk_joins_the_open_case(confidence: float, becomes: str) -> None:
    """Probable small talk during a talk joins the case, unless the opinion's confidence is at least 0.9."""
    opinion = evolve(CHATTER, confidence=confidence)
    assert (
        routed(build_message("khoảng 7 8 người các chú ạ"), opinion, history=build_history(build_case())).message_class
        == becomes
    )
    assert routed(build_message("khoảng 7 8 người các chú ạ"), opinion).message_class is MessageClass.CHATTER


@pytest.mark.parametrize(
    "text", ["Cảm ơn anh, nó lại sang phá nữa", "vâng ạ nhưng nó vẫn đứng ngoài cổng", "ok anh chúng nó bỏ chạy rồi"]
)
def test_thanks_with_other_words_are_routed(text: str) -> None:
    """Thanks with any other words join the open case or become a tip."""
    thanks = TriageOpinion("chatter", confidence=1, reason="cam on", by="words", fallback=True)
    opinions = (thanks,) if "cảm ơn" in text.lower() else ()
    assert routed(build_message(text), *opinions, history=build_history(build_case())).case == "tip:1"
    assert routed(build_message(text), *opinions).message_class is MessageClass.TIP


def test_quoted_message_decides_the_case() -> None:
    """A message that quotes a message of a case joins that case, whatever other case waits."""
    history = build_history(build_case("tip:2", is_waiting=True), build_case(), quoted="tip:1")
    result = routed(build_message("lúc 2 giờ sáng", reply_to="m0"), history=history)
    assert (result.message_class, result.case) == (MessageClass.CONTINUATION, "tip:1")


def test_receipt_decides_the_case() -> None:
    """A message with the receipt of the sender's case joins that case."""
    history = build_history(build_case("tip:2"), build_case("tip:1", minutes=5000), named="tip:1")
    result = routed(build_message("về tin 7KM2Q-9XA3D, xe nó màu xanh"), history=history)
    assert (result.message_class, result.case) == (MessageClass.CONTINUATION, "tip:1")


@pytest.mark.parametrize("text", ["vâng", "có ạ", "không", "màu đỏ", "chưa anh ạ"])
def test_a_waiting_case_gets_the_answer(text: str) -> None:
    """Any message of a reporter joins the case that waits for them, however short or late the message is."""
    history = build_history(build_case("tip:2", minutes=9000, is_waiting=True))
    result = routed(build_message(text), CHATTER, history=history)
    assert (result.message_class, result.case) == (MessageClass.CONTINUATION, "tip:2")


def test_an_unrelated_question_is_no_answer() -> None:
    """A question about procedures becomes an inquiry even while a case waits."""
    question = TriageOpinion("question", confidence=0.9, reason="can cuoc", by="words")
    result = routed(build_message("làm căn cước ở đâu ạ"), question, history=build_history(build_case(is_waiting=True)))
    assert result.message_class is MessageClass.QUESTION


def test_an_answer_may_be_a_tip_too() -> None:
    """An answer that also reports another matter joins the waiting case, and is marked to be split."""
    other = TriageOpinion("tip", category="traffic", confidence=0.9, reason="dua xe", by="words")
    result = routed(
        build_message("xe màu đỏ, mà tối qua chúng nó đua xe"),
        other,
        history=build_history(build_case(category="crime", is_waiting=True)),
    )
    assert (result.case, result.second_matter) == ("tip:1", True)


def test_two_waiting_cases_leave_it_unassigned() -> None:
    """With two waiting cases a message is unassigned with both as candidates."""
    history = build_history(build_case("tip:1", is_waiting=True), build_case("tip:2", minutes=50, is_waiting=True))
    result = routed(build_message("màu xanh"), history=history)
    assert (result.message_class, result.candidates) == (MessageClass.UNASSIGNED, ("tip:1", "tip:2"))


def test_two_current_cases_leave_it_unassigned() -> None:
    """If two cases had messages within the last minutes, both are candidates for a new message, and an older case
    isn't.
    """
    result = routed(
        build_message("biển số 35B1"),
        history=build_history(build_case("tip:2", 2), build_case("tip:1", 9), build_case("tip:3", 100)),
    )
    assert (result.message_class, result.candidates) == (MessageClass.UNASSIGNED, ("tip:2", "tip:1"))
    assert (
        routed(
            build_message("biển số 35B1"), history=build_history(build_case("tip:2", 2), build_case("tip:1", 90))
        ).case
        == "tip:2"
    )


def test_a_number_answers_our_question() -> None:
    """A number is read as the answer to our pending question if the question has that choice."""
    history = build_history(build_case("tip:2"), build_case("tip:1"), asked=("tip:2", "tip:1"))
    assert [routed(build_message(text), history=history).case for text in ("1", "số 2", "2 ạ", "3")] == [
        "tip:2",
        "tip:1",
        "tip:1",
        "",
    ]
    assert routed(build_message("3"), history=history).command is ResidentCommand.CHOOSE
    assert routed(build_message("4"), history=history).command is None
    assert routed(build_message("1"), history=build_history(build_case())).command is None


def test_danger_is_a_tip_of_its_own() -> None:
    """A report of danger becomes a tip of its own, despite a waiting case and a more confident opinion."""
    waiting = build_case("tip:2", minutes=300, is_waiting=True)
    result = routed(build_message("cháy nhà"), CHATTER, FIRE, history=build_history(waiting))
    assert (result.message_class, result.category, result.emergency, result.case) == (
        MessageClass.TIP,
        "fire",
        True,
        "",
    )


def test_further_danger_joins_the_emergency() -> None:
    """Further danger of the same kind joins the emergency during its talk, and of another kind for an hour."""
    for minutes, category, expected in (
        (59, "fire", "tip:1"),
        (239, "fire", "tip:1"),
        (241, "fire", ""),
        (59, "crime", "tip:1"),
        (61, "crime", ""),
    ):
        history = build_history(build_case(minutes=minutes, is_emergency=True, category=category))
        result = routed(build_message("cháy to quá"), FIRE, history=history)
        assert (result.case, result.emergency) == (expected, True)


def test_danger_in_a_quoted_case_stays_emergency() -> None:
    """A report of danger that quotes a case joins it and stays an emergency."""
    result = routed(build_message("nó đang cầm dao"), FIRE, history=build_history(quoted="tip:1"))
    assert (result.message_class, result.case, result.emergency) == (MessageClass.CONTINUATION, "tip:1", True)


@pytest.mark.parametrize(
    "text", ["không có đâu ạ, em nhầm", "thôi em xin rút ạ", "hai nhà hòa giải rồi, bỏ qua giúp em", "bao nham roi a"]
)
def test_withdrawal_is_recognised_for_the_case(text: str) -> None:
    """A withdrawal in any words is recorded for the only case; with two current cases it is unassigned, and without a
    case it is none.
    """
    result = routed(build_message(text), history=build_history(build_case()))
    assert (result.message_class, result.case, result.withdraws) == (MessageClass.CONTINUATION, "tip:1", True)
    assert routed(build_message(text), history=build_history(build_case("tip:2", 5000))).withdraws
    assert (
        routed(build_message(text), history=build_history(build_case("tip:1", 3), build_case("tip:2", 4))).message_class
        is MessageClass.UNASSIGNED
    )
    assert not routed(build_message(text)).withdraws


@pytest.mark.parametrize("text", ["tôi không đồng ý với trả lời này", "vẫn chưa thấy ai xuống", "chua xu ly gi ca"])
def test_an_objection_after_an_answer_asks_to_reopen(text: str) -> None:
    """An objection after an answer requests reopening within the days that the profile sets; during a talk about
    another case it joins that case.
    """
    result = routed(build_message(text), history=build_history(build_answered_tip()))
    assert (result.message_class, result.case, result.objects) == (MessageClass.CONTINUATION, "tip:1", True)
    assert (
        routed(build_message(text), history=build_history(build_answered_tip(days=31))).message_class
        is MessageClass.TIP
    )
    assert routed(build_message(text), history=build_history(build_case("tip:2"), build_answered_tip())).case == "tip:2"


def test_ambiguous_objection_is_unassigned() -> None:
    """An objection right after an answer is unassigned if the sender wrote about another tip just before."""
    text = "không đúng, họ có làm gì đâu"
    result = routed(
        build_message(text),
        history=build_history(build_answered_tip("tip:1", days=0.001), build_case("tip:2", minutes=10)),
    )
    assert (result.message_class, result.candidates) == (MessageClass.UNASSIGNED, ("tip:1", "tip:2"))
    with_inquiry = build_history(build_answered_tip("tip:1", days=0.001), build_case("inquiry:2", minutes=10))
    assert routed(build_message(text), history=with_inquiry).objects


def test_other_words_after_an_answer_are_new() -> None:
    """A message without an objection after an answer is routed by its own words."""
    assert (
        routed(build_message("có trộm ở xóm 3"), TIP, history=build_history(build_answered_tip())).message_class
        is MessageClass.TIP
    )


def test_a_moderated_author_appeals() -> None:
    """An objection to a moderation ruling, or a message that quotes the ruling, is an appeal, unless an answer is newer
    than the ruling.
    """
    ruled_at = NOW - timedelta(hours=2)
    for history in (
        build_history(ruling="p1", ruled_at=ruled_at),
        build_history(ruling="p1", ruled_at=ruled_at, quotes_ruling=True),
    ):
        result = routed(build_message("sao lại xóa bài của tôi, vô lý"), history=history)
        assert (result.command, result.case) == (ResidentCommand.APPEAL, "p1")
    newer_answer = build_history(build_answered_tip(days=0.01), ruling="p1", ruled_at=ruled_at)
    assert routed(build_message("không đồng ý"), history=newer_answer).objects
    assert (
        routed(build_message("vâng ạ"), history=build_history(ruling="p1", ruled_at=ruled_at)).message_class
        is MessageClass.CHATTER
    )


def test_an_act_of_another_kind_is_a_case_of_its_own() -> None:
    """A report of another category becomes a tip of its own only if it names its own time or place."""
    other = TriageOpinion("tip", category="public_order", confidence=0.9, reason="karaoke", by="words")
    text = "à mà tối qua ở đầu xóm 3 chúng nó hát karaoke đến tận một giờ sáng không ai ngủ được"
    theft = build_history(build_case(category="crime"))
    assert routed(build_message(text), other, history=theft).message_class is MessageClass.TIP
    assert routed(build_message("chúng nó hay hát karaoke"), other, history=theft).case == "tip:1"


def test_the_same_kind_after_a_while_may_be_a_second_matter() -> None:
    """A report of the same category some time later joins the case and is marked as a second matter; right away it
    isn't marked.
    """
    for minutes, is_second in ((5, False), (60, True)):
        result = routed(
            build_message("ở xóm 2 lại mất trộm xe đạp"),
            TIP,
            history=build_history(build_case(minutes=minutes, category="crime")),
        )
        assert (result.case, result.second_matter) == ("tip:1", is_second)


def test_announced_other_matter_opens_a_case() -> None:
    """After `báo việc khác` the next message opens a case, whatever talk continues."""
    assert (
        routed(build_message("tôi muốn báo thêm việc khác"), history=build_history(build_case())).command
        is ResidentCommand.OTHER
    )
    result = routed(build_message("nhà bên cạnh đổ rác"), history=build_history(build_case(), starts_anew=True))
    assert result.message_class is MessageClass.TIP


def test_message_after_an_inquiry_joins_it() -> None:
    """A message after an inquiry joins it, and a tip after an inquiry is a tip."""
    history = build_history(build_case("inquiry:1"))
    assert routed(build_message("cho con tôi mười bốn tuổi"), history=history).case == "inquiry:1"
    assert routed(build_message("có trộm"), TIP, history=history).message_class is MessageClass.TIP


def test_unsuitable_private_message_is_a_tip() -> None:
    """Unsuitable words in a private message make it a tip, since reports about lenders and advertisers use their
    words.
    """
    loan = TriageOpinion("unsuitable", confidence=1, reason="vay tien nhanh", by="words", fallback=True)
    assert routed(build_message("Nó hỗ trợ vay tiền nhanh rồi đe dọa nhà em"), loan).message_class is MessageClass.TIP
    assert routed(build_message("vay tiền nhanh", GROUP), loan).message_class is MessageClass.UNSUITABLE


@given(
    text=st.sampled_from(
        (*PIECES, "cháy nhà", "vâng ạ", "1", "tra cứu", "em nhầm", "không đồng ý", "làm căn cước ở đâu", "")
    ),
    cases=st.lists(
        st.builds(
            build_case,
            st.sampled_from(("tip:1", "tip:2", "inquiry:3")),
            st.sampled_from((1.0, 20.0, 300.0)),
            is_open=st.booleans(),
            is_waiting=st.booleans(),
            is_emergency=st.booleans(),
            category=st.sampled_from(("", "crime", "fire")),
        ),
        max_size=3,
        unique_by=lambda talk_case: talk_case.ref,
    ),
    asked=st.booleans(),
)
def test_every_message_has_one_place(text: str, cases: list[TalkCase], asked: bool) -> None:
    """Every message gets exactly one destination: a case, candidates, chatter, a command or a case of its own."""
    history = build_history(*cases, asked=tuple(talk_case.ref for talk_case in cases) if asked else ())
    result = route_message(build_message(text), history, triage_message(build_message(text)), DISTRICT)
    refs = {talk_case.ref for talk_case in cases}
    continues = result.message_class is MessageClass.CONTINUATION
    assert continues == (result.case in refs and result.message_class is not MessageClass.COMMAND)
    assert (result.message_class is MessageClass.UNASSIGNED) == (len(result.candidates) > 1)
    assert {*result.candidates} <= refs
    assert result.message_class is not MessageClass.UNSUITABLE
    assert result.reasons


def test_every_rule_has_its_own_meaning() -> None:
    """Each rule has a different sentence as its meaning, used for the page about talks."""
    assert len({rule.meaning for rule in RULES}) == len(RULES)
    assert all(rule.meaning.endswith(".") for rule in RULES)
