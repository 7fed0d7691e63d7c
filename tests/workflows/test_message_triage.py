"""The board member's hand."""

from datetime import timedelta

import pytest
from tests.messaging.conftest import FIRE, PILOT, QUESTION, THEFT, Appoint, Launch, journal
from tests.workflows.conftest import heard

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


def ids(app: App) -> list[str]:
    return [message.id for message in heard(app)]


def test_a_marked_post_becomes_a_tip_and_goes_on_in_private(
    app: App, chat: MockChat, dialog: Dialog, admin: Actor, launch: Launch
) -> None:
    """Its author is asked to go on one-to-one and gets the receipt there; the group sees nothing."""
    group = launch()
    assert group.address is not None
    dialog.says(AN, THEFT, to=PILOT)
    before = chat.group_posts(group.address.id)
    tip = app.conversations.create_tip(admin, ids(app), category="crime")
    app.worker.drain()
    assert (tip.origin, tip.unit, tip.text, tip.state) == ("group", "ninh-hoa", THEFT, TipState.RECEIVED)
    told = chat.hears(chat.person(AN))
    assert any(tip.receipt in text for text in told)
    assert any("riêng" in text for text in told)
    assert chat.group_posts(group.address.id) == before
    dialog.says(AN, f"tra cứu {tip.receipt}")
    dialog.hears(AN, tip.receipt)


def test_what_the_author_says_next_continues_it(
    app: App, dialog: Dialog, admin: Actor, handler: Actor, launch: Launch
) -> None:
    """Asked back in private, the author of a group post answers in private."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    tip = app.conversations.create_tip(admin, ids(app), category="crime")
    app.tips.triage(handler, tip.id, category="crime")
    app.tips.ask_back(handler, tip.id, "Xe màu gì?")
    dialog.says(AN, "màu đỏ")
    assert heard(app)[-1].case == f"tip:{tip.id}"


def test_an_album_is_one_tip(app: App, dialog: Dialog, admin: Actor, handler: Actor, launch: Launch) -> None:
    """Several posts of one person, pictures among them, make one tip; naming one twice adds nothing."""
    launch()
    dialog.says(AN, "Có trộm ở xóm 2", to=PILOT)
    dialog.says(AN, "", to=PILOT, attachments=[Attachment("image")])
    dialog.says(AN, "nó đi xe đỏ", to=PILOT)
    tip = app.conversations.create_tip(admin, [*ids(app), ids(app)[0]])
    assert tip.text == "Có trộm ở xóm 2\nnó đi xe đỏ"
    assert {message.case for message in heard(app)} == {f"tip:{tip.id}"}


def test_a_story_is_told_in_the_order_of_time(
    app: App, dialog: Dialog, admin: Actor, launch: Launch, clock: FixedClock
) -> None:
    """However the messages are named, and `suggested` names the newest first, the oldest is read first."""
    launch()
    for words in ("Có trộm ở xóm 2", "trộm đi xe đỏ", "trộm chạy về phía cầu rồi"):
        dialog.says(AN, words, to=PILOT)
        clock.advance(timedelta(minutes=1))
    newest_first = [message.id for message in app.conversations.suggested_messages(admin).items]
    assert newest_first == ids(app)[::-1]
    tip = app.conversations.create_tip(admin, newest_first)
    assert tip.text == "Có trộm ở xóm 2\ntrộm đi xe đỏ\ntrộm chạy về phía cầu rồi"


def test_different_people_are_different_reports(app: App, dialog: Dialog, admin: Actor, launch: Launch) -> None:
    """Words of two people are refused as one tip, and nothing is changed."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    dialog.says(BINH, THEFT, to=PILOT)
    with pytest.raises(BadInput, match="different people"):
        app.conversations.create_tip(admin, ids(app))
    with pytest.raises(BadInput, match="at least one"):
        app.conversations.create_tip(admin, [])
    with pytest.raises(NotFound, match="no message"):
        app.conversations.create_tip(admin, ["m"])
    assert {message.case for message in heard(app)} == {""}


