"""Officers turn messages into tips and inquiries by hand."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import FIRE, PILOT, QUESTION, THEFT, Appoint, Launch, journal
from tests.workflows.conftest import read_messages

from anninh_core.app import App
from anninh_core.domain.groups.model import Group
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Attachment

AN = "Thử Văn An"
BINH = "Thử Thị Bình"
TALK = "[19:42, 31/08/2021] Thử Văn An: Có trộm ở xóm 1\n[19:43] Thử Thị Bình: Ở đâu ạ?"


def list_message_ids(app: App) -> list[str]:
    return [message.id for message in read_messages(app)]


def test_group_post_becomes_a_private_tip(
    app: App, chat: MockChat, dialog: Dialog, admin: Actor, launch: Launch
) -> None:
    """A group post that an officer makes a tip is continued in private: its author gets the receipt there, and the
    group sees nothing.
    """
    group = launch()
    assert group.address is not None
    dialog.says(AN, THEFT, to=PILOT)
    before = chat.group_posts(group.address.id)
    tip = app.conversations.create_tip(admin, list_message_ids(app), category="crime")
    app.worker.drain()
    assert (tip.origin, tip.unit, tip.text, tip.state) == ("group", "ninh-hoa", THEFT, TipState.RECEIVED)
    received = chat.hears(chat.person(AN))
    assert any(tip.receipt in text for text in received)
    assert any("riêng" in text for text in received)
    assert chat.group_posts(group.address.id) == before
    dialog.says(AN, f"tra cứu {tip.receipt}")
    dialog.hears(AN, tip.receipt)


def test_private_reply_belongs_to_the_tip(
    app: App, dialog: Dialog, admin: Actor, handler: Actor, launch: Launch
) -> None:
    """An author's private message after a question about their group post belongs to the post's tip."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    tip = app.conversations.create_tip(admin, list_message_ids(app), category="crime")
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.ask_back(handler, tip.id, "Xe màu gì?")
    dialog.says(AN, "màu đỏ")
    assert read_messages(app)[-1].case == f"tip:{tip.id}"


def test_several_posts_make_one_tip(app: App, dialog: Dialog, admin: Actor, handler: Actor, launch: Launch) -> None:
    """Several posts of one person, with pictures, make one tip, and a repeated id adds nothing."""
    launch()
    dialog.says(AN, "Có trộm ở xóm 2", to=PILOT)
    dialog.says(AN, "", to=PILOT, attachments=[Attachment("image")])
    dialog.says(AN, "nó đi xe đỏ", to=PILOT)
    tip = app.conversations.create_tip(admin, [*list_message_ids(app), list_message_ids(app)[0]])
    assert tip.text == "Có trộm ở xóm 2\nnó đi xe đỏ"
    assert {message.case for message in read_messages(app)} == {f"tip:{tip.id}"}


def test_tip_text_is_in_order_of_time(
    app: App, dialog: Dialog, admin: Actor, launch: Launch, clock: FixedClock
) -> None:
    """A tip's text has its messages in order of time, in whatever order their ids are given."""
    launch()
    for words in ("Có trộm ở xóm 2", "trộm đi xe đỏ", "trộm chạy về phía cầu rồi"):
        dialog.says(AN, words, to=PILOT)
        clock.advance(timedelta(minutes=1))
    newest_first = [message.id for message in app.conversations.suggested_messages(admin).items]
    assert newest_first == list_message_ids(app)[::-1]
    tip = app.conversations.create_tip(admin, newest_first)
    assert tip.text == "Có trộm ở xóm 2\ntrộm đi xe đỏ\ntrộm chạy về phía cầu rồi"


def test_tip_needs_messages_of_one_person(app: App, dialog: Dialog, admin: Actor, launch: Launch) -> None:
    """Making a tip of messages of two people, of no message or of an unknown message is refused and changes nothing."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    dialog.says(BINH, THEFT, to=PILOT)
    with pytest.raises(BadInput, match="different people"):
        app.conversations.create_tip(admin, list_message_ids(app))
    with pytest.raises(BadInput, match="at least one"):
        app.conversations.create_tip(admin, [])
    with pytest.raises(NotFound, match="no message"):
        app.conversations.create_tip(admin, ["m"])
    assert {message.case for message in read_messages(app)} == {""}


def test_message_belongs_to_one_case(app: App, dialog: Dialog, admin: Actor, launch: Launch) -> None:
    """A message that belongs to a case can't become another tip or inquiry."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    app.conversations.create_tip(admin, list_message_ids(app))
    with pytest.raises(BadInput, match="already belongs to a case"):
        app.conversations.create_tip(admin, list_message_ids(app))
    with pytest.raises(BadInput, match="already"):
        app.conversations.create_inquiry(admin, list_message_ids(app)[0])


