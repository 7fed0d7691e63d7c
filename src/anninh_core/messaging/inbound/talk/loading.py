"""Reading what is known of a resident's conversation: from records, never from what a message claims."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from anninh_core.domain.conversations.model import MESSAGE, Conversation, Message
from anninh_core.domain.conversations.talk import AskedQuestion, QuestionKind, RecentCase
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import appeal_deadline
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import follow_joined
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.privacy import is_private_matter
from anninh_core.domain.tips.sorting.location_question import is_unplaced, suggest_places
from anninh_core.domain.tips.sorting.places import named_place
from anninh_core.domain.tips.states import PlaceChange, TipState
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.talk.commands import extract_receipt
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.signals import has_objection
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.outbox_message import messenger_of
from anninh_core.usecase.resident_names import is_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage

_ENDED = (TipState.ANSWERED, TipState.CLOSED)
_KINDS: Mapping[str, Kind[Any]] = {"tip": TIP, "inquiry": INQUIRY}
_RULED = (PostState.DECIDED.value,)


def load_history(uow: UnitOfWork, conversation: Conversation, message: InboundMessage, at: datetime) -> CaseHistory:
    """Return what is known of a resident's conversation when a message comes.

    Args:
        at: when it reached us.
    """
    talk = conversation.talk
    recent = talk.cases
    if not recent and conversation.last_case and conversation.last_heard is not None:  # of an earlier version
        recent = (RecentCase(case=conversation.last_case, at=conversation.last_heard),)
    quoted = _find_quoted(uow, conversation.id, message.reply_to)
    post, ruled_at = _find_ruling(uow, conversation.id, message, quoted)
    quoted_case = readable_case(uow, quoted)
    named_case = _find_named(uow, conversation.id, message.text)
    cases = tuple(_iter_cases(uow, recent))
    return CaseHistory(
        at=at,
        rules=uow.context.district.talk,
        cases=cases,
        quoted=quoted_case,
        named=named_case,
        pointed_case=_find_pointed(uow, quoted_case or named_case, cases, at),
        asked=talk.asked,
        questions=_list_questions(conversation, at),
        danger_asked_at=talk.danger_asked_at,
        starts_anew=talk.starts_anew,
        ruling=post,
        ruled_at=ruled_at,
        quotes_ruling=bool(post) and quoted == f"post:{post}",
        pace=talk.pace.heard(at, uow.context.district.flood),
    )


def _list_questions(conversation: Conversation, at: datetime) -> tuple[AskedQuestion, ...]:
    """Return what a digit may answer. Talks of earlier versions don't say when they asked: the last message counts."""
    talk = conversation.talk
    if not talk.asked or any(asked.kind is QuestionKind.WHICH for asked in talk.questions):
        return talk.questions
    which = AskedQuestion(kind=QuestionKind.WHICH, at=conversation.last_heard or at, choices=len(talk.asked) + 1)
    return (which, *talk.questions)


def _find_pointed(uow: UnitOfWork, ref: str, cases: Sequence[TalkCase], at: datetime) -> TalkCase | None:
    """Return what is known of the case that a message points at, also where its last message is too old."""
    if not ref:
        return None
    known = next((case for case in cases if case.ref == ref), None)
    return known or next(_iter_cases(uow, (RecentCase(case=ref, at=at),)), None)


def find_message(uow: UnitOfWork, where: str, platform_id: str) -> Message | None:
    """Return what was written down of a conversation under the platform's id."""
    filters = {"conversation": where, "platform": platform_id}
    return next(iter(uow.find(MESSAGE, "newest", where=filters, limit=1).items), None) if platform_id else None


def readable_case(uow: UnitOfWork, case: str) -> str:
    """Return a case that can be continued, "" for one that can't be read: a new one is opened then.

    One that was joined to another leads to that.
    """
    model = _read_case(uow, case)
    return f"tip:{follow_joined(uow, model).id}" if isinstance(model, Tip) else case if model is not None else ""


