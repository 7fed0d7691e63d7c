"""One conversation, several cases: what continues one, what opens one, and what a person decides."""

import pytest
from tests.scenarios.cases.talk.conftest import STORY, Scene
from tests.support.purging import purge_scope

from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.testing.local_users import UnsafeLocalUsers

KARAOKE = "nhà bên cạnh mở karaoke ầm ĩ không ngủ nổi"


def two_cases(scene: Scene) -> tuple[str, str]:
    """Let the resident tell two matters, one right after the other; return their ids, oldest first."""
    scene.says(STORY[0], "tôi muốn báo thêm việc khác", KARAOKE)
    first, second = scene.tips()
    return first.id, second.id


def test_a_picture_follows_words(scene: Scene) -> None:
    """It needs no words to find its case, and no answer."""
    scene.says(STORY[0])
    scene.hears()
    scene.sends("image")
    assert scene.messages()[-1].case == f"tip:{scene.tip().id}"
    assert scene.hears() == []


def test_the_rest_of_thanks_is_heard(scene: Scene) -> None:
    """'Cảm ơn anh, nó lại sang phá nữa' doesn't vanish: a day later it follows up on the case."""
    scene.says(KARAOKE)
    scene.wait(60 * 26)
    scene.says("Cảm ơn anh, nó lại sang phá nữa")
    assert "nó lại sang phá nữa" in scene.tip().text


def test_fire_told_three_times_is_one_case(scene: Scene) -> None:
    """'Cháy nhà', 'cháy to quá', 'có người kẹt': each danger is answered, and the alarm goes on."""
    scene.says("cháy nhà", "cháy to quá", "có người kẹt")
    assert scene.tip().text == "cháy nhà\ncháy to quá\ncó người kẹt"
    assert sum("NẾU ĐANG NGUY HIỂM" in text for text in scene.hears()) >= 2
    events = [
        event for entry in scene.app.internals.context.storage.journal.read(limit=1000) for event in [entry.content]
    ]
    assert sum(b"tip.more_danger" in bytes(content) for content in events) == 2


def test_danger_in_another_talk_opens_a_case(scene: Scene) -> None:
    """A fire isn't filed under a motorbike that was stolen hours ago; within minutes it may be a second matter."""
    scene.says(STORY[0], pause=20)
    scene.says("cháy nhà bên cạnh rồi")
    assert [tip.emergency for tip in scene.tips()] == [False, True]


def test_danger_minutes_after_another_matter_raises_its_case(scene: Scene) -> None:
    """One case, an emergency now, and an officer sees that it may be two matters."""
    scene.says(STORY[0], "cháy nhà bên cạnh rồi")
    tip = scene.tip()
    assert (tip.emergency, len(tip.second_matters)) == (True, 1)


def test_in_doubt_the_resident_is_asked_once(scene: Scene) -> None:
    """Two cases told side by side: the words belong to neither until a number comes, and nothing waits for it."""
    first, second = two_cases(scene)
    scene.hears()
    scene.says("Biển số 35B1-123.45", "nhà nó số 12")
    (question,) = scene.hears()
    assert [line[:2] for line in question.splitlines()[1:4]] == ["1.", "2.", "3."]
    assert STORY[0] not in question
    assert [message.kind for message in scene.messages()[-2:]] == ["unassigned"] * 2
    assert scene.received() == 2
    scene.says("2")
    assert {message.case for message in scene.messages()[-3:-1]} == {f"tip:{first}"}
    assert "35B1" in scene.app.tips.get(scene.officer, first).text
    assert scene.app.tips.get(scene.officer, second).text == KARAOKE


@pytest.mark.parametrize("words", ["Biển số 35B1-123.45 ạ", "xe màu xanh ạ"])
def test_an_unsure_opinion_settles_no_doubt(scene: Scene, words: str) -> None:
    """What hardly looks like a question, or like a third kind of act, is still in doubt, and not the last case's."""
    first, second = two_cases(scene)
    scene.says(words)
    assert scene.messages()[-1].candidates == (f"tip:{second}", f"tip:{first}")


