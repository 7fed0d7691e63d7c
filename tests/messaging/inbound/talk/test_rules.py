"""Where a resident's message goes: by what was said before."""

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
    answered,
    case,
    routed,
    said,
    talk,
    triaged,
)

from anninh_core.messaging.inbound.message_router import route
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.history import TalkCase
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.messaging.inbound.talk.rules import RULES
from anninh_core.vocabulary.opinions import TriageOpinion


def test_a_picture_follows_its_tip() -> None:
    """A picture within minutes after a tip belongs to it; one that comes much later is looked at by itself."""
    assert routed(said("", PERSON, "image"), known=talk(case())).case == "tip:1"
    assert routed(said("", PERSON, "image"), known=talk(case(minutes=16))).message_class is MessageClass.TIP


PIECES = ("Biển số 35B1-123.45", "Nhà em cạnh đình", "nó đi xe màu đỏ đội mũ", "hai đứa cơ ạ", "xóm 5")


@pytest.mark.parametrize("text", PIECES)
@pytest.mark.parametrize("minutes", [1, 14, 200])
def test_pieces_of_a_story_stay_one_case(text: str, minutes: int) -> None:
    """Who writes in pieces has one case, as long as its talk goes on."""
    found = routed(said(text), known=talk(case(minutes=minutes, category="crime")))
    assert (found.message_class, found.case, found.second_matter) == (MessageClass.CONTINUATION, "tip:1", False)


@pytest.mark.parametrize("text", PIECES)
def test_after_some_hours_the_same_words_are_a_new_case(text: str) -> None:
    """The profile says how long a talk goes on."""
    assert routed(said(text), known=talk(case(minutes=241))).message_class is MessageClass.TIP


@pytest.mark.parametrize(
    "text", ["vâng ạ", "ok", "dạ vâng", "Cảm ơn các anh nhiều nhé", "dạ em cảm ơn anh ạ", "oke anh", "👍"]
)
def test_thanks_and_assent_need_nobody(text: str) -> None:
    """They count only where all words are such words; then they make no case, and continue none."""
    for known in (talk(), talk(case()), talk(answered())):
        assert routed(said(text), known=known).message_class is MessageClass.CHATTER


@pytest.mark.parametrize(("confidence", "becomes"), [(0.89, "continuation"), (0.9, "chatter")])
def test_a_piece_that_looks_like_small_talk(confidence: float, becomes: str) -> None:
    """In the middle of a story it stands with the story, unless it surely is nothing else."""
    small = evolve(CHATTER, confidence=confidence)
    assert routed(said("khoảng 7 8 người các chú ạ"), small, known=talk(case())).message_class == becomes
    assert routed(said("khoảng 7 8 người các chú ạ"), small).message_class is MessageClass.CHATTER


@pytest.mark.parametrize(
    "text", ["Cảm ơn anh, nó lại sang phá nữa", "vâng ạ nhưng nó vẫn đứng ngoài cổng", "ok anh chúng nó bỏ chạy rồi"]
)
def test_the_rest_of_thanks_is_never_lost(text: str) -> None:
    """Any word beside thanks is routed: into the case that is told, or as a case of its own."""
    thanks = TriageOpinion("chatter", confidence=1, reason="cam on", by="words", fallback=True)
    opinions = (thanks,) if "cảm ơn" in text.lower() else ()
    assert routed(said(text), *opinions, known=talk(case())).case == "tip:1"
    assert routed(said(text), *opinions).message_class is MessageClass.TIP


def test_a_quoted_message_decides() -> None:
    """Who quotes a message of a case continues that one, whatever case waits for them."""
    known = talk(case("tip:2", is_waiting=True), case(), quoted="tip:1")
    found = routed(said("lúc 2 giờ sáng", reply_to="m0"), known=known)
    assert (found.message_class, found.case) == (MessageClass.CONTINUATION, "tip:1")


def test_a_receipt_decides() -> None:
    """So does who names the receipt of a case of theirs."""
    known = talk(case("tip:2"), case("tip:1", minutes=5000), named="tip:1")
    found = routed(said("về tin 7KM2Q-9XA3D, xe nó màu xanh"), known=known)
    assert (found.message_class, found.case) == (MessageClass.CONTINUATION, "tip:1")


@pytest.mark.parametrize("text", ["vâng", "có ạ", "không", "màu đỏ", "chưa anh ạ"])
def test_a_waiting_case_gets_the_answer(text: str) -> None:
    """What a reporter says while a case waits for them is the answer, however short and however late."""
    known = talk(case("tip:2", minutes=9000, is_waiting=True))
    found = routed(said(text), CHATTER, known=known)
    assert (found.message_class, found.case) == (MessageClass.CONTINUATION, "tip:2")


def test_an_unrelated_question_is_no_answer() -> None:
    """A question on procedures stays one while a case waits."""
    question = TriageOpinion("question", confidence=0.9, reason="can cuoc", by="words")
    found = routed(said("làm căn cước ở đâu ạ"), question, known=talk(case(is_waiting=True)))
    assert found.message_class is MessageClass.QUESTION


