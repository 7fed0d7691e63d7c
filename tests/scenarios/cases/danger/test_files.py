"""Pictures, voices and locations that come alone, and files that are lost on the way."""

from tests.scenarios.cases.danger.conftest import FIRE, Play

PICTURE = "https://mock.invalid/files/gone"


def test_a_picture_alone_is_asked_about_once(play: Play) -> None:
    """It is a case, and its sender says what it is about; what they say belongs to it."""
    play.sends_picture(PICTURE)
    play.sends_picture(PICTURE)
    assert sum("Xin cho biết thêm bằng lời" in text for text in play.hears()) == 1
    play.says("hàng xóm đổ rác ra đường")
    assert play.tip().text == "hàng xóm đổ rác ra đường"


def test_danger_after_a_picture_raises_its_case(play: Play) -> None:
    """The picture shows the fire."""
    play.sends_picture(PICTURE)
    play.says(FIRE)
    tip = play.tip()
    assert (tip.emergency, tip.category) == (True, "fire")


def test_a_lost_file_is_shown_as_lost_and_asked_for_once(play: Play) -> None:
    """The message says so to officers, and its sender is asked once a case."""
    play.says("mất trộm xe máy đêm qua ở xã Ninh Hòa")
    tip = play.tip()
    play.sends_picture(PICTURE)
    play.sends_picture(PICTURE)
    play.lose_files("expired")
    play.work()
    assert sum(len(message.attachments) for message in play.messages()) == 2
    history = play.app.conversations.history(play.hoa, f"tip:{tip.id}").items
    assert all(file.lost for message in history for file in message.attachments)
    assert sum("không tải về được" in text for text in play.hears()) == 1
