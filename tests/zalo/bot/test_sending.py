"""A bot sends messages to persons and groups."""

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


def build_message(
    chat: SandboxChat, text: str = "dạ", *attachments: Attachment, key: str = "k", group: bool = False
) -> OutgoingMessage:
    place = Place.GROUP if group else Place.PERSON
    return OutgoingMessage(
        key=key, to=Address("bot", place, chat.chat_id), text=text, purpose="tip.answer", attachments=attachments
    )


def test_long_text_is_sent_in_parts(bot: ZaloBot, chat: SandboxChat) -> None:
    """A long text is sent in parts under the limit, which together are the whole text."""
    receipt = bot.send(build_message(chat, LONG))
    texts = [sent.text for sent in chat.heard]
    assert len(texts) == 3
    assert max(map(len, texts)) <= 2000
    assert "".join(texts) == LONG
    assert receipt.platform_id == chat.heard[-1].id


def test_preview_equals_the_sent_parts(bot: ZaloBot, chat: SandboxChat) -> None:
    """A preview has the parts that would be sent, sends nothing, and refuses the same messages as a send."""
    preview = bot.preview(build_message(chat, LONG))
    assert not chat.heard
    bot.send(build_message(chat, LONG))
    assert [sent.text for sent in chat.heard] == list(preview)
    with pytest.raises(RequestRejected):
        bot.preview(build_message(chat, " "))


def test_retry_continues_after_delivered_parts(bot: ZaloBot, chat: SandboxChat, sandbox: Sandbox) -> None:
    """A retry of a long message continues after the parts that were delivered."""
    sandbox.world.bots[next(iter(sandbox.world.bots))].monthly = 1
    with pytest.raises(RetryLater, match="quota"):
        bot.send(build_message(chat, LONG))
    assert len(chat.heard) == 1
    sandbox.world.bots[next(iter(sandbox.world.bots))].monthly = 3000
    bot.send(build_message(chat, LONG))
    assert "".join(sent.text for sent in chat.heard) == LONG


@pytest.mark.parametrize(
    "name", ["lost_answer", "timeout_after", "lost_before", "server_error", "not_json", "408", "403"]
)
def test_missing_response_is_an_unknown_outcome(bot: ZaloBot, chat: SandboxChat, sandbox: Sandbox, name: str) -> None:
    """A send without a definite response has an unknown outcome."""
    sandbox.fail_next(name)
    with pytest.raises(UnknownOutcome):
        bot.send(build_message(chat))


def test_picture_is_sent_by_its_address(bot: ZaloBot, chat: SandboxChat) -> None:
    """A picture is sent by its address after the text, or alone if there is no text."""
    bot.send(build_message(chat, "xem", PHOTO))
    bot.send(build_message(chat, " ", PHOTO, key="k-2"))
    assert [(sent.kind, sent.text) for sent in chat.heard] == [("text", "xem"), ("image", ""), ("image", "")]
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
def test_unsupported_attachment_refuses_the_message(
    bot: ZaloBot, chat: SandboxChat, attachment: Attachment, words: str
) -> None:
    """A message with an attachment that bots can't send is refused as a whole, so that nothing is left out silently."""
    with pytest.raises(Unsupported, match=words):
        bot.send(build_message(chat, "xem", PHOTO, attachment))
    assert chat.heard == ()


def test_picture_needs_an_https_address(bot: ZaloBot, chat: SandboxChat) -> None:
    """A picture without an https address is refused before the text is sent."""
    with pytest.raises(RequestRejected, match="https://"):
        bot.send(build_message(chat, "xem", Attachment("image", url="anh.png")))
    assert chat.heard == ()


def test_group_messages_need_the_option(bot: ZaloBot, webhook_bot: ZaloBot, account: BotAccount) -> None:
    """Messages to groups need an option of the bot, and the refusal names the option."""
    member = account.member(account.group("Tổ 1"), "Thử Thị Bình")
    with pytest.raises(Unsupported, match="groups = yes"):
        bot.send(build_message(member, group=True))
    webhook_bot.send(build_message(member, group=True))
    assert [sent.text for sent in member.heard] == ["dạ"]


def test_missing_chat_is_an_unreachable_recipient(bot: ZaloBot, account: BotAccount, chat: SandboxChat) -> None:
    """A missing chat means that the recipient is unreachable."""
    account.bot.chats.clear()
    with pytest.raises(RecipientUnreachable, match=r"the chat or the method doesn't exist \(code 404\)"):
        bot.send(build_message(chat))


def test_safe_pace_is_consistent(bot: ZaloBot) -> None:
    """The reserve of the safe pace is smaller than its burst, and the burst is at most the rate of 30 per minute."""
    assert 0 < bot.safe_pace.reserve < bot.safe_pace.burst <= bot.safe_pace.per_minute == 30
