"""Several cases in one conversation: a message continues a case, opens a case, or needs a person's decision."""

import pytest
from tests.scenarios.cases.talk.conftest import STORY, TalkScene
from tests.support.purging import purge_scope

from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers

KARAOKE = "nhà bên cạnh mở karaoke ầm ĩ không ngủ nổi"


def report_two_matters(scene: TalkScene) -> tuple[str, str]:
    """Let the resident report two matters one after the other, and return the ids of the tips, oldest first."""
    scene.says(STORY[0], "tôi muốn báo thêm việc khác", KARAOKE)
    first, second = scene.tips()
    return first.id, second.id


def test_a_picture_follows_words(scene: TalkScene) -> None:
    """A picture after a report joins its case without text and without a reply."""
    scene.says(STORY[0])
    scene.hears()
    scene.sends("image")
    assert scene.list_messages()[-1].case == f"tip:{scene.get_only_tip().id}"
    assert scene.hears() == []


def test_text_after_thanks_is_kept(scene: TalkScene) -> None:
    """A text after thanks isn't lost, but counts as a follow-up to the case, even a day later."""
    scene.says(KARAOKE)
    scene.wait(60 * 26)
    scene.says("Cảm ơn anh, nó lại sang phá nữa")
    assert "nó lại sang phá nữa" in scene.get_only_tip().text


def test_fire_reported_three_times_is_one_case(scene: TalkScene) -> None:
    """Three messages about one fire are one case, and each report of danger is answered."""
    scene.says("cháy nhà", "cháy to quá", "có người kẹt")
    assert scene.get_only_tip().text == "cháy nhà\ncháy to quá\ncó người kẹt"
    assert sum("NẾU ĐANG NGUY HIỂM" in text for text in scene.hears()) >= 2
    events = [
        event for entry in scene.app.internals.context.storage.journal.read(limit=1000) for event in [entry.content]
    ]
    assert sum(b"tip.more_danger" in bytes(content) for content in events) == 2


def test_danger_in_another_talk_opens_a_case(scene: TalkScene) -> None:
    """Danger long after another report opens a case of its own."""
    scene.says(STORY[0], pause=20)
    scene.says("cháy nhà bên cạnh rồi")
    assert [tip.emergency for tip in scene.tips()] == [False, True]


def test_danger_soon_after_a_report_joins_its_case(scene: TalkScene) -> None:
    """Danger minutes after another report makes that report's case an emergency, and the officer sees a possible second
    matter.
    """
    scene.says(STORY[0], "cháy nhà bên cạnh rồi")
    tip = scene.get_only_tip()
    assert (tip.emergency, len(tip.second_matters)) == (True, 1)


def test_in_doubt_the_resident_is_asked_once(scene: TalkScene) -> None:
    """If a message may belong to two cases, the resident is asked once, and it belongs to neither case until they send
    a number.
    """
    first, second = report_two_matters(scene)
    scene.hears()
    scene.says("Biển số 35B1-123.45", "nhà nó số 12")
    (question,) = scene.hears()
    assert [line[:2] for line in question.splitlines()[1:4]] == ["1.", "2.", "3."]
    assert STORY[0] not in question
    assert [message.kind for message in scene.list_messages()[-2:]] == ["unassigned"] * 2
    assert scene.count_received_tips() == 2
    scene.says("2")
    assert {message.case for message in scene.list_messages()[-3:-1]} == {f"tip:{first}"}
    assert "35B1" in scene.app.tips.get(scene.officer, first).text
    assert scene.app.tips.get(scene.officer, second).text == KARAOKE


@pytest.mark.parametrize("words", ["Biển số 35B1-123.45 ạ", "xe màu xanh ạ"])
def test_an_unsure_opinion_settles_no_doubt(scene: TalkScene, words: str) -> None:
    """An uncertain opinion doesn't decide which of two cases a message belongs to."""
    first, second = report_two_matters(scene)
    scene.says(words)
    assert scene.list_messages()[-1].candidates == (f"tip:{second}", f"tip:{first}")


def test_message_of_neither_case_opens_a_case(scene: TalkScene) -> None:
    """If the resident chooses "3", the message becomes a separate case without further words."""
    report_two_matters(scene)
    scene.says("Biển số 35B1-123.45")
    scene.says("3")
    assert [tip.text for tip in scene.tips()][2:] == ["Biển số 35B1-123.45"]


