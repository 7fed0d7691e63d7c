"""What a bot says."""

import pytest

from anninh_core.kernel.errors import RecipientUnreachable, RequestRejected, RetryLater, UnknownOutcome, Unsupported
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.testing import BotAccount, Sandbox
from anninh_zalo.testing.simulation.bots import SandboxChat

LONG = "Đường làng ngõ xóm yên vui. " * 150
PHOTO = Attachment("image", url="https://x.invalid/a.png")


@pytest.fixture
def chat(account: BotAccount) -> SandboxChat:
    return account.person("Thử Văn An")


def message(
    chat: SandboxChat, text: str = "dạ", *attachments: Attachment, key: str = "k", group: bool = False
) -> OutgoingMessage:
    place = Place.GROUP if group else Place.PERSON
    return OutgoingMessage(
        key=key, to=Address("bot", place, chat.chat_id), text=text, purpose="tip.answer", attachments=attachments
    )


def test_a_long_text_goes_out_in_parts(bot: ZaloBot, chat: SandboxChat) -> None:
    """None over the limit, and together they are the text."""
    receipt = bot.send(message(chat, LONG))
    texts = [one.text for one in chat.heard]
    assert len(texts) == 3
    assert max(map(len, texts)) <= 2000
    assert "".join(texts) == LONG
    assert receipt.platform_id == chat.heard[-1].id


def test_a_preview_is_what_is_sent(bot: ZaloBot, chat: SandboxChat) -> None:
    """In the same parts, and nothing leaves by it; what can't be sent is refused by both."""
    shown = bot.preview(message(chat, LONG))
    assert not chat.heard
    bot.send(message(chat, LONG))
    assert [one.text for one in chat.heard] == list(shown)
    with pytest.raises(RequestRejected):
        bot.preview(message(chat, " "))


def test_a_retry_goes_on_where_it_stopped(bot: ZaloBot, chat: SandboxChat, sandbox: Sandbox) -> None:
    """The parts that have arrived aren't said twice."""
    sandbox.world.bots[next(iter(sandbox.world.bots))].monthly = 1
    with pytest.raises(RetryLater, match="quota"):
        bot.send(message(chat, LONG))
    assert len(chat.heard) == 1
    sandbox.world.bots[next(iter(sandbox.world.bots))].monthly = 3000
    bot.send(message(chat, LONG))
    assert "".join(one.text for one in chat.heard) == LONG


@pytest.mark.parametrize(
    "name", ["lost_answer", "timeout_after", "lost_before", "server_error", "not_json", "408", "403"]
)
def test_an_open_end_is_told(bot: ZaloBot, chat: SandboxChat, sandbox: Sandbox, name: str) -> None:
    """Whoever can't know whether it arrived doesn't guess."""
    sandbox.fail_next(name)
    with pytest.raises(UnknownOutcome):
        bot.send(message(chat))


def test_a_picture_goes_by_its_address(bot: ZaloBot, chat: SandboxChat) -> None:
    """After the words; without any it goes alone."""
    bot.send(message(chat, "xem", PHOTO))
    bot.send(message(chat, " ", PHOTO, key="k-2"))
    assert [(one.kind, one.text) for one in chat.heard] == [("text", "xem"), ("image", ""), ("image", "")]
    assert chat.heard[1].attachments[0]["payload"]["url"] == PHOTO.url


@pytest.mark.parametrize(
    ("attachment", "words"),
    [
        (Attachment("image", blob="0" * 64), "can't upload"),
        (Attachment("image", url="https://x.invalid/a.png", blob="0" * 64), "can't upload"),
        (Attachment("image"), "can't upload"),
        (Attachment("file", url="https://x.invalid/a.pdf"), "neither files nor films"),
        (Attachment("video", url="https://x.invalid/a.mp4"), "neither files nor films"),
    ],
)
def test_what_bots_can_t_send_stops_the_message(
    bot: ZaloBot, chat: SandboxChat, attachment: Attachment, words: str
) -> None:
    """Nothing of it arrives, so that nothing is left out in silence."""
    with pytest.raises(Unsupported, match=words):
        bot.send(message(chat, "xem", PHOTO, attachment))
    assert chat.heard == ()


def test_a_picture_without_an_address_on_the_web_is_refused(bot: ZaloBot, chat: SandboxChat) -> None:
    """Before the words before it have gone."""
    with pytest.raises(RequestRejected, match="https://"):
        bot.send(message(chat, "xem", Attachment("image", url="anh.png")))
    assert chat.heard == ()


def test_groups_are_written_to_where_wanted(bot: ZaloBot, called: ZaloBot, account: BotAccount) -> None:
    """Only with the option; its absence is told."""
    member = account.member(account.group("Tổ 1"), "Thử Thị Bình")
    with pytest.raises(Unsupported, match="groups = yes"):
        bot.send(message(member, group=True))
    called.send(message(member, group=True))
    assert [one.text for one in member.heard] == ["dạ"]


def test_a_chat_that_is_gone_is_told_as_such(bot: ZaloBot, account: BotAccount, chat: SandboxChat) -> None:
    """It is the recipient, not the message."""
    account.bot.chats.clear()
    with pytest.raises(RecipientUnreachable, match=r"the chat or the method doesn't exist \(code 404\)"):
        bot.send(message(chat))


def test_its_pace_is_modest(bot: ZaloBot) -> None:
    """What is kept back is less than what may go at once."""
    assert 0 < bot.safe_pace.reserve < bot.safe_pace.burst <= bot.safe_pace.per_minute == 30
