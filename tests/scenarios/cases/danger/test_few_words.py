"""Messages with one or two words about danger, with figures of speech that sound like danger, or about suicide."""

import pytest
from tests.messaging.inbound.talk.talks import DISTRICT, PERSON, build_history, build_message
from tests.scenarios.cases.danger.conftest import DangerScenario

from anninh_core.messaging.inbound.message_router import route_message
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.plugins import Plugins

SHORT = [
    "cướp",
    "có cướp",
    "cướp cướp",
    "chết đuối rồi",
    "rớt sông",
    "té sông",
    "cháu rớt xuống ao",
    "cháy",
    "cháy rồi",
    "cháy ở Ninh Vân",
    "cứu với",
    "cứu em",
    "nó cầm dao",
    "chém nhau",
    "bị đâm",
    "giết người",
    "trộm vào nhà",
    "bắt cóc",
    "điện giật",
    "ngạt khí",
    "sập nhà",
    "lật đò",
    "nổ bình ga",
    "xì ga",
    "kẹt thang máy",
    "bất tỉnh rồi",
    "ngừng thở",
    "co giật",
    "treo cổ",
    "nhảy cầu",
    "tông xe",
    "lũ cuốn",
    "mất cháu",
    "đi lạc",
    "113",
    "cấp cứu",
    "chồng đánh em",
    "em sợ quá",
    "cuop",
    "rot song",
]
OTHERS = [
    "cháy túi rồi",
    "cháy hàng",
    "cháy vé",
    "cháy giáo án",
    "chết cười",
    "cười chết mất",
    "buồn chết",
    "đói chết",
    "mệt muốn chết",
    "chết máy",
    "cướp diễn đàn",
    "cướp cơ hội",
    "trộm vía",
    "trộm nghĩ",
    "nhìn trộm",
    "cứu cánh",
    "chém gió",
    "đâm ra buồn",
    "đánh cờ",
    "đánh bài",
    "giết thời gian",
    "giật mình",
    "giật gân",
    "sốc quá",
    "nổ to thế",
    "nổ vừa thôi",
    "rớt mạng",
    "rớt giá",
    "té ra thế",
    "sập mạng",
    "đốt tiền",
    "ngất ngây",
    "chào anh",
    "dạ vâng",
    "cảm ơn ạ",
    "ok",
    "alo",
    "chúc mừng năm mới",
    "làm căn cước ở đâu",
    "mấy giờ làm việc",
    "nộp phạt ở đâu",
    "tạm trú cần gì",
    "mất xe máy",
    "mất ví rồi",
    "ồn quá không ngủ được",
    "đổ rác bừa bãi",
    "hát karaoke ồn",
    "đỗ xe chắn ngõ",
    "đường hỏng",
    "mất điện",
    "mất nước",
    "lừa đảo qua mạng",
    "bị hack facebook",
    "hàng giả",
    "đánh bạc",
    "chó thả rông",
    "treo cờ ngày nào",
    "vợ ơi",
    "rót hộ em",
    "đầu đề",
]


def route_text(text: str) -> Route:
    message = build_message(text, PERSON)
    opinions = Plugins(("opinions", "triage")).triage(message, DISTRICT).values
    return route_message(message, build_history(), opinions, DISTRICT)


@pytest.mark.parametrize("text", SHORT)
def test_short_message_of_danger_is_marked(text: str) -> None:
    """A short message about danger opens a case that is marked to be read first."""
    result = route_text(text)
    assert result.message_class is MessageClass.TIP
    assert result.look_first


def test_ordinary_short_messages_hardly_alarm() -> None:
    """At most two of sixty ordinary short messages are taken for emergencies, although some contain figures of speech
    that sound like danger.
    """
    assert len(OTHERS) == 60
    alarmed = [text for text in OTHERS if route_text(text).emergency]
    assert len(alarmed) <= 2, alarmed


@pytest.mark.parametrize("text", ["cướp", "chết đuối rồi", "rớt sông"])
def test_single_word_of_danger_is_paged(play: DangerScenario, text: str) -> None:
    """A single word of danger is answered with emergency numbers and a receipt, and an officer gets an urgent
    notice.
    """
    play.says(text)
    numbers, receipt = play.hears()
    assert "113" in numbers
    assert play.get_only_tip().receipt in receipt
    assert play.list_paged_officers(play.get_only_tip()) == [play.huyen.id]


@pytest.mark.parametrize(
    "text", ["Em không muốn sống nữa", "toi muon tu tu", "sống không nổi nữa, em muốn chết đi cho xong"]
)
def test_message_about_suicide_has_its_own_reply(play: DangerScenario, text: str) -> None:
    """A message about suicide gets its own reply; the urgent notice doesn't quote it, and the case is in no register of
    crimes.
    """
    play.says(text)
    words, receipt = play.hears()
    assert "đừng ở một mình" in words
    assert "115" in words
    assert "111" in words
    tip = play.get_only_tip()
    assert tip.receipt in receipt
    assert (tip.category, tip.emergency, tip.legal_kind) == ("support", True, "feedback")
    (page,) = [text for text in play.hears("Trực Huyện") if text.startswith("KHẨN")]
    assert "Cần hỗ trợ khẩn cấp" in page
    assert text not in page
    day = tip.received_day
    register = play.app.tips.papers.register(play.huyen, "hoa-lu", start=day, end=day)
    assert tip.receipt not in str(register)


def test_message_about_suicide_in_a_running_case(play: DangerScenario) -> None:
    """A message about suicide gets its own reply in a running case, too."""
    play.says("chồng em đánh em đêm qua ở xã Ninh Hòa")
    play.hears()
    play.says("em không muốn sống nữa")
    assert "đừng ở một mình" in play.hears()[0]


@pytest.mark.parametrize("text", ["TRA CUU", "TRA CUU ABC", "TRA CUU 7KM2Q-9XA3D", "THEM", "chào"])
def test_reply_to_unclear_message_has_emergency_numbers(play: DangerScenario, text: str) -> None:
    """Every reply to a message that wasn't understood contains the three emergency numbers."""
    play.says(text)
    (reply,) = play.hears()
    assert all(number in reply for number in ("113", "114", "115"))


@pytest.mark.parametrize(
    "name", ["tip.which", "tip.number_missing", "tip.number_mistyped", "tip.not_found", "chatter.reply"]
)
def test_wording_has_emergency_numbers(name: str) -> None:
    """The wording of each reply to an unclear message contains the three emergency numbers."""
    assert all(number in DISTRICT.wording[name] for number in ("113", "114", "115"))