def test_officer_assigns_message_in_doubt(scene: TalkScene) -> None:
    """A message in doubt is listed with each candidate case, and an officer can assign it once."""
    first, second = report_two_matters(scene)
    scene.says("Biển số 35B1-123.45")
    app = scene.app
    lan = scene.officer
    (message,) = app.conversations.unassigned(lan).items
    for case in (f"tip:{first}", f"tip:{second}"):
        assert [listed.id for listed in app.conversations.candidate_messages(lan, case)] == [message.id]
    with pytest.raises(NotVisible):
        app.conversations.assign_message(lan, message.id, "tip:other")
    app.conversations.assign_message(lan, message.id, f"tip:{first}")
    assert app.conversations.unassigned(lan).items == ()
    with pytest.raises(WrongStep, match="isn't in doubt"):
        app.conversations.assign_message(lan, message.id, f"tip:{first}")
    assert scene.hears()[-1].startswith("Tin ông/bà vừa gửi thuộc việc nào")


def test_tip_from_doubt_keeps_its_reception(scene: TalkScene) -> None:
    """A tip from a message in doubt is received at the time of the message, so that its deadlines run from then."""
    report_two_matters(scene)
    scene.says("Biển số 35B1-123.45")
    (message,) = scene.app.conversations.unassigned(scene.officer).items
    scene.wait(300)
    tip = scene.app.conversations.open_tip(scene.officer, [message.id], category="crime")
    assert tip.received_at == message.received_at


def test_message_in_doubt_is_hidden_from_excluded(scene: TalkScene) -> None:
    """A message in doubt is hidden from an officer who is excluded from one of its candidate cases."""
    first, second = report_two_matters(scene)
    scene.says("Biển số 35B1-123.45")
    (message,) = scene.app.conversations.unassigned(scene.officer).items
    relative = UnsafeLocalUsers(scene.app).appoint("Người nhà", "hoa-lu", "tip_officer")
    scene.app.tips.exclusions.add(scene.boss, first, relative.id, "Người nhà")
    assert scene.app.conversations.unassigned(relative).items == ()
    assert scene.app.conversations.candidate_messages(relative, f"tip:{second}") == ()
    with pytest.raises(NotVisible):
        scene.app.conversations.assign_message(relative, message.id, f"tip:{second}")


def test_a_receipt_leads_to_its_case(scene: TalkScene) -> None:
    """A message with a receipt belongs to its case, even after newer reports."""
    first, _ = report_two_matters(scene)
    receipt = scene.app.tips.get(scene.officer, first).receipt
    scene.says(f"tin {receipt}: biển số 35B1-123.45 nhé")
    assert scene.list_messages()[-1].case == f"tip:{first}"


def test_withdrawal_closes_nothing(scene: TalkScene) -> None:
    """A request to withdraw doesn't close the case, and the reporter gets the officer's answer."""
    scene.says(STORY[0])
    scene.says("thôi em xin rút, hai nhà hòa giải rồi", pause=200)
    assert scene.get_only_tip().is_open
    assert "cán bộ sẽ xem" in scene.hears()[-1]
    scene.app.tips.withdrawals.decline(
        scene.officer, scene.get_only_tip().id, "Trộm cắp", answer="Việc này vẫn được làm rõ."
    )
    scene.app.worker.drain()
    assert "vẫn được làm rõ" in scene.hears()[-1]


def test_two_matters_can_be_split(scene: TalkScene) -> None:
    """After a split, the deadlines of the second matter count from its own message, and each case is encrypted and
    found by its own text.
    """
    scene.says(STORY[0])
    scene.wait(60)
    scene.says("hôm qua lại mất trộm xe đạp ở xóm 3 nữa")
    tip = scene.get_only_tip()
    assert tip.second_matters == (scene.list_messages()[-1].id,)
    new = scene.app.tips.threads.split(scene.officer, tip.id, tip.second_matters, "Hai vụ khác nhau", category="crime")
    first, second = scene.tips()
    assert (first.text, second.text) == (STORY[0], "hôm qua lại mất trộm xe đạp ở xóm 3 nữa")
    assert second.received_at == scene.list_messages()[-1].received_at > first.received_at
    assert first.second_matters == ()
    assert scene.count_received_tips() == 2
    scene.app.worker.drain()
    assert second.receipt in scene.hears()[-1]
    assert [tip_found.id for tip_found in scene.app.tips.search(scene.officer, "xe đạp").items] == [new.id]
    purge_scope(scene.app.internals.context, f"tip:{first.id}")
    scene.app.internals.context.encryptor.forget(f"tip:{first.id}")
    assert [message.text for message in scene.app.conversations.history(scene.officer, f"tip:{new.id}").items] == [
        second.text
    ]


