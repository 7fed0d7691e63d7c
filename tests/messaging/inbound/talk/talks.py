"""Messages and talks to try the rules on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from anninh_core.domain.conversations.talk import AskedQuestion, QuestionKind
from anninh_core.messaging.inbound.message_router import route
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.route import Route
from anninh_core.plugins import Plugins
from anninh_core.profile import load_profile
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

DISTRICT = load_profile("hoa_lu_2021")
NOW = datetime(2021, 9, 1, 3, tzinfo=UTC)
OPINIONS = Plugins(("opinions",))
PERSON = Address("oa", Place.PERSON, "p1")
GROUP = Address("oa", Place.GROUP, "g1")
TIP = TriageOpinion("tip", category="crime", confidence=0.6, reason="trom", by="one")
FIRE = TriageOpinion("tip", category="fire", emergency=True, confidence=0.1, reason="chay nha", by="two")
CHATTER = TriageOpinion("chatter", confidence=0.9, reason="chuc", by="three")


def said(text: str, where: Address = PERSON, *attachments: str, reply_to: str = "") -> InboundMessage:
    return InboundMessage(
        id="m1",
        conversation=where,
        sender=PERSON,
        text=text,
        sent_at=datetime(2021, 9, 1, tzinfo=UTC),
        attachments=tuple(Attachment(kind) for kind in attachments),
        reply_to=reply_to,
    )


def talk(*cases: TalkCase, **facts: object) -> CaseHistory:
    """A conversation; a case that a message points at is open unless another one is given."""
    ref = facts.get("quoted") or facts.get("named")
    if ref and "pointed_case" not in facts:
        facts["pointed_case"] = next((one for one in cases if one.ref == ref), case(str(ref)))
    if (asked := facts.get("asked")) and "questions" not in facts:
        choices = len(asked) + 1  # type: ignore[arg-type]
        facts["questions"] = (AskedQuestion(kind=QuestionKind.WHICH, at=NOW, choices=choices),)
    return CaseHistory(at=NOW, rules=DISTRICT.talk, cases=cases, **facts)  # type: ignore[arg-type]


def case(ref: str = "tip:1", minutes: float = 3, **facts: object) -> TalkCase:
    """A case that was heard some minutes ago."""
    return TalkCase(ref=ref, heard_at=NOW - timedelta(minutes=minutes), **facts)  # type: ignore[arg-type]


def answered(ref: str = "tip:1", days: float = 2) -> TalkCase:
    """A tip whose answer arrived some days ago."""
    at = NOW - timedelta(days=days)
    return TalkCase(ref=ref, heard_at=at, ended_at=at, is_open=False)


def routed(message: InboundMessage, *opinions: TriageOpinion, known: CaseHistory | None = None) -> Route:
    return route(message, known or talk(), opinions, DISTRICT)


def triaged(message: InboundMessage) -> Sequence[TriageOpinion]:
    return OPINIONS.triage(message, DISTRICT).values
