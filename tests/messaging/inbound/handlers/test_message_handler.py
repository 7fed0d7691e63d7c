"""Handling of incoming messages."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import FIRE, PILOT, QUESTION, THEFT, Appoint, Launch, outbox
from tests.support.purging import purge_scope
from tests.workflows.conftest import read_messages

from anninh_core.app import App
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.moderation.states import PostState
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import Refused
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment

LATER = timedelta(minutes=20)  # After this time a report of danger is a new case.

AN = "Thử Văn An"
BINH = "Thử Thị Bình"
ADVERTISING = "Thanh lý giá sốc, inbox em"


def get_newest_tip(app: App, handler: Actor) -> Tip:
    return app.tips.list(handler).items[0]


def get_sent_id(app: App, chat: MockChat, purpose: str) -> str:
    """Return the platform's id of the last message that was sent for a purpose."""
    return outbox(app, purpose)[-1].platform_id


def test_a_tip_is_acknowledged(app: App, dialog: Dialog, handler: Actor) -> None:
    """A message to the official account becomes a tip with a suggested category, and the sender gets its receipt."""
    dialog.says(AN, THEFT)
    tip = get_newest_tip(app, handler)
    assert dialog.hears(AN, r"\w{5}-\w{5}")[0] == tip.receipt
    assert (tip.state, tip.origin, tip.text, tip.category) == (TipState.RECEIVED, "one_to_one", THEFT, "crime")
    assert [message.case for message in read_messages(app)] == [f"tip:{tip.id}"]