def test_board_uses_its_own_groups_messages(app: App, dialog: Dialog, appoint: Appoint, launch: Launch) -> None:
    """The board of a commune can make tips only of its own group's messages, and not of these together with another
    group's messages.
    """
    launch()
    launch("ninh-hai", title="Nhóm Zalo An ninh xã Ninh Hải")
    dialog.says(AN, THEFT, to=PILOT)
    dialog.says(AN, THEFT, to="Nhóm Zalo An ninh xã Ninh Hải")
    board = appoint("board_admin", unit="ninh-hoa")
    own, foreign = list_message_ids(app)
    for messages in ([foreign], [own, foreign], [foreign, own]):
        with pytest.raises(Refused, match=f"There is no message {foreign!r} for which you have the permission"):
            app.conversations.create_tip(board, messages)
    with pytest.raises(Refused):
        app.conversations.create_tip(appoint("editor"), [own])
    assert app.conversations.create_tip(board, [own]).unit == "ninh-hoa"


def test_group_emergency_gets_private_numbers(
    app: App, chat: MockChat, dialog: Dialog, admin: Actor, launch: Launch
) -> None:
    """The author of a group post that is made an emergency tip gets the emergency numbers first, in private."""
    launch()
    dialog.says(AN, FIRE, to=PILOT)
    app.conversations.create_tip(admin, list_message_ids(app), category="fire", emergency=True)
    app.worker.drain()
    assert "114" in chat.hears(chat.person(AN))[0]


def test_probable_tips_are_suggested(app: App, dialog: Dialog, admin: Actor, appoint: Appoint, launch: Launch) -> None:
    """Messages that look like tips are suggested to permitted officers until a tip is made of them, questions
    separately; the journal records who read them.
    """
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    dialog.says(BINH, QUESTION, to=PILOT)
    dialog.says(BINH, "chúc mừng năm mới", to=PILOT)
    assert [message.text for message in app.conversations.suggested_messages(admin).items] == [THEFT]
    assert journal(app)[-1].outcome == "read"
    assert [message.text for message in app.conversations.suggested_messages(admin, MessageClass.QUESTION).items] == [
        QUESTION
    ]
    assert app.conversations.suggested_messages(appoint("board_admin", unit="ninh-hai")).items == ()
    app.conversations.create_tip(admin, list_message_ids(app)[:1])
    assert app.conversations.suggested_messages(admin).items == ()
    with pytest.raises(Refused):
        app.conversations.suggested_messages(appoint("editor"))


def test_group_question_is_answered_in_private(
    app: App, dialog: Dialog, admin: Actor, handler: Actor, launch: Launch
) -> None:
    """If an officer makes an inquiry of a question in a group, it is answered in private."""
    launch()
    dialog.says(AN, QUESTION, to=PILOT)
    inquiry = app.conversations.create_inquiry(admin, list_message_ids(app)[0])
    app.inquiries.answer(handler, inquiry.id, text="Tại Công an huyện.")
    app.worker.drain()
    dialog.hears(AN, "Tại Công an huyện")
    assert app.inquiries.get(handler, inquiry.id).state is InquiryState.ANSWERED


def test_inquiry_is_converted_to_a_tip(app: App, dialog: Dialog, handler: Actor) -> None:
    """An inquiry that is converted to a tip gets a receipt, and its author's next message belongs to the tip."""
    dialog.says(AN, QUESTION)
    (inquiry,) = app.inquiries.list(handler).items
    tip = app.inquiries.convert_to_tip(handler, inquiry.id, category="crime")
    app.worker.drain()
    dialog.hears(AN, tip.receipt)
    assert app.inquiries.get(handler, inquiry.id).state is InquiryState.BECAME_TIP
    dialog.says(AN, "", attachments=[Attachment("image")])
    assert read_messages(app)[-1].case == f"tip:{tip.id}"