def test_neither_of_them_is_a_case_of_its_own(scene: Scene) -> None:
    """Who chooses 'việc khác' has told it already."""
    two_cases(scene)
    scene.says("Biển số 35B1-123.45")
    scene.says("3")
    assert [tip.text for tip in scene.tips()][2:] == ["Biển số 35B1-123.45"]


def test_an_officer_decides_what_nobody_chose(scene: Scene) -> None:
    """It is listed beside each candidate, and put where it belongs; twice is told."""
    first, second = two_cases(scene)
    scene.says("Biển số 35B1-123.45")
    app = scene.app
    lan = scene.officer
    (message,) = app.conversations.unassigned(lan).items
    for case in (f"tip:{first}", f"tip:{second}"):
        assert [one.id for one in app.conversations.unassigned_beside(lan, case)] == [message.id]
    with pytest.raises(NotVisible):
        app.conversations.assign_message(lan, message.id, "tip:other")
    app.conversations.assign_message(lan, message.id, f"tip:{first}")
    assert app.conversations.unassigned(lan).items == ()
    with pytest.raises(WrongStep, match="isn't in doubt"):
        app.conversations.assign_message(lan, message.id, f"tip:{first}")
    assert scene.hears()[-1].startswith("Tin ông/bà vừa gửi thuộc việc nào")


def test_what_was_in_doubt_becomes_a_tip_from_its_reception(scene: Scene) -> None:
    """Its clocks run from when it came, not from when somebody looked."""
    two_cases(scene)
    scene.says("Biển số 35B1-123.45")
    (message,) = scene.app.conversations.unassigned(scene.officer).items
    scene.wait(300)
    tip = scene.app.conversations.open_tip(scene.officer, [message.id], category="crime")
    assert tip.received_at == message.received_at


def test_who_is_excluded_sees_nothing_of_it(scene: Scene) -> None:
    """A message that may belong to a case from which somebody is excluded isn't shown to them."""
    first, second = two_cases(scene)
    scene.says("Biển số 35B1-123.45")
    (message,) = scene.app.conversations.unassigned(scene.officer).items
    relative = UnsafeLocalUsers(scene.app).appoint("Người nhà", "hoa-lu", "tip_officer")
    scene.app.tips.exclusions.add(scene.boss, first, relative.id, "Người nhà")
    assert scene.app.conversations.unassigned(relative).items == ()
    assert scene.app.conversations.unassigned_beside(relative, f"tip:{second}") == ()
    with pytest.raises(NotVisible):
        scene.app.conversations.assign_message(relative, message.id, f"tip:{second}")


def test_a_receipt_leads_to_its_case(scene: Scene) -> None:
    """Words with the receipt in them belong there, however much was told since."""
    first, _ = two_cases(scene)
    receipt = scene.app.tips.get(scene.officer, first).receipt
    scene.says(f"tin {receipt}: biển số 35B1-123.45 nhé")
    assert scene.messages()[-1].case == f"tip:{first}"


def test_taking_back_closes_nothing(scene: Scene) -> None:
    """By whatever words; the officer who decides is named, and the reporter hears of it."""
    scene.says(STORY[0])
    scene.says("thôi em xin rút, hai nhà hòa giải rồi", pause=200)
    assert scene.tip().is_open
    assert "cán bộ sẽ xem" in scene.hears()[-1]
    scene.app.tips.withdrawals.decline(scene.officer, scene.tip().id, "Trộm cắp", answer="Việc này vẫn được làm rõ.")
    scene.app.worker.drain()
    assert "vẫn được làm rõ" in scene.hears()[-1]