def test_nothing_is_marked_twice(app: App, dialog: Dialog, admin: Actor, launch: Launch) -> None:
    """A post that belongs to a case says so."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    app.conversations.create_tip(admin, ids(app))
    with pytest.raises(BadInput, match="already belongs to a case"):
        app.conversations.create_tip(admin, ids(app))
    with pytest.raises(BadInput, match="already"):
        app.conversations.create_inquiry(admin, ids(app)[0])


def test_only_where_one_may(app: App, dialog: Dialog, appoint: Appoint, launch: Launch) -> None:
    """A commune's board marks its own group's posts only, not even together with one of its own."""
    launch()
    launch("ninh-hai", title="Nhóm Zalo An ninh xã Ninh Hải")
    dialog.says(AN, THEFT, to=PILOT)
    dialog.says(AN, THEFT, to="Nhóm Zalo An ninh xã Ninh Hải")
    board = appoint("board_admin", unit="ninh-hoa")
    own, foreign = ids(app)
    for messages in ([foreign], [own, foreign], [foreign, own]):
        with pytest.raises(Refused, match=f"There is no message {foreign!r} for which you have the permission"):
            app.conversations.create_tip(board, messages)
    with pytest.raises(Refused):
        app.conversations.create_tip(appoint("editor"), [own])
    assert app.conversations.create_tip(board, [own]).unit == "ninh-hoa"


def test_danger_in_a_group_is_answered_in_private(
    app: App, chat: MockChat, dialog: Dialog, admin: Actor, launch: Launch
) -> None:
    """Marked as an emergency, the author gets the numbers to call first."""
    launch()
    dialog.says(AN, FIRE, to=PILOT)
    app.conversations.create_tip(admin, ids(app), category="fire", emergency=True)
    app.worker.drain()
    assert "114" in chat.hears(chat.person(AN))[0]


def test_posts_that_look_like_tips_are_suggested(
    app: App, dialog: Dialog, admin: Actor, appoint: Appoint, launch: Launch
) -> None:
    """Until somebody marks them, to those who may; questions apart; the look is in the journal."""
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
    app.conversations.create_tip(admin, ids(app)[:1])
    assert app.conversations.suggested_messages(admin).items == ()
    with pytest.raises(Refused):
        app.conversations.suggested_messages(appoint("editor"))


def test_a_question_in_a_group_is_answered_in_private(
    app: App, dialog: Dialog, admin: Actor, handler: Actor, launch: Launch
) -> None:
    """Marked as a question, it is acknowledged and answered one-to-one."""
    launch()
    dialog.says(AN, QUESTION, to=PILOT)
    inquiry = app.conversations.create_inquiry(admin, ids(app)[0])
    app.inquiries.answer(handler, inquiry.id, text="Tại Công an huyện.")
    app.worker.drain()
    dialog.hears(AN, "Tại Công an huyện")
    assert app.inquiries.get(handler, inquiry.id).state is InquiryState.ANSWERED


def test_a_question_that_is_a_tip_becomes_one(app: App, dialog: Dialog, handler: Actor) -> None:
    """Its author gets a receipt, and what they write next to it joins the tip."""
    dialog.says(AN, QUESTION)
    (inquiry,) = app.inquiries.list(handler).items
    tip = app.inquiries.convert_to_tip(handler, inquiry.id, category="crime")
    app.worker.drain()
    dialog.hears(AN, tip.receipt)
    assert app.inquiries.get(handler, inquiry.id).state is InquiryState.BECAME_TIP
    dialog.says(AN, "", attachments=[Attachment("image")])
    assert heard(app)[-1].case == f"tip:{tip.id}"


def test_limits_of_what_was_taken_for_something_else(
    app: App, clock: FixedClock, dialog: Dialog, admin: Actor, handler: Actor
) -> None:
    """What was written to us counts from when it came, whatever it was taken for and whenever a person noticed."""
    came = clock.now()
    dialog.says(AN, QUESTION)
    dialog.says(BINH, "chào cán bộ")
    clock.advance(timedelta(days=2))
    (inquiry,) = app.inquiries.list(handler).items
    asked = app.inquiries.convert_to_tip(handler, inquiry.id, category="situation")
    (greeting,) = (message for message in heard(app) if message.kind == MessageClass.CHATTER)
    greeted = app.conversations.create_tip(admin, [greeting.id], category="situation")
    assert [(tip.received_at, tip.moments["received"]) for tip in (asked, greeted)] == [(came, came)] * 2


def test_limits_of_a_post_count_from_its_marking(
    app: App, clock: FixedClock, dialog: Dialog, admin: Actor, launch: Launch
) -> None:
    """What people say among each other in a group was received when a person took it up."""
    launch()
    dialog.says(AN, THEFT, to=PILOT)
    marked = clock.advance(timedelta(days=2))
    assert app.conversations.create_tip(admin, ids(app), category="crime").received_at == marked


def test_what_was_pasted_comes_in(app: App, admin: Actor, village: Group) -> None:
    """Messages copied out of an ordinary group are written down for its unit, each with its own author."""
    assert app.conversations.import_pasted(admin, village.id, TALK) is Accepted.STORED
    app.worker.drain()
    assert [(message.text, message.unit) for message in heard(app)] == [
        ("Có trộm ở xóm 1", "ninh-hoa/kdc-1"),
        ("Ở đâu ạ?", "ninh-hoa/kdc-1"),
    ]
    assert len({message.sender for message in heard(app)}) == 2


def test_pasted_twice_counts_once(app: App, admin: Actor, village: Group) -> None:
    """The same text again is seen before; a paste that overlaps adds only what is new."""
    app.conversations.import_pasted(admin, village.id, TALK)
    assert app.conversations.import_pasted(admin, village.id, TALK) is Accepted.SEEN_BEFORE
    app.worker.drain()
    longer = f"{TALK}\n[19:50, 31/08/2021] Thử Văn An: Nó chạy rồi".replace("[19:43]", "[19:43, 31/08/2021]")
    assert app.conversations.import_pasted(admin, village.id, longer) is Accepted.STORED
    app.worker.drain()
    texts = [message.text for message in heard(app)]
    assert sorted(set(texts)) == sorted(texts) == ["Có trộm ở xóm 1", "Nó chạy rồi", "Ở đâu ạ?"]


def test_a_pasted_tip_has_no_private_way(app: App, admin: Actor, handler: Actor, village: Group) -> None:
    """Nobody can write to its author without help: the tip has no conversation, and nothing is sent."""
    app.conversations.import_pasted(admin, village.id, TALK)
    app.worker.drain()
    before = app.internals.context.storage.queues.depth()
    tip = app.conversations.create_tip(admin, ids(app)[:1])
    assert (tip.conversation, tip.origin, tip.unit) == ("", "group", "ninh-hoa/kdc-1")
    assert app.internals.context.storage.queues.depth() == before


def test_pasting_needs_the_groups_board(app: App, admin: Actor, appoint: Appoint, village: Group) -> None:
    """Another commune's board and an editor can't paste, nobody pastes into a group without a messenger."""
    for stranger in (appoint("board_admin", unit="ninh-hai"), appoint("editor")):
        with pytest.raises(Refused):
            app.conversations.import_pasted(stranger, village.id, TALK)
    planned = app.groups.plan(admin, "ninh-hai", kind="commune", title="Nhóm Thử")
    with pytest.raises(BadInput, match="isn't linked to a messenger: link it first with"):
        app.conversations.import_pasted(admin, planned.id, TALK)
    with pytest.raises(BadInput, match="The paste has no text: copy the messages and paste them again"):
        app.conversations.import_pasted(admin, village.id, "  ")
    assert app.internals.context.storage.queues.depth().get("inbox.new", 0) == 0


def test_what_was_said_in_private_is_suggested_to_nobody(app: App, chat: MockChat, admin: Actor) -> None:
    """Somebody's thanks to the official account are small talk, and none of a board's."""
    chat.says(chat.person("Thử Văn An"), "cảm ơn các anh, tôi ở xóm 3")
    pump(app, chat)
    assert [message.text for message in heard(app)] == ["cảm ơn các anh, tôi ở xóm 3"]
    assert app.conversations.suggested_messages(admin, MessageClass.CHATTER).items == ()