def _read_case(uow: UnitOfWork, case: str) -> Tip | Inquiry | None:
    ref = Ref.parse(case) if case else None
    if ref is None or ref.kind not in _KINDS:
        return None
    try:
        model: Tip | Inquiry | None = uow.get(_KINDS[ref.kind], ref.id)
    except (Purged, Damaged):
        return None
    return model


def _iter_cases(uow: UnitOfWork, cases: tuple[RecentCase, ...]) -> Iterator[TalkCase]:
    for recent in cases:
        model = _read_case(uow, recent.case)
        if isinstance(model, Tip):
            yield from _tip_case(uow.context.district, model, recent.at)
        elif model is not None and model.state is not InquiryState.BECAME_TIP:
            is_open = model.state is not InquiryState.CLOSED
            yield TalkCase(ref=recent.case, heard_at=recent.at, is_open=is_open)


def _tip_case(district: District, tip: Tip, heard_at: datetime) -> Iterator[TalkCase]:
    if tip.state is TipState.JOINED:
        return  # the talk goes on with the tip that took it in
    ended_at = tip.moments.get("answered") or tip.moments.get("answer_sent")
    unit = _find_unit(district, tip)
    is_over = tip.state in _ENDED or (ended_at is not None and not tip.is_open)
    yield TalkCase(
        ref=f"tip:{tip.id}",
        heard_at=heard_at,
        category=tip.category,
        is_open=not is_over and tip.state is not TipState.WITHDRAWN,
        is_worked_on=tip.is_open,
        is_waiting=tip.state is TipState.WAITING,
        is_emergency=tip.emergency and tip.is_open and not tip.is_locked,  # other danger is a case of its own
        is_locked=tip.is_locked,
        ended_at=(ended_at or heard_at) if is_over else None,
        units=(unit, *(place.unit for place in tip.named_places if place.how is PlaceChange.DIRECTION)),
        text=tip.text,
        received_on=tip.received_day,
        receipt=tip.receipt,
        is_private=is_private_matter(district, tip),
    )


def _find_unit(district: District, tip: Tip) -> str:
    """Return where a tip happened: of one that isn't placed yet, the one place that its words may mean."""
    place = named_place(suggest_places(district, tip)) if is_unplaced(district, tip) else None
    if place is not None:
        return place.unit
    return tip.lock.place if tip.lock is not None and tip.is_locked else tip.unit


def _find_quoted(uow: UnitOfWork, where: str, platform_id: str) -> str:
    """Return what the message quoted was about, if it was said in this conversation: others' messages open nothing."""
    if not platform_id:
        return ""
    message = find_message(uow, where, platform_id)
    if message is not None:
        return message.case
    row = uow.context.storage.queues.by_platform_id(messenger_of(where), platform_id)
    return row.cause if row is not None and is_recipient(uow.context.names, where, row) else ""


def _find_named(uow: UnitOfWork, where: str, text: str) -> str:
    """Return the resident's own tip whose receipt a text names; somebody else's receipt opens nothing."""
    receipt = extract_receipt(text)
    if not receipt:
        return ""
    tips = uow.find(TIP, "newest", where={"receipt": receipt}, limit=1, complete=False).items
    return readable_case(uow, f"tip:{tips[0].id}") if tips and tips[0].conversation == where else ""


def _find_ruling(uow: UnitOfWork, where: str, message: InboundMessage, quoted: str) -> tuple[str, datetime | None]:
    """Return the author's newest post that may be appealed about, and when a person ruled; asked only if it matters."""
    district = uow.context.district
    if not has_objection(message.text, district) and not quoted.startswith("post:"):
        return "", None
    posts = uow.find(POST, "newest", where={"author": where, "state": _RULED}, limit=1).items
    ruling = posts[0].ruling if posts else None
    if ruling is None or ruling.action is ModerationAction.NONE:
        return "", None
    if local_date(uow.at) > appeal_deadline(ruling, district.charter.appeal_days):
        return "", None
    return posts[0].id, ruling.at