def test_two_matters_are_split(scene: Scene) -> None:
    """The second counts from the message that told of it; each case is sealed and found by its own words."""
    scene.says(STORY[0])
    scene.wait(60)
    scene.says("hôm qua lại mất trộm xe đạp ở xóm 3 nữa")
    tip = scene.tip()
    assert tip.second_matters == (scene.messages()[-1].id,)
    new = scene.app.tips.threads.split(scene.officer, tip.id, tip.second_matters, "Hai vụ khác nhau", category="crime")
    first, second = scene.tips()
    assert (first.text, second.text) == (STORY[0], "hôm qua lại mất trộm xe đạp ở xóm 3 nữa")
    assert second.received_at == scene.messages()[-1].received_at > first.received_at
    assert first.second_matters == ()
    assert scene.received() == 2
    scene.app.worker.drain()
    assert second.receipt in scene.hears()[-1]
    assert [one.id for one in scene.app.tips.search(scene.officer, "xe đạp").items] == [new.id]
    purge_scope(scene.app.internals.context, f"tip:{first.id}")
    scene.app.internals.context.encryptor.forget(f"tip:{first.id}")
    assert [one.text for one in scene.app.conversations.history(scene.officer, f"tip:{new.id}").items] == [second.text]


def test_a_split_needs_some_messages_and_not_all(scene: Scene) -> None:
    """Nor any of another case; and a reason. A case of one message is none to split."""
    first, second = two_cases(scene)
    receipt = scene.app.tips.get(scene.officer, first).receipt
    of_second = next(message.id for message in scene.messages() if message.case == f"tip:{second}")
    with pytest.raises(BadInput, match="messages from its reporter: only a tip with several can be split"):
        scene.app.tips.threads.split(scene.officer, first, [of_second], "hai việc")
    scene.says(f"tin {receipt}: biển số 35B1-123.45 nhé")
    of_first = [message.id for message in scene.messages() if message.case == f"tip:{first}"]
    for chosen in ([], of_first):
        with pytest.raises(BadInput, match="messages from its reporter: name some of them, not none or all"):
            scene.app.tips.threads.split(scene.officer, first, chosen, "hai việc")
    with pytest.raises(NotVisible, match="for which you have the permission"):
        scene.app.tips.threads.split(scene.officer, first, [of_first[0], of_second], "hai việc")
    with pytest.raises(BadInput, match=f"The decision about tip {receipt} needs a reason: write it for the record"):
        scene.app.tips.threads.split(scene.officer, first, of_first[:1], " ")


def test_what_was_told_twice_is_joined(scene: Scene) -> None:
    """The earlier reception counts, both receipts lead to it, and it is one in past figures."""
    first, second = two_cases(scene)
    before = [tip.receipt for tip in scene.tips()]
    scene.wait(60 * 24 * 40)
    joined = scene.app.tips.threads.join(scene.officer, first, into=second, reason="Cùng một việc")
    assert joined.received_at == min(tip.received_at for tip in scene.tips())
    assert joined.text == f"{STORY[0]}\n{KARAOKE}"
    assert scene.received() == 1
    assert {scene.app.tips.by_receipt(scene.officer, receipt).id for receipt in before} == {second}
    scene.hears()
    scene.says(*(f"TRA CUU {receipt}" for receipt in before))
    assert [text for text in scene.hears() if "đã tiếp nhận" not in text] == []
    assert {m.case for m in scene.messages() if m.kind == "tip"} == {f"tip:{second}"}
    assert scene.app.tips.search(scene.officer, "xe máy").items[0].id == second
    scene.says("còn nữa ạ, nó đội mũ đỏ")
    with pytest.raises(WrongStep, match="joined"):
        scene.app.tips.threads.join(scene.officer, first, into=second, reason="lần hai")


def test_strangers_tips_are_not_joined(scene: Scene) -> None:
    """Of different reporters one is a duplicate: each is answered apart."""
    scene.says(STORY[0])
    scene.says(STORY[0], name="Thử Thị Bình")
    first, second = scene.tips()
    with pytest.raises(BadInput, match="merge them"):
        scene.app.tips.threads.join(scene.officer, first.id, into=second.id, reason="Cùng một vụ")


def test_nobody_is_silenced_by_a_purged_case(scene: Scene) -> None:
    """Words after a purge are a new case."""
    scene.says(STORY[0])
    tip = scene.tip()
    purge_scope(scene.app.internals.context, f"tip:{tip.id}")
    scene.app.internals.context.encryptor.forget(f"tip:{tip.id}")
    scene.says(STORY[1])
    assert [one.text for one in scene.tips()] == [STORY[1]]
    assert scene.tip().state is TipState.RECEIVED
