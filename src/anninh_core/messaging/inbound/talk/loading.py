"""Loading of the history of a resident's conversation: from records, never from claims in a message."""

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
from anninh_core.domain.tips.sorting.places import find_named_place
from anninh_core.domain.tips.states import PlaceChange, TipState
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.inbound.talk.commands import extract_receipt
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.signals import has_objection
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.outbox_message import get_messenger_name
from anninh_core.usecase.resident_names import is_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage

_ENDED = (TipState.ANSWERED, TipState.CLOSED)
_KINDS: Mapping[str, Kind[Any]] = {"tip": TIP, "inquiry": INQUIRY}
_RULED = (PostState.DECIDED.value,)


def load_history(uow: UnitOfWork, conversation: Conversation, message: InboundMessage, at: datetime) -> CaseHistory:
    """Return the history of a resident's conversation at the arrival of a message.

    Args:
        at: when the message was received.
    """
    talk = conversation.talk
    recent = talk.cases
    # Conversations of an earlier version store only their last case.
    if not recent and conversation.last_case and conversation.last_heard is not None:
        recent = (RecentCase(case=conversation.last_case, at=conversation.last_heard),)
    quoted = _find_quoted_case(uow, conversation.id, message.reply_to)
    post, ruled_at = _find_ruling(uow, conversation.id, message, quoted)
    quoted_case = find_continuable_case(uow, quoted)
    named_case = _find_named_tip(uow, conversation.id, message.text)
    cases = tuple(_iter_talk_cases(uow, recent))
    return CaseHistory(
        at=at,
        rules=uow.context.district.talk,
        cases=cases,
        quoted=quoted_case,
        named=named_case,
        pointed_case=_find_pointed_case(uow, quoted_case or named_case, cases, at),
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
    """Return the questions that a digit may answer. Talks of earlier versions store no time of asking: the time of the
    last message counts.
    """
    talk = conversation.talk
    if not talk.asked or any(question.kind is QuestionKind.WHICH for question in talk.questions):
        return talk.questions
    which = AskedQuestion(kind=QuestionKind.WHICH, at=conversation.last_heard or at, choices=len(talk.asked) + 1)
    return (which, *talk.questions)


def _find_pointed_case(uow: UnitOfWork, ref: str, cases: Sequence[TalkCase], at: datetime) -> TalkCase | None:
    """Return the case that a message names by a quote or a receipt, even if the last message about the case is too old,
    or None.
    """
    if not ref:
        return None
    recent_case = next((case for case in cases if case.ref == ref), None)
    return recent_case or next(_iter_talk_cases(uow, (RecentCase(case=ref, at=at),)), None)


def find_message(uow: UnitOfWork, conversation_id: str, platform_id: str) -> Message | None:
    """Return the recorded message of a conversation that has this id of the platform, or None."""
    filters = {"conversation": conversation_id, "platform": platform_id}
    return next(iter(uow.find(MESSAGE, "newest", where=filters, limit=1).items), None) if platform_id else None


def find_continuable_case(uow: UnitOfWork, case: str) -> str:
    """Return a case that can be continued, or "" if it isn't readable: a new one is opened then.

    For a joined tip, the tip that it was joined to is returned.
    """
    model = _read_continuable_case(uow, case)
    return f"tip:{follow_joined(uow, model).id}" if isinstance(model, Tip) else case if model is not None else ""


def _read_continuable_case(uow: UnitOfWork, case: str) -> Tip | Inquiry | None:
    ref = Ref.parse(case) if case else None
    if ref is None or ref.kind not in _KINDS:
        return None
    try:
        model: Tip | Inquiry | None = uow.get(_KINDS[ref.kind], ref.id)
    except (Purged, Damaged):
        return None
    return model


def _iter_talk_cases(uow: UnitOfWork, cases: tuple[RecentCase, ...]) -> Iterator[TalkCase]:
    for recent in cases:
        model = _read_continuable_case(uow, recent.case)
        if isinstance(model, Tip):
            yield from _build_tip_case(uow.context.district, model, recent.at)
        elif model is not None and model.state is not InquiryState.BECAME_TIP:
            is_open = model.state is not InquiryState.CLOSED
            yield TalkCase(ref=recent.case, heard_at=recent.at, is_open=is_open)


def _build_tip_case(district: District, tip: Tip, heard_at: datetime) -> Iterator[TalkCase]:
    if tip.state is TipState.JOINED:
        return  # The talk continues with the tip to which this tip was joined.
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
        # If the tip is over or locked, further danger is a case of its own.
        is_emergency=tip.emergency and tip.is_open and not tip.is_locked,
        is_locked=tip.is_locked,
        ended_at=(ended_at or heard_at) if is_over else None,
        units=(unit, *(place.unit for place in tip.named_places if place.how is PlaceChange.DIRECTION)),
        text=tip.text,
        received_on=tip.received_day,
        receipt=tip.receipt,
        is_private=is_private_matter(district, tip),
    )


def _find_unit(district: District, tip: Tip) -> str:
    """Return the unit where a tip happened: for a tip without a confirmed place, the only one that its text may
    mean.
    """
    place = find_named_place(suggest_places(district, tip)) if is_unplaced(district, tip) else None
    if place is not None:
        return place.unit
    return tip.lock.place if tip.lock is not None and tip.is_locked else tip.unit


def _find_quoted_case(uow: UnitOfWork, conversation_id: str, platform_id: str) -> str:
    """Return the case of the quoted message if it belongs to this conversation: other people's messages give no
    access.
    """
    if not platform_id:
        return ""
    message = find_message(uow, conversation_id, platform_id)
    if message is not None:
        return message.case
    row = uow.context.storage.queues.by_platform_id(get_messenger_name(conversation_id), platform_id)
    return row.cause if row is not None and is_recipient(uow.context.names, conversation_id, row) else ""


def _find_named_tip(uow: UnitOfWork, conversation_id: str, text: str) -> str:
    """Return the resident's own tip with its receipt in the text, or ""; another person's receipt gives no access."""
    receipt = extract_receipt(text)
    if not receipt:
        return ""
    tips = uow.find(TIP, "newest", where={"receipt": receipt}, limit=1, complete=False).items
    return find_continuable_case(uow, f"tip:{tips[0].id}") if tips and tips[0].conversation == conversation_id else ""


def _find_ruling(
    uow: UnitOfWork, conversation_id: str, message: InboundMessage, quoted: str
) -> tuple[str, datetime | None]:
    """Return the author's newest post with a decision that can be appealed, and the time of the decision; they are read
    only if needed.
    """
    district = uow.context.district
    if not has_objection(message.text, district) and not quoted.startswith("post:"):
        return "", None
    posts = uow.find(POST, "newest", where={"author": conversation_id, "state": _RULED}, limit=1).items
    ruling = posts[0].ruling if posts else None
    if ruling is None or ruling.action is ModerationAction.NONE:
        return "", None
    if local_date(uow.at) > appeal_deadline(ruling, district.charter.appeal_days):
        return "", None
    return posts[0].id, ruling.at
