"""Visitors of a web site's widget: heard and answered, and never taken for users of Zalo's."""

import pytest
from tests.zalo.conftest import Bench

from anninh_core.kernel.errors import RequestRejected, UnknownOutcome, Unsupported
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.vocabulary.messages import Attachment, InboundMessage, OutgoingMessage


def answer(bench: Bench, text: str = "Đã tiếp nhận", *things: Attachment) -> OutgoingMessage:
    """Let a visitor write, and return an answer to where that came from."""
    (heard,) = bench.messenger.parse(bench.request().body)
    assert isinstance(heard, InboundMessage)
    return OutgoingMessage(key="k", to=heard.conversation, text=text, purpose="probe", attachments=things, reply_to="x")


def test_a_visitor_is_answered(bench: Bench) -> None:
    """With words and pictures, by the way that is theirs."""
    visitor = bench.account.visitor()
    visitor.says("Cháy ở chợ")
    picture = Attachment("image", "a.png", blob=bench.services.blobs.put(PICTURE))
    bench.messenger.send(answer(bench, "Đã tiếp nhận", picture))

    assert [(one.kind, one.text) for one in visitor.heard] == [("image", "Đã tiếp nhận")]
    assert ("POST", "/v3.0/oa/message/cs") not in bench.sandbox.calls


def test_nobody_knows_who_it_is(bench: Bench) -> None:
    """So there is no template, no history, and no sending to somebody whose conversation is unknown."""
    visitor = bench.account.visitor()
    visitor.says("Cháy ở chợ")
    message = answer(bench)
    bench.sandbox.fail_next("lost_answer", "/v2.0/oa/message")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert bench.messenger.reconcile(message, bench.clock.now()) is Verdict.UNKNOWN
    with pytest.raises(Unsupported, match="A visitor of a website can't be reached by template, because it"):
        bench.messenger.send_by("template", message)
    nowhere = type(message.to)(message.to.messenger, message.to.place, "visitor:v-1:")
    with pytest.raises(RequestRejected, match="the conversation"):
        bench.messenger.send(OutgoingMessage(key="k2", to=nowhere, text="a", purpose="probe"))
