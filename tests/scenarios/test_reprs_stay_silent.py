"""The repr of a value in a log or a traceback shows the value's kind, but never a person or a text."""

from datetime import UTC, datetime

import pytest

from anninh_core.domain.conversations.model import Conversation, Message
from anninh_core.domain.identity.model import Disclosure, Identity, RevealedIdentity
from anninh_core.domain.identity.states import IdentityField
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.moderation.model import Appeal
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.redact import find_personal_data
from anninh_core.messengers.assisted.paste import Paste, convert_paste
from anninh_core.messengers.assisted.tasks import Task
from anninh_core.usecase.decision import Decision
from anninh_core.usecase.outbox_message import OutboxMessage
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    InboundMessage,
    Member,
    OutgoingMessage,
    Place,
    WebhookRequest,
)
from anninh_core.vocabulary.views import PostToModerate, TipToRoute

MARK = "0912345678"
AT = datetime(2022, 3, 1, 9, tzinfo=UTC)
SOMEBODY = Address("oa", Place.PERSON, MARK)
PICTURE = Attachment("image", MARK, f"https://vi-du.vn/{MARK}", latitude=20.912345678, longitude=105.9)
PASTE = Paste(group="g1", text=f"[19:42, 02/09/2021] {MARK}: {MARK}", at=AT, name=MARK)

VALUES = [
    SOMEBODY,
    PICTURE,
    Member(SOMEBODY, MARK),
    WebhookRequest(MARK.encode(), (("x-who", MARK),)),
    InboundMessage(
        id="m1",
        conversation=SOMEBODY,
        sender=SOMEBODY,
        text=MARK,
        sent_at=AT,
        sender_name=MARK,
        attachments=(PICTURE,),
    ),
    OutgoingMessage(key="k1", to=SOMEBODY, text=MARK, purpose="tip.receipt", facts={"receipt": MARK}),
    PASTE,
    convert_paste(PASTE, "nhom", b"key")[0],
    Conversation(id="oa.1", address=SOMEBODY, name=MARK, pseudonym="AB12", unit="xa"),
    Message(
        id="1",
        conversation="oa.1",
        sender="oa.1",
        unit="xa",
        text=MARK,
        sent_at=AT,
        received_at=AT,
        kind="tip",
        reasons=(MARK,),
    ),
    Tip(
        id="1",
        receipt="R",
        unit="xa",
        conversation="oa.1",
        origin="entry",
        text=MARK,
        category="crime",
        urgency="ordinary",
        legal_kind="",
        place=MARK,
        question=MARK,
        answer=MARK,
        answer_proof=MARK,
        received_at=AT,
        received_day=AT.date(),
    ),
    Inquiry(
        id="1",
        unit="xa",
        question=MARK,
        conversation="oa.1",
        answer=MARK,
        answer_proof=MARK,
        received_at=AT,
        received_day=AT.date(),
    ),
    Appeal(words=MARK, at=AT, text=MARK),
    Identity(conversation="oa.1", name=MARK, address=SOMEBODY, numbers=(MARK,)),
    RevealedIdentity(conversation="oa.1", field=IdentityField.WHOLE, name=MARK, address=SOMEBODY, numbers=(MARK,)),
    Disclosure(
        id="1",
        unit="xa",
        case="tip:1",
        conversation="oa.1",
        purpose=MARK,
        ground=MARK,
        requested_by="o",
        requested_at=AT,
        asked_seq=1,
    ),
    Decision(id="1", subject="tip:1", unit="xa", by="o", at=AT, rule="r", reason="done", text=MARK),
    OutboxMessage(to="oa.1", text=MARK, target=MARK, attachments=(PICTURE,)),
    Task(key="k1", place=Place.PERSON, recipient=MARK, title=MARK, text=MARK, purpose="tip.receipt", created_at=AT),
    TipToRoute(id="1", unit="xa", category="crime", urgency="ordinary", text=MARK, received_at=AT),
    PostToModerate(id="1", group="g", text=MARK, links=(MARK,)),
    find_personal_data(f"gọi {MARK}")[0],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_repr_has_no_personal_data(value: object) -> None:
    """The repr of a value contains no text, name or address, and no location of a picture."""
    assert MARK not in repr(value)
    assert "20.9" not in repr(value)