def test_emergencies_are_answered_first(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """In an emergency the numbers to call are sent before the receipt."""
    dialog.says(AN, FIRE)
    first, second = chat.hears(chat.person(AN))
    assert all(number in first for number in ("113", "114", "115", "111", "112"))
    assert get_newest_tip(app, handler).receipt in second
    assert get_newest_tip(app, handler).urgency == "serious"


def test_a_question_becomes_an_inquiry(app: App, dialog: Dialog, handler: Actor) -> None:
    """A question becomes an inquiry with an acknowledgement, and no tip."""
    dialog.says(AN, QUESTION)
    (inquiry,) = app.inquiries.list(handler).items
    assert inquiry.state is InquiryState.RECEIVED
    assert app.tips.list(handler).items == ()
    dialog.hears(AN, "câu hỏi")


def test_chatter_makes_no_case(app: App, dialog: Dialog, handler: Actor) -> None:
    """Greetings are stored as chatter and create no case."""
    dialog.says(AN, "chúc mừng năm mới")
    assert [message.kind for message in read_messages(app)] == ["chatter"]
    assert app.tips.list(handler).items == ()


def test_quoting_ones_own_words_continues_the_case(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, anninh_clock: FixedClock
) -> None:
    """A message that quotes the sender's own earlier message joins that message's case, not the latest case."""
    chat.says(chat.person(AN), THEFT)
    pump(app, chat)
    first = get_newest_tip(app, handler)
    quoted = read_messages(app)[0].platform_id
    anninh_clock.advance(LATER)
    dialog.says(AN, FIRE)
    chat.says(chat.person(AN), "biển số xe có chữ 35", reply_to=quoted)
    pump(app, chat)
    assert read_messages(app)[-1].case == f"tip:{first.id}"
    dialog.hears(AN, f"Đã ghi thêm.*{first.receipt}")


def test_quoting_our_reply_continues_the_case(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A message that quotes the receipt of a tip joins that tip."""
    dialog.says(AN, THEFT)
    chat.says(chat.person(AN), "nó đội mũ đỏ", reply_to=get_sent_id(app, chat, "tip.receipt"))
    pump(app, chat)
    assert read_messages(app)[-1].case == f"tip:{get_newest_tip(app, handler).id}"
    assert len(app.tips.list(handler).items) == 1


def test_quoting_a_foreign_message_is_ignored(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Quoting a message of another conversation neither links to its case nor reveals anything of it."""
    dialog.says(AN, THEFT)
    tip = get_newest_tip(app, handler)
    chat.says(chat.person(BINH), "tình hình đến đâu rồi nhỉ", reply_to=get_sent_id(app, chat, "tip.receipt"))
    pump(app, chat)
    assert read_messages(app)[-1].case != f"tip:{tip.id}"
    assert tip.receipt not in "".join(chat.hears(chat.person(BINH)))


def test_a_question_is_continued_too(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A message that quotes an inquiry's acknowledgement joins the inquiry."""
    dialog.says(AN, QUESTION)
    chat.says(chat.person(AN), "cho con tôi mười bốn tuổi ấy", reply_to=get_sent_id(app, chat, "inquiry.received"))
    pump(app, chat)
    (inquiry,) = app.inquiries.list(handler).items
    assert read_messages(app)[-1].case == f"inquiry:{inquiry.id}"


def make_waiting_tip(app: App, dialog: Dialog, handler: Actor) -> Tip:
    """Create a tip, ask its reporter a question, and return the tip, which waits for the reporter."""
    dialog.says(AN, THEFT)
    tip = get_newest_tip(app, handler)
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.ask_back(handler, tip.id, "Xe biển số bao nhiêu?")
    app.worker.drain()
    dialog.hears(AN, "Xe biển số bao nhiêu")
    return tip


def test_next_message_joins_the_waiting_tip(app: App, dialog: Dialog, handler: Actor) -> None:
    """A reporter's message after an officer's question joins the waiting tip, and work continues."""
    tip = make_waiting_tip(app, dialog, handler)
    dialog.says(AN, "vâng")
    assert app.tips.get(handler, tip.id).state is TipState.TRIAGED
    assert read_messages(app)[-1].case == f"tip:{tip.id}"


def test_danger_while_a_case_waits_is_a_tip_of_its_own(
    app: App, dialog: Dialog, handler: Actor, anninh_clock: FixedClock
) -> None:
    """A report of danger while a tip waits becomes a tip of its own, and the older tip still waits."""
    tip = make_waiting_tip(app, dialog, handler)
    anninh_clock.advance(LATER)
    dialog.says(AN, FIRE)
    dialog.hears(AN, "113.*114")
    assert get_newest_tip(app, handler).category == "fire"
    assert app.tips.get(handler, tip.id).state is TipState.WAITING


def test_danger_in_a_quoted_case_gets_the_numbers(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A report of danger that quotes a tip joins it, and the sender gets the emergency numbers."""
    dialog.says(AN, THEFT)
    chat.hears(chat.person(AN))
    chat.says(chat.person(AN), FIRE, reply_to=get_sent_id(app, chat, "tip.receipt"))
    pump(app, chat)
    assert "114" in chat.hears(chat.person(AN))[0]
    assert len(app.tips.list(handler).items) == 1


def test_an_album_joins_the_tip_it_follows(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """Pictures within minutes of a tip join it, without a reply for each."""
    dialog.says(AN, THEFT)
    chat.hears(chat.person(AN))
    for _ in range(3):
        dialog.says(AN, "", attachments=[Attachment("image")])
    assert {message.case for message in read_messages(app)} == {f"tip:{get_newest_tip(app, handler).id}"}
    assert chat.hears(chat.person(AN)) == []


def test_late_picture_becomes_a_tip(app: App, clock: FixedClock, dialog: Dialog, handler: Actor) -> None:
    """A picture that arrives later than the profile's limit becomes a tip of its own."""
    dialog.says(AN, THEFT)
    clock.advance(timedelta(minutes=16))
    dialog.says(AN, "", attachments=[Attachment("image")])
    assert len(app.tips.list(handler).items) == 2


def test_message_after_the_answer_requests_reopening(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> None:
    """A message that quotes an answered tip requests that a supervisor reopens it."""
    dialog.says(AN, THEFT)
    tip = get_newest_tip(app, handler)
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    chat.says(chat.person(AN), "tôi vẫn còn thấy nó", reply_to=get_sent_id(app, chat, "tip.answer"))
    pump(app, chat)
    assert app.tips.get(handler, tip.id).state is TipState.REOPEN_REQUESTED


@pytest.mark.parametrize("state", [TipState.RECEIVED, TipState.WAITING])
def test_reporter_can_write_after_a_purge(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, state: TipState
) -> None:
    """Messages after a purge of the case, quoting it or not, become new tips."""
    if state is TipState.WAITING:
        tip = make_waiting_tip(app, dialog, handler)
    else:
        dialog.says(AN, THEFT)
        tip = get_newest_tip(app, handler)
    purge_scope(app.internals.context, TIP.scope(tip))
    app.internals.context.encryptor.forget(TIP.scope(tip))
    chat.hears(chat.person(AN))
    dialog.says(AN, "lại mất trộm xe đạp ở xóm 2")
    chat.says(chat.person(AN), "mất cả máy bơm", reply_to=get_sent_id(app, chat, "tip.receipt"))
    pump(app, chat)
    assert chat.hears(chat.person(AN))
    assert app.internals.context.storage.queues.depth().get("inbox.new", 0) == 0
    assert all(message.case != f"tip:{tip.id}" for message in read_messages(app))


def test_sender_can_write_after_identity_purge(app: App, dialog: Dialog, handler: Actor) -> None:
    """After a purge of the sender's identity the next message becomes a tip with a receipt."""
    dialog.says(AN, THEFT)
    dialog.hears(AN, "Mã tiếp nhận")
    scope = f"identity:{read_messages(app)[0].sender}"
    purge_scope(app.internals.context, scope)
    app.internals.context.encryptor.forget(scope)
    dialog.says(AN, "lại mất trộm xe đạp ở xóm 2")
    dialog.hears(AN, "Mã tiếp nhận")
    assert len(app.tips.list(handler).items) == 2


def test_messages_need_permission_for_the_case(app: App, dialog: Dialog, handler: Actor, appoint: Appoint) -> None:
    """An officer of another unit, or with a conflict of interest, can't read the messages of a case."""
    dialog.says(AN, THEFT)
    tip = get_newest_tip(app, handler)
    app.tips.triage(handler, tip.id, category="crime", unit="ninh-hoa")
    near, far, excluded = (appoint("tip_officer", unit=unit) for unit in ("ninh-hoa", "ninh-van", "ninh-hoa"))
    app.tips.exclusions.add(appoint("tip_supervisor"), tip.id, excluded.id, "Người nhà")
    assert [message.text for message in app.conversations.history(near, f"tip:{tip.id}").items] == [THEFT]
    for officer in (far, excluded):
        with pytest.raises(Refused):
            app.conversations.history(officer, f"tip:{tip.id}")


def test_group_messages_create_no_case(
    app: App, chat: MockChat, dialog: Dialog, handler: Actor, launch: Launch
) -> None:
    """Tips, questions and commands in a group are stored without a case, and only danger gets a reply: the emergency
    numbers.
    """
    group = launch()
    before = chat.group_posts(str(group.address and group.address.id))
    for text in (THEFT, QUESTION, FIRE, "TRO GIUP"):
        dialog.says(AN, text, to=PILOT)
    assert len(read_messages(app)) == 4
    assert {message.case for message in read_messages(app)} == {""}
    assert {message.unit for message in read_messages(app)} == {"ninh-hoa"}
    assert app.tips.list(handler).items == ()
    assert app.inquiries.list(handler).items == ()
    dialog.hears_nothing(AN)
    numbers = app.district.say("group.danger")
    assert chat.group_posts(str(group.address and group.address.id)) == [*before, numbers]


def test_a_group_post_is_flagged_for_a_person(app: App, dialog: Dialog, launch: Launch, appoint: Appoint) -> None:
    """An unsuitable group post is flagged for a moderator and otherwise unchanged."""
    group = launch()
    dialog.says(AN, ADVERTISING, to=PILOT)
    dialog.says(AN, "chúc mừng năm mới", to=PILOT)
    (post,) = app.moderation.list(appoint("moderator")).items
    assert (post.state, post.group, post.unit) == (PostState.RAISED, group.id, "ninh-hoa")
    assert [flag.code for flag in post.flags] == ["advertising"]
    assert post.author == read_messages(app)[0].sender != read_messages(app)[0].conversation


def test_attached_link_is_checked(app: App, chat: MockChat, launch: Launch, appoint: Appoint) -> None:
    """A link card without text is checked by its address."""
    launch()
    (group,) = chat.groups()
    chat.says(chat.person(AN), "", group, [Attachment("link", url="https://qua-tang.example/x")])
    pump(app, chat)
    (post,) = app.moderation.list(appoint("moderator")).items
    assert [flag.code for flag in post.flags] == ["scam_link"]


def test_unregistered_group_is_moderated_by_district(app: App, chat: MockChat, appoint: Appoint) -> None:
    """Posts in a group that isn't registered are flagged for the district."""
    group = chat.found_group("Nhóm lạ")
    chat.says(chat.person(AN), ADVERTISING, group)
    pump(app, chat)
    (post,) = app.moderation.list(appoint("moderator")).items
    assert (post.group, post.unit) == ("", "hoa-lu")


def test_a_first_greeting_is_answered_once(dialog: Dialog) -> None:
    """A sender's first greeting gets a reply with instructions; later small talk gets none."""
    dialog.says("Thử Văn Chào", "Xin chào")
    dialog.hears("Thử Văn Chào", ".")
    dialog.says("Thử Văn Chào", "chào nhé")
    dialog.hears_nothing("Thử Văn Chào")