def test_an_answer_may_be_a_tip_too() -> None:
    """It continues the waiting case, and is marked to be split."""
    other = TriageOpinion("tip", category="traffic", confidence=0.9, reason="dua xe", by="words")
    found = routed(
        said("xe màu đỏ, mà tối qua chúng nó đua xe"), other, known=talk(case(category="crime", is_waiting=True))
    )
    assert (found.case, found.second_matter) == ("tip:1", True)


def test_between_two_waiting_cases_nothing_is_guessed() -> None:
    """The message is left open beside both."""
    known = talk(case("tip:1", is_waiting=True), case("tip:2", minutes=50, is_waiting=True))
    found = routed(said("màu xanh"), known=known)
    assert (found.message_class, found.candidates) == (MessageClass.UNASSIGNED, ("tip:1", "tip:2"))


def test_between_two_cases_told_side_by_side_nothing_is_guessed() -> None:
    """Two that were heard within minutes are both candidates; one heard long before isn't."""
    found = routed(said("biển số 35B1"), known=talk(case("tip:2", 2), case("tip:1", 9), case("tip:3", 100)))
    assert (found.message_class, found.candidates) == (MessageClass.UNASSIGNED, ("tip:2", "tip:1"))
    assert routed(said("biển số 35B1"), known=talk(case("tip:2", 2), case("tip:1", 90))).case == "tip:2"


def test_a_number_answers_our_question() -> None:
    """As long as we asked, and only then; a number past the last choice is none."""
    known = talk(case("tip:2"), case("tip:1"), asked=("tip:2", "tip:1"))
    assert [routed(said(text), known=known).case for text in ("1", "số 2", "2 ạ", "3")] == [
        "tip:2",
        "tip:1",
        "tip:1",
        "",
    ]
    assert routed(said("3"), known=known).command is ResidentCommand.CHOOSE
    assert routed(said("4"), known=known).command is None
    assert routed(said("1"), known=talk(case())).command is None


def test_danger_is_a_tip_of_its_own() -> None:
    """A fire is not filed as an answer to an older case, nor outvoted by a surer opinion."""
    waiting = case("tip:2", minutes=300, is_waiting=True)
    found = routed(said("cháy nhà"), CHATTER, FIRE, known=talk(waiting))
    assert (found.message_class, found.category, found.emergency, found.case) == (MessageClass.TIP, "fire", True, "")


def test_more_danger_continues_the_emergency() -> None:
    """While its talk goes on danger of the same kind is more about it; of another kind, for an hour."""
    for minutes, category, expected in (
        (59, "fire", "tip:1"),
        (239, "fire", "tip:1"),
        (241, "fire", ""),
        (59, "crime", "tip:1"),
        (61, "crime", ""),
    ):
        known = talk(case(minutes=minutes, is_emergency=True, category=category))
        found = routed(said("cháy to quá"), FIRE, known=known)
        assert (found.case, found.emergency) == (expected, True)


def test_danger_told_in_a_quoted_case_stays_danger() -> None:
    """Who quotes the case is taken at their word, and still gets the emergency numbers."""
    found = routed(said("nó đang cầm dao"), FIRE, known=talk(quoted="tip:1"))
    assert (found.message_class, found.case, found.emergency) == (MessageClass.CONTINUATION, "tip:1", True)


@pytest.mark.parametrize(
    "text", ["không có đâu ạ, em nhầm", "thôi em xin rút ạ", "hai nhà hòa giải rồi, bỏ qua giúp em", "bao nham roi a"]
)
def test_taking_back_is_a_request_about_the_case(text: str) -> None:
    """By whatever words; of several that go on, which one is in doubt; where nothing was told, there is nothing."""
    found = routed(said(text), known=talk(case()))
    assert (found.message_class, found.case, found.withdraws) == (MessageClass.CONTINUATION, "tip:1", True)
    assert routed(said(text), known=talk(case("tip:2", 5000))).withdraws
    assert routed(said(text), known=talk(case("tip:1", 3), case("tip:2", 4))).message_class is MessageClass.UNASSIGNED
    assert not routed(said(text)).withdraws


@pytest.mark.parametrize("text", ["tôi không đồng ý với trả lời này", "vẫn chưa thấy ai xuống", "chua xu ly gi ca"])
def test_an_objection_after_an_answer_asks_to_reopen(text: str) -> None:
    """Within the days of the profile; while something is being told, the words belong to that."""
    found = routed(said(text), known=talk(answered()))
    assert (found.message_class, found.case, found.objects) == (MessageClass.CONTINUATION, "tip:1", True)
    assert routed(said(text), known=talk(answered(days=31))).message_class is MessageClass.TIP
    assert routed(said(text), known=talk(case("tip:2"), answered())).case == "tip:2"


def test_an_objection_right_after_an_answer() -> None:
    """Where the answer came after the last word about another tip, which of them is meant is asked, and not guessed."""
    text = "không đúng, họ có làm gì đâu"
    found = routed(said(text), known=talk(answered("tip:1", days=0.001), case("tip:2", minutes=10)))
    assert (found.message_class, found.candidates) == (MessageClass.UNASSIGNED, ("tip:1", "tip:2"))
    beside_a_question = talk(answered("tip:1", days=0.001), case("inquiry:2", minutes=10))
    assert routed(said(text), known=beside_a_question).objects


