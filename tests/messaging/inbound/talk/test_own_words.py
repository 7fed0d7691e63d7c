"""Routing of a message by its own words, apart from the messages before it."""

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
    build_history,
    build_message,
    routed,
    triage_message,
)

from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.message_router import route_message
from anninh_core.messaging.inbound.talk.commands import ResidentCommand, extract_receipt
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.messaging.inbound.talk.signals import read_signals
from anninh_core.vocabulary.opinions import TriageOpinion

Form = Literal["NFC", "NFD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD"))


@given(text=st.text(max_size=200), group=st.booleans(), form=FORMS)
def test_any_text_gets_a_route(text: str, group: bool, form: Form) -> None:
    """Any text in Unicode form NFC or NFD gets a route with reasons."""
    message = build_message(unicodedata.normalize(form, text), GROUP if group else PERSON)
    result = route_message(message, build_history(), triage_message(message), DISTRICT)
    assert result.message_class in MessageClass
    assert result.reasons


@given(text=st.text(max_size=80))
def test_unrecognised_words_become_a_tip(text: str) -> None:
    """A private message without an opinion, command or courtesy becomes a tip, so that a person reads it."""
    result = routed(build_message(text))
    signals = read_signals(build_message(text), (), DISTRICT)
    if words(text) and signals.command is None and not signals.is_courtesy:
        assert result.message_class is MessageClass.TIP


@given(text=st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy ", max_size=60))
def test_normal_forms_get_the_same_route(text: str) -> None:
    """A text gets the same route in Unicode form NFC and NFD."""
    report = f"{text} cháy nhà"
    composed = build_message(unicodedata.normalize("NFC", report))
    decomposed = build_message(unicodedata.normalize("NFD", report))
    assert route_message(composed, build_history(), triage_message(composed), DISTRICT) == route_message(
        decomposed, build_history(), triage_message(decomposed), DISTRICT
    )


@pytest.mark.parametrize("text", ["", "  ", "👍", "...", "🙏🙏"])
def test_message_without_words_is_chatter(text: str) -> None:
    """A message without words and attachments is chatter."""
    assert routed(build_message(text)).message_class is MessageClass.CHATTER


def test_a_few_unknown_words_count_in_private_only() -> None:
    """A few unrecognised words such as `xóm 5` are chatter in a group, but a tip in private, where a person in danger
    may type no more.
    """
    assert routed(build_message("xóm 5", GROUP)).message_class is MessageClass.CHATTER
    assert routed(build_message("xóm 5")).message_class is MessageClass.TIP
    assert routed(build_message("xóm 5", GROUP, "image")).message_class is MessageClass.TIP
    assert routed(build_message("sáng nay ở đầu xóm có việc lạ", GROUP)).message_class is MessageClass.TIP


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "location", "link"])
def test_a_wordless_message_is_a_tip(kind: str) -> None:
    """A message with an attachment and no words becomes a tip, since no program can read it."""
    assert routed(build_message("", PERSON, kind)).message_class is MessageClass.TIP


def test_stickers_are_ignored() -> None:
    """A message with only a sticker is chatter; in a message with a sticker and a picture the picture decides."""
    assert routed(build_message("", PERSON, "sticker")).message_class is MessageClass.CHATTER
    assert routed(build_message("", PERSON, "sticker", "image")).message_class is MessageClass.TIP


def test_most_confident_opinion_decides() -> None:
    """Among opinions without danger the most confident one decides, and the reason names its plugin."""
    result = routed(build_message("chúc mừng"), TIP, CHATTER)
    assert (result.message_class, result.reasons) == (MessageClass.CHATTER, ("three: chuc",))


def test_an_opinion_of_an_unknown_kind_is_a_tip() -> None:
    """An opinion of an unknown kind makes a message a tip."""
    assert routed(build_message("gì đó"), TriageOpinion("command", by="x")).message_class is MessageClass.TIP


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
    """Commands are recognised with and without accents, in any case, and their receipt is normalised."""
    result = routed(build_message(text), CHATTER)
    assert (result.message_class, result.command, result.receipt) == (MessageClass.COMMAND, order, receipt)


@pytest.mark.parametrize(
    "text",
    [
        "hủy hoại tài sản ở xóm 3",
        "hủy hợp đồng thuê nhà thế nào",
        "người ta hủy 7KM2Q-9XA3D",
    ],
)
def test_keyword_in_a_sentence_is_no_command(text: str) -> None:
    """The keyword of a command inside a sentence is no command."""
    assert routed(build_message(text)).message_class is not MessageClass.COMMAND


def test_question_about_a_receipt_is_a_command() -> None:
    """A sentence that asks about a report by its receipt is a command for its state."""
    result = routed(build_message("tra cứu 7KM2Q-9XA3D giúp tôi xem đến đâu rồi mà lâu thế"))
    assert (result.command, result.receipt) == (ResidentCommand.STATE, "7KM2Q-9XA3D")


@pytest.mark.parametrize(
    "text", ["Trợ giúp với, cháy nhà rồi", "trợ giúp cháy nhà", "trợ giúp tôi bị mất trộm xe", "trợ giúp bị đánh"]
)
def test_call_for_help_with_a_report_is_a_tip(text: str) -> None:
    """A call for help with a report becomes a tip instead of getting the instructions."""
    message = build_message(text)
    result = route_message(message, build_history(), triage_message(message), DISTRICT)
    assert (result.message_class, result.emergency) == (MessageClass.TIP, "cháy nhà" in text)


def test_long_call_for_help_is_a_tip() -> None:
    """A call for help followed by unrecognised words becomes a tip."""
    assert routed(build_message("trợ giúp bà cụ hàng xóm nhà tôi")).message_class is MessageClass.TIP


def test_group_message_is_no_command() -> None:
    """A receipt in a group is no command, since other members would read the reply."""
    assert routed(build_message("TRA CUU 7KM2Q-9XA3D", GROUP)).message_class is not MessageClass.COMMAND


@given(st.text(alphabet="aạ1 -_'’.\u0301\u200bĐ") | st.text())
def test_beginning_has_no_more_words_than_the_text(text: str) -> None:
    """The beginning of a text never has more words than the whole text, so that a beginning too long for a command
    proves the text too long.
    """
    assert all(len(words(text[:end])) <= len(words(text)) for end in range(len(text)))


def test_receipts_are_found_in_any_writing() -> None:
    """Receipts are found with or without hyphen and in lower case; other words are no receipts."""
    assert extract_receipt("mã 7km2q9xa3d nhé") == "7KM2Q-9XA3D"
    assert extract_receipt("không có mã") == ""