def test_a_split_needs_some_messages_and_not_all(scene: TalkScene) -> None:
    """A split needs a reason and some, but not all, of the tip's own messages."""
    first, second = report_two_matters(scene)
    receipt = scene.app.tips.get(scene.officer, first).receipt
    of_second = next(message.id for message in scene.list_messages() if message.case == f"tip:{second}")
    with pytest.raises(BadInput, match="messages from its reporter: only a tip with several can be split"):
        scene.app.tips.threads.split(scene.officer, first, [of_second], "hai việc")
    scene.says(f"tin {receipt}: biển số 35B1-123.45 nhé")
    of_first = [message.id for message in scene.list_messages() if message.case == f"tip:{first}"]
    for chosen in ([], of_first):
        with pytest.raises(BadInput, match="messages from its reporter: name some of them, not none or all"):
            scene.app.tips.threads.split(scene.officer, first, chosen, "hai việc")
    with pytest.raises(NotVisible, match="for which you have the permission"):
        scene.app.tips.threads.split(scene.officer, first, [of_first[0], of_second], "hai việc")
    with pytest.raises(BadInput, match=f"The decision about tip {receipt} needs a reason: write it for the record"):
        scene.app.tips.threads.split(scene.officer, first, of_first[:1], " ")


def test_tips_about_one_matter_can_be_joined(scene: TalkScene) -> None:
    """Two tips about one matter can be joined: the earlier reception counts, both receipts lead to the joined tip, and
    it is one tip in past figures.
    """
    first, second = report_two_matters(scene)
    before = [tip.receipt for tip in scene.tips()]
    scene.wait(60 * 24 * 40)
    joined = scene.app.tips.threads.join(scene.officer, first, into=second, reason="Cùng một việc")
    assert joined.received_at == min(tip.received_at for tip in scene.tips())
    assert joined.text == f"{STORY[0]}\n{KARAOKE}"
    assert scene.count_received_tips() == 1
    assert {scene.app.tips.by_receipt(scene.officer, receipt).id for receipt in before} == {second}
    scene.hears()
    scene.says(*(f"TRA CUU {receipt}" for receipt in before))
    assert [text for text in scene.hears() if "đã tiếp nhận" not in text] == []
    assert {m.case for m in scene.list_messages() if m.kind == "tip"} == {f"tip:{second}"}
    assert scene.app.tips.search(scene.officer, "xe máy").items[0].id == second
    scene.says("còn nữa ạ, nó đội mũ đỏ")
    with pytest.raises(WrongStep, match="joined"):
        scene.app.tips.threads.join(scene.officer, first, into=second, reason="lần hai")


def test_strangers_tips_are_not_joined(scene: TalkScene) -> None:
    """Tips of different reporters can't be joined, since each reporter gets a separate answer."""
    scene.says(STORY[0])
    scene.says(STORY[0], name="Thử Thị Bình")
    first, second = scene.tips()
    with pytest.raises(BadInput, match="merge them"):
        scene.app.tips.threads.join(scene.officer, first.id, into=second.id, reason="Cùng một vụ")


def test_message_after_a_purge_opens_a_case(scene: TalkScene) -> None:
    """A message after a purge of its case opens a new case."""
    scene.says(STORY[0])
    tip = scene.get_only_tip()
    purge_scope(scene.app.internals.context, f"tip:{tip.id}")
    scene.app.internals.context.encryptor.forget(f"tip:{tip.id}")
    scene.says(STORY[1])
    assert [tip_left.text for tip_left in scene.tips()] == [STORY[1]]
    assert scene.get_only_tip().state is TipState.RECEIVED