def test_other_words_after_an_answer_are_new() -> None:
    """What doesn't object is what its own words make of it."""
    assert routed(said("có trộm ở xóm 3"), TIP, known=talk(answered())).message_class is MessageClass.TIP


def test_a_moderated_author_appeals() -> None:
    """Who objects to what was done about their post, or quotes it, appeals; the newer of ruling and answer is meant."""
    ruled = NOW - timedelta(hours=2)
    for known in (talk(ruling="p1", ruled_at=ruled), talk(ruling="p1", ruled_at=ruled, quotes_ruling=True)):
        found = routed(said("sao lại xóa bài của tôi, vô lý"), known=known)
        assert (found.command, found.case) == (ResidentCommand.APPEAL, "p1")
    newer_answer = talk(answered(days=0.01), ruling="p1", ruled_at=ruled)
    assert routed(said("không đồng ý"), known=newer_answer).objects
    assert routed(said("vâng ạ"), known=talk(ruling="p1", ruled_at=ruled)).message_class is MessageClass.CHATTER


def test_an_act_of_another_kind_is_a_case_of_its_own() -> None:
    """With a time or place of its own, told clearly; another category alone isn't enough."""
    other = TriageOpinion("tip", category="public_order", confidence=0.9, reason="karaoke", by="words")
    told = "à mà tối qua ở đầu xóm 3 chúng nó hát karaoke đến tận một giờ sáng không ai ngủ được"
    theft = talk(case(category="crime"))
    assert routed(said(told), other, known=theft).message_class is MessageClass.TIP
    assert routed(said("chúng nó hay hát karaoke"), other, known=theft).case == "tip:1"


def test_the_same_kind_after_a_while_may_be_a_second_matter() -> None:
    """It is joined, and marked for an officer; told at once it is more of the same."""
    for minutes, marked in ((5, False), (60, True)):
        found = routed(said("ở xóm 2 lại mất trộm xe đạp"), TIP, known=talk(case(minutes=minutes, category="crime")))
        assert (found.case, found.second_matter) == ("tip:1", marked)


def test_another_matter_that_was_announced_is_one() -> None:
    """After `báo việc khác` the next words open a case, whatever goes on."""
    assert routed(said("tôi muốn báo thêm việc khác"), known=talk(case())).command is ResidentCommand.OTHER
    found = routed(said("nhà bên cạnh đổ rác"), known=talk(case(), starts_anew=True))
    assert found.message_class is MessageClass.TIP


def test_a_question_goes_on() -> None:
    """What follows a question belongs to it; a tip after a question is a tip."""
    asked = talk(case("inquiry:1"))
    assert routed(said("cho con tôi mười bốn tuổi"), known=asked).case == "inquiry:1"
    assert routed(said("có trộm"), TIP, known=asked).message_class is MessageClass.TIP


def test_what_looks_unsuitable_in_private_is_looked_at() -> None:
    """Who tells of lenders and advertisers uses their words."""
    loan = TriageOpinion("unsuitable", confidence=1, reason="vay tien nhanh", by="words", fallback=True)
    assert routed(said("Nó hỗ trợ vay tiền nhanh rồi đe dọa nhà em"), loan).message_class is MessageClass.TIP
    assert routed(said("vay tiền nhanh", GROUP), loan).message_class is MessageClass.UNSUITABLE


@given(
    text=st.sampled_from(
        (*PIECES, "cháy nhà", "vâng ạ", "1", "tra cứu", "em nhầm", "không đồng ý", "làm căn cước ở đâu", "")
    ),
    cases=st.lists(
        st.builds(
            case,
            st.sampled_from(("tip:1", "tip:2", "inquiry:3")),
            st.sampled_from((1.0, 20.0, 300.0)),
            is_open=st.booleans(),
            is_waiting=st.booleans(),
            is_emergency=st.booleans(),
            category=st.sampled_from(("", "crime", "fire")),
        ),
        max_size=3,
        unique_by=lambda one: one.ref,
    ),
    asked=st.booleans(),
)
def test_every_message_has_one_place(text: str, cases: list[TalkCase], asked: bool) -> None:
    """In one of case, doubt, chatter, order or a case of its own; never in two; what is in doubt has candidates."""
    known = talk(*cases, asked=tuple(one.ref for one in cases) if asked else ())
    found = route(said(text), known, triaged(said(text)), DISTRICT)
    refs = {one.ref for one in cases}
    continues = found.message_class is MessageClass.CONTINUATION
    assert continues == (found.case in refs and found.message_class is not MessageClass.COMMAND)
    assert (found.message_class is MessageClass.UNASSIGNED) == (len(found.candidates) > 1)
    assert {*found.candidates} <= refs
    assert found.message_class is not MessageClass.UNSUITABLE
    assert found.reasons


def test_every_rule_says_what_it_means() -> None:
    """Each has a sentence of its own: the page about talks is made of them."""
    assert len({rule.meaning for rule in RULES}) == len(RULES)
    assert all(rule.meaning.endswith(".") for rule in RULES)
