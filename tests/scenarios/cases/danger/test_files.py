"""Messages with only a picture, a voice message or a location, and messages with files that can't be fetched."""

from tests.scenarios.cases.danger.conftest import FIRE, DangerScenario

PICTURE = "https://mock.invalid/files/gone"


def test_a_picture_alone_is_asked_about_once(play: DangerScenario) -> None:
    """A picture without text opens a case, its sender is asked once for words, and their text belongs to the case."""
    play.send_picture(PICTURE)
    play.send_picture(PICTURE)
    assert sum("Xin cho biết thêm bằng lời" in text for text in play.hears()) == 1
    play.says("hàng xóm đổ rác ra đường")
    assert play.get_only_tip().text == "hàng xóm đổ rác ra đường"


def test_danger_after_a_picture_raises_its_case(play: DangerScenario) -> None:
    """If danger is reported after a picture, the picture's case becomes an emergency."""
    play.send_picture(PICTURE)
    play.says(FIRE)
    tip = play.get_only_tip()
    assert (tip.emergency, tip.category) == (True, "fire")


def test_a_lost_file_is_shown_as_lost_and_asked_for_once(play: DangerScenario) -> None:
    """A lost file is shown as lost to officers, and its sender is asked for it once in a case."""
    play.says("mất trộm xe máy đêm qua ở xã Ninh Hòa")
    tip = play.get_only_tip()
    play.send_picture(PICTURE)
    play.send_picture(PICTURE)
    play.lose_files("expired")
    play.work()
    assert sum(len(message.attachments) for message in play.list_messages()) == 2
    history = play.app.conversations.history(play.hoa, f"tip:{tip.id}").items
    assert all(file.lost for message in history for file in message.attachments)
    assert sum("không tải về được" in text for text in play.hears()) == 1
