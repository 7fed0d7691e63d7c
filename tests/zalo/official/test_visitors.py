"""Messages of visitors to a website's widget are received and answered, and visitors aren't taken for users of Zalo."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import RequestRejected, UnknownOutcome, Unsupported
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.vocabulary.messages import Attachment, InboundMessage, OutgoingMessage


def build_answer(bench: Bench, text: str = "Đã tiếp nhận", *attachments: Attachment) -> OutgoingMessage:
    """Build an answer to the conversation of the visitor's last message."""
    (incoming,) = bench.messenger.parse(bench.request().body)
    assert isinstance(incoming, InboundMessage)
    return OutgoingMessage(
        key="k", to=incoming.conversation, text=text, purpose="probe", attachments=attachments, reply_to="x"
    )


def test_visitor_is_answered_in_the_widget(bench: Bench) -> None:
    """A visitor of the widget is answered with text and pictures through the API call for visitors."""
    visitor = bench.account.visitor()
    visitor.says("Cháy ở chợ")
    picture = Attachment("image", "a.png", blob=bench.services.blobs.put(PICTURE))
    bench.messenger.send(build_answer(bench, "Đã tiếp nhận", picture))

    assert [(message.kind, message.text) for message in visitor.heard] == [("image", "Đã tiếp nhận")]
    assert ("POST", "/v3.0/oa/message/cs") not in bench.sandbox.calls


def test_visitor_without_conversation_is_refused(bench: Bench) -> None:
    """A visitor of the widget can't be reached by template, through the history, or without a known conversation."""
    visitor = bench.account.visitor()
    visitor.says("Cháy ở chợ")
    message = build_answer(bench)
    bench.sandbox.fail_next("lost_answer", "/v2.0/oa/message")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert bench.messenger.reconcile(message, bench.clock.now()) is Verdict.UNKNOWN
    with pytest.raises(Unsupported, match="A visitor of a website can't be reached by template, because it"):
        bench.messenger.send_by("template", message)
    nowhere = type(message.to)(message.to.messenger, message.to.place, "visitor:v-1:")
    with pytest.raises(RequestRejected, match="the conversation"):
        bench.messenger.send(OutgoingMessage(key="k2", to=nowhere, text="a", purpose="probe"))
