"""What an inbound message is taken for."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.message_router import (
    ConversationState,
    MessageClass,
    ResidentCommand,
    Route,
    extract_receipt,
    parse_command,
    route,
)
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

DISTRICT = load_profile("hoa_lu_2021")
OPINIONS = Plugins(("opinions",))
Form = Literal["NFC", "NFD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD"))
PERSON, GROUP = Address("oa", Place.PERSON, "p1"), Address("oa", Place.GROUP, "g1")
TIP = TriageOpinion("tip", category="crime", confidence=0.6, reason="trom", by="one")
FIRE = TriageOpinion("tip", category="fire", emergency=True, confidence=0.1, reason="chay nha", by="two")
CHATTER = TriageOpinion("chatter", confidence=0.9, reason="chuc", by="three")


def said(text: str, where: Address = PERSON, *attachments: str, reply_to: str = "") -> InboundMessage:
    return InboundMessage(
        id="m1",
        conversation=where,
        sender=PERSON,
        text=text,
        sent_at=datetime(2021, 9, 1, tzinfo=UTC),
        attachments=tuple(Attachment(kind) for kind in attachments),
        reply_to=reply_to,
    )


def routed(message: InboundMessage, *opinions: TriageOpinion, known: ConversationState | None = None) -> Route:
    return route(message, known or ConversationState(), opinions, DISTRICT)


def triaged(message: InboundMessage) -> Sequence[TriageOpinion]:
    return OPINIONS.triage(message, DISTRICT).values


@given(text=st.text(max_size=200), group=st.booleans(), form=FORMS)
def test_any_text_gets_a_turn(text: str, group: bool, form: Form) -> None:
    """Whatever is written, in either normal form, the router answers, with its reasons."""
    message = said(unicodedata.normalize(form, text), GROUP if group else PERSON)
    found = route(message, ConversationState(), triaged(message), DISTRICT)
    assert found.message_class in MessageClass
    assert found.reasons


@given(text=st.text(max_size=80))
def test_words_nobody_recognises_are_no_chatter(text: str) -> None:
    """Said one-to-one, words without an opinion or an order become a tip: a person looks."""
    found = routed(said(text))
    if words(text) and parse_command(text, DISTRICT) is None:
        assert found.message_class is MessageClass.TIP


@given(text=st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy ", max_size=60))
def test_both_normal_forms_are_the_same_message(text: str) -> None:
    """A phone that sends letters and accents apart is understood like any other."""
    whole = f"{text} cháy nhà"
    composed, apart = said(unicodedata.normalize("NFC", whole)), said(unicodedata.normalize("NFD", whole))
    assert route(composed, ConversationState(), triaged(composed), DISTRICT) == route(
        apart, ConversationState(), triaged(apart), DISTRICT
    )


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


def test_a_picture_follows_its_tip() -> None:
    """A picture within minutes after a tip belongs to it; words don't by themselves."""
    known = ConversationState(fresh_case="tip:1")
    assert routed(said("", PERSON, "image"), known=known).case == "tip:1"
    assert routed(said("có trộm nữa"), TIP, known=known).message_class is MessageClass.TIP


def test_a_quoted_message_decides() -> None:
    """Who quotes a message of a case continues that one, whatever case waits for them."""
    known = ConversationState(replied_case="tip:1", waiting_case="tip:2")
    found = routed(said("lúc 2 giờ sáng", reply_to="m0"), known=known)
    assert (found.message_class, found.case) == (MessageClass.CONTINUATION, "tip:1")


def test_a_waiting_case_gets_the_answer() -> None:
    """While a case waits for its reporter, what they say continues it, chatter and all."""
    found = routed(said("vâng"), CHATTER, known=ConversationState(waiting_case="tip:2"))
    assert (found.message_class, found.case) == (MessageClass.CONTINUATION, "tip:2")


def test_danger_is_a_tip_of_its_own() -> None:
    """A fire is not filed as an answer to an older case, nor outvoted by a surer opinion."""
    found = routed(said("cháy nhà"), CHATTER, FIRE, known=ConversationState(waiting_case="tip:2"))
    assert (found.message_class, found.category, found.emergency, found.case) == (MessageClass.TIP, "fire", True, "")


def test_danger_told_in_a_quoted_case_stays_danger() -> None:
    """Who quotes the case is taken at their word, and still gets the emergency numbers."""
    found = routed(said("nó đang cầm dao"), FIRE, known=ConversationState(replied_case="tip:1"))
    assert (found.message_class, found.case, found.emergency) == (MessageClass.CONTINUATION, "tip:1", True)


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
def test_orders(text: str, order: ResidentCommand, receipt: str) -> None:
    """Orders are understood with and without accents, in any case, with the receipt as stored."""
    found = routed(said(text), CHATTER)
    assert (found.message_class, found.command, found.receipt) == (MessageClass.COMMAND, order, receipt)


@pytest.mark.parametrize(
    "text",
    [
        "hủy hoại tài sản ở xóm 3",
        "hủy hợp đồng thuê nhà thế nào",
        "người ta hủy 7KM2Q-9XA3D",
        "tra cứu 7KM2Q-9XA3D giúp tôi xem đến đâu rồi mà lâu thế",
    ],
)
def test_talk_is_no_order(text: str) -> None:
    """The word of an order inside a sentence orders nothing."""
    assert routed(said(text)).message_class is not MessageClass.COMMAND


@pytest.mark.parametrize(
    "text", ["Trợ giúp với, cháy nhà rồi", "trợ giúp cháy nhà", "trợ giúp tôi bị mất trộm xe", "trợ giúp bị đánh"]
)
def test_a_call_for_help_that_tells_of_something_is_a_tip(text: str) -> None:
    """Who calls for help in earnest isn't sent the instructions."""
    message = said(text)
    found = route(message, ConversationState(), triaged(message), DISTRICT)
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
