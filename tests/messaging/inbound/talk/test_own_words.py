"""What a message is by its own words: opinions, orders, courtesy."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.messaging.inbound.talk.talks import (
    CHATTER,
    DISTRICT,
    GROUP,
    PERSON,
    TIP,
    routed,
    said,
    talk,
    triaged,
)

from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.message_router import route
from anninh_core.messaging.inbound.talk.commands import ResidentCommand, extract_receipt
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.messaging.inbound.talk.signals import read_signals
from anninh_core.vocabulary.opinions import TriageOpinion

Form = Literal["NFC", "NFD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD"))


@given(text=st.text(max_size=200), group=st.booleans(), form=FORMS)
def test_any_text_gets_a_turn(text: str, group: bool, form: Form) -> None:
    """Whatever is written, in either normal form, the router answers, with its reasons."""
    message = said(unicodedata.normalize(form, text), GROUP if group else PERSON)
    found = route(message, talk(), triaged(message), DISTRICT)
    assert found.message_class in MessageClass
    assert found.reasons


@given(text=st.text(max_size=80))
def test_words_nobody_recognises_are_no_chatter(text: str) -> None:
    """Said one-to-one, words without an opinion or an order become a tip: a person looks. Courtesy needs nobody."""
    found = routed(said(text))
    signals = read_signals(said(text), (), DISTRICT)
    if words(text) and signals.command is None and not signals.is_courtesy:
        assert found.message_class is MessageClass.TIP


@given(text=st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy ", max_size=60))
def test_both_normal_forms_are_the_same_message(text: str) -> None:
    """A phone that sends letters and accents apart is understood like any other."""
    whole = f"{text} cháy nhà"
    composed = said(unicodedata.normalize("NFC", whole))
    apart = said(unicodedata.normalize("NFD", whole))
    assert route(composed, talk(), triaged(composed), DISTRICT) == route(apart, talk(), triaged(apart), DISTRICT)


@pytest.mark.parametrize("text", ["", "  ", "👍", "...", "🙏🙏"])
def test_nothing_said_is_chatter(text: str) -> None:
    """No words at all, and nothing attached, need no person."""
    assert routed(said(text)).message_class is MessageClass.CHATTER


def test_a_few_unknown_words_count_in_private_only() -> None:
    """`xóm 5` in a group is talk; told to the official account it may be all that somebody could type."""
    assert routed(said("xóm 5", GROUP)).message_class is MessageClass.CHATTER
    assert routed(said("xóm 5")).message_class is MessageClass.TIP
    assert routed(said("xóm 5", GROUP, "image")).message_class is MessageClass.TIP
    assert routed(said("sáng nay ở đầu xóm có việc lạ", GROUP)).message_class is MessageClass.TIP


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "location", "link"])
def test_a_wordless_message_is_a_tip(kind: str) -> None:
    """What can't be read by a program is looked at by a person."""
    assert routed(said("", PERSON, kind)).message_class is MessageClass.TIP


def test_stickers_say_nothing() -> None:
    """A sticker alone is chatter; beside a picture the picture counts."""
    assert routed(said("", PERSON, "sticker")).message_class is MessageClass.CHATTER
    assert routed(said("", PERSON, "sticker", "image")).message_class is MessageClass.TIP


def test_the_surest_opinion_wins_and_says_why() -> None:
    """Among opinions without danger confidence decides; the reason names who said it."""
    found = routed(said("chúc mừng"), TIP, CHATTER)
    assert (found.message_class, found.reasons) == (MessageClass.CHATTER, ("three: chuc",))


def test_an_opinion_of_an_unknown_kind_is_a_tip() -> None:
    """What a plugin can't place is looked at."""
    assert routed(said("gì đó"), TriageOpinion("command", by="x")).message_class is MessageClass.TIP


@pytest.mark.parametrize(
    ("text", "order", "receipt"),
    [
        ("TRA CUU 7KM2Q-9XA3D", ResidentCommand.STATE, "7KM2Q-9XA3D"),
        ("tra cứu tin 7km2q9xa3d", ResidentCommand.STATE, "7KM2Q-9XA3D"),
        ("Hủy 7KM2Q-9XA3D ạ", ResidentCommand.WITHDRAW, "7KM2Q-9XA3D"),
        ("TRO GIUP", ResidentCommand.HELP, ""),
        ("trợ giúp cháu với", ResidentCommand.HELP, ""),
        ("tra cứu", ResidentCommand.STATE, ""),
        (unicodedata.normalize("NFD", "tra cứu 7KM2Q-9XA3D"), ResidentCommand.STATE, "7KM2Q-9XA3D"),
    ],
)
def test_commands_are_recognised_without_accents(text: str, order: ResidentCommand, receipt: str) -> None:
    """Orders are understood with and without accents, in any case, with the receipt as stored."""
    found = routed(said(text), CHATTER)
    assert (found.message_class, found.command, found.receipt) == (MessageClass.COMMAND, order, receipt)


@pytest.mark.parametrize(
    "text",
    [
        "hủy hoại tài sản ở xóm 3",
        "hủy hợp đồng thuê nhà thế nào",
        "người ta hủy 7KM2Q-9XA3D",
    ],
)
def test_talk_is_no_order(text: str) -> None:
    """The word of an order inside a sentence orders nothing."""
    assert routed(said(text)).message_class is not MessageClass.COMMAND


def test_a_question_about_a_receipt_is_an_order() -> None:
    """A sentence that asks how a report stands is answered by that report's state."""
    found = routed(said("tra cứu 7KM2Q-9XA3D giúp tôi xem đến đâu rồi mà lâu thế"))
    assert (found.command, found.receipt) == (ResidentCommand.STATE, "7KM2Q-9XA3D")


@pytest.mark.parametrize(
    "text", ["Trợ giúp với, cháy nhà rồi", "trợ giúp cháy nhà", "trợ giúp tôi bị mất trộm xe", "trợ giúp bị đánh"]
)
def test_a_call_for_help_that_tells_of_something_is_a_tip(text: str) -> None:
    """Who calls for help in earnest isn't sent the instructions."""
    message = said(text)
    found = route(message, talk(), triaged(message), DISTRICT)
    assert (found.message_class, found.emergency) == (MessageClass.TIP, "cháy nhà" in text)


def test_a_long_call_for_help_is_looked_at_by_a_person() -> None:
    """Words that nobody recognised after the word of the order are more than politeness."""
    assert routed(said("trợ giúp bà cụ hàng xóm nhà tôi")).message_class is MessageClass.TIP


def test_nothing_is_ordered_in_a_group() -> None:
    """A receipt typed into a group isn't acted on where everybody reads along."""
    assert routed(said("TRA CUU 7KM2Q-9XA3D", GROUP)).message_class is not MessageClass.COMMAND


@given(st.text(alphabet="aạ1 -_'’.\u0301\u200bĐ") | st.text())
def test_a_long_report_is_known_by_its_beginning(text: str) -> None:
    """A beginning never has more words than the whole: one that is too long for an order makes the message too long."""
    assert all(len(words(text[:end])) <= len(words(text)) for end in range(len(text)))


def test_receipts_are_found_in_any_writing() -> None:
    """With or without its hyphen, in small letters; other words are no receipts."""
    assert extract_receipt("mã 7km2q9xa3d nhé") == "7KM2Q-9XA3D"
    assert extract_receipt("không có mã") == ""