def test_deadlines_count_from_the_message(
    app: App, clock: FixedClock, dialog: Dialog, admin: Actor, handler: Actor
) -> None:
    """The deadlines of a tip that was made of an inquiry or a chat message count from the message's arrival."""
    arrived_at = clock.now()
    dialog.says(AN, QUESTION)
    dialog.says(BINH, "chào cán bộ")
    clock.advance(timedelta(days=2))
    (inquiry,) = app.inquiries.list(handler).items
    from_inquiry = app.inquiries.convert_to_tip(handler, inquiry.id, category="situation")
    (greeting,) = (message for message in read_messages(app) if message.kind == MessageClass.CHATTER)
    from_greeting = app.conversations.create_tip(admin, [greeting.id], category="situation")
    assert [(tip.received_at, tip.moments["received"]) for tip in (from_inquiry, from_greeting)] == [
        (arrived_at, arrived_at)
    ] * 2


def test_group_posts_deadlines_count_from_the_act(
    app: App, clock: FixedClock, dialog: Dialog, admin: Actor, launch: Launch
) -> None:
    """The deadlines of a tip that was made of a group post count from the officer's act."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    marked = clock.advance(timedelta(days=2))
    assert app.conversations.create_tip(admin, list_message_ids(app), category="crime").received_at == marked


def test_pasted_messages_are_stored(app: App, admin: Actor, village_group: Group) -> None:
    """Pasted messages of an ordinary group are stored for its unit, each with its author."""
    assert app.conversations.import_pasted(admin, village_group.id, TALK) is Accepted.STORED
    app.worker.drain()
    assert [(message.text, message.unit) for message in read_messages(app)] == [
        ("Có trộm ở xóm 1", "ninh-hoa/kdc-1"),
        ("Ở đâu ạ?", "ninh-hoa/kdc-1"),
    ]
    assert len({message.sender for message in read_messages(app)}) == 2


def test_repeated_paste_is_stored_once(app: App, admin: Actor, village_group: Group) -> None:
    """Pasting the same messages again stores nothing, and pasting an overlapping part stores only the new messages."""
    app.conversations.import_pasted(admin, village_group.id, TALK)
    assert app.conversations.import_pasted(admin, village_group.id, TALK) is Accepted.SEEN_BEFORE
    app.worker.drain()
    longer = f"{TALK}\n[19:50, 31/08/2021] Thử Văn An: Nó chạy rồi".replace("[19:43]", "[19:43, 31/08/2021]")
    assert app.conversations.import_pasted(admin, village_group.id, longer) is Accepted.STORED
    app.worker.drain()
    texts = [message.text for message in read_messages(app)]
    assert sorted(set(texts)) == sorted(texts) == ["Có trộm ở xóm 1", "Nó chạy rồi", "Ở đâu ạ?"]


def test_pasted_tip_has_no_conversation(app: App, admin: Actor, handler: Actor, village_group: Group) -> None:
    """A tip made of pasted messages has no conversation, so that nothing is sent."""
    app.conversations.import_pasted(admin, village_group.id, TALK)
    app.worker.drain()
    before = app.internals.context.storage.queues.depth()
    tip = app.conversations.create_tip(admin, list_message_ids(app)[:1])
    assert (tip.conversation, tip.origin, tip.unit) == ("", "group", "ninh-hoa/kdc-1")
    assert app.internals.context.storage.queues.depth() == before


def test_pasting_needs_the_groups_board_and_messenger(
    app: App, admin: Actor, appoint: Appoint, village_group: Group
) -> None:
    """Officers of another commune and editors can't paste messages of a group, and a group without a messenger accepts
    none.
    """
    for stranger in (appoint("board_admin", unit="ninh-hai"), appoint("editor")):
        with pytest.raises(Refused):
            app.conversations.import_pasted(stranger, village_group.id, TALK)
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm Thử")
    with pytest.raises(BadInput, match="isn't linked to a messenger: link it first with"):
        app.conversations.import_pasted(admin, planned.id, TALK)
    with pytest.raises(BadInput, match="The paste has no text: copy the messages and paste them again"):
        app.conversations.import_pasted(admin, village_group.id, "  ")
    assert app.internals.context.storage.queues.depth().get("inbox.new", 0) == 0


def test_private_messages_are_not_suggested(app: App, chat: MockChat, admin: Actor) -> None:
    """Private small talk with the official account isn't suggested to a board."""
    chat.says(chat.person("Thử Văn An"), "cảm ơn các anh, tôi ở xóm 3")
    pump(app, chat)
    assert [message.text for message in read_messages(app)] == ["cảm ơn các anh, tôi ở xóm 3"]
    assert app.conversations.suggested_messages(admin, MessageClass.CHATTER).items == ()
