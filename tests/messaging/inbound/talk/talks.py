"""Functions that build messages and case histories for tests of the talk rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from anninh_core.domain.conversations.talk import AskedQuestion, QuestionKind
from anninh_core.messaging.inbound.message_router import route_message
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


def build_message(text: str, conversation: Address = PERSON, *attachments: str, reply_to: str = "") -> InboundMessage:
    return InboundMessage(
        id="m1",
        conversation=conversation,
        sender=PERSON,
        text=text,
        sent_at=datetime(2021, 9, 1, tzinfo=UTC),
        attachments=tuple(Attachment(kind) for kind in attachments),
        reply_to=reply_to,
    )


def build_history(*cases: TalkCase, **facts: object) -> CaseHistory:
    """Return a case history; a case that a message quotes or names is open unless `pointed_case` is given."""
    ref = facts.get("quoted") or facts.get("named")
    if ref and "pointed_case" not in facts:
        facts["pointed_case"] = next((candidate for candidate in cases if candidate.ref == ref), build_case(str(ref)))
    if (asked_cases := facts.get("asked")) and "questions" not in facts:
        choices = len(asked_cases) + 1  # type: ignore[arg-type]
        facts["questions"] = (AskedQuestion(kind=QuestionKind.WHICH, at=NOW, choices=choices),)
    return CaseHistory(at=NOW, rules=DISTRICT.talk, cases=cases, **facts)  # type: ignore[arg-type]


def build_case(ref: str = "tip:1", minutes: float = 3, **facts: object) -> TalkCase:
    """Return a case with its last message `minutes` ago."""
    return TalkCase(ref=ref, heard_at=NOW - timedelta(minutes=minutes), **facts)  # type: ignore[arg-type]


def build_answered_tip(ref: str = "tip:1", days: float = 2) -> TalkCase:
    """Return a tip with an answer that arrived `days` ago."""
    at = NOW - timedelta(days=days)
    return TalkCase(ref=ref, heard_at=at, ended_at=at, is_open=False)


def routed(message: InboundMessage, *opinions: TriageOpinion, history: CaseHistory | None = None) -> Route:
    return route_message(message, history or build_history(), opinions, DISTRICT)


def triage_message(message: InboundMessage) -> Sequence[TriageOpinion]:
    return OPINIONS.triage(message, DISTRICT).values
