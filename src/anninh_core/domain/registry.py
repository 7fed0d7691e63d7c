"""Every kind of record, how the kinds are kept, and who answers dated questions: once, above the domain modules."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD, RECEIVED_HEAD
from anninh_core.domain.audit.kind import CHECKPOINT
from anninh_core.domain.content.kind import ITEM, PUBLICATION
from anninh_core.domain.content.sources import SOURCE
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, TALK
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.identity.kind import CUSTODIAN, DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.inquiries.kind import ARTICLE, INQUIRY
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.moderation.flagging import Posted
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.programme.activity import CAMPAIGN, INSPECTION, TRAINING
from anninh_core.domain.programme.difficulty import DIFFICULTY
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.domain.reports.figures.calculator import DatedQuery
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.retention.kind import ERASURE, LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.retention.sealed import SealedWith
from anninh_core.domain.tips.clocks.overdue import count_overdue
from anninh_core.domain.tips.handling.slips import SLIP_SERIES
from anninh_core.domain.tips.handling.subcase import SUBCASE
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.units.chats import OFFICER_CHAT
from anninh_core.domain.units.model import OFFICER
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District

KINDS: tuple[Kind[Any], ...] = (
    ALARM,
    ARTICLE,
    CAMPAIGN,
    CHECKPOINT,
    CONVERSATION,
    CUSTODIAN,
    DECISION,
    DIFFICULTY,
    DISCLOSURE,
    DUTY,
    EMERGENCY_OPENING,
    ERASURE,
    GROUP,
    HEAD,
    INQUIRY,
    INSPECTION,
    ITEM,
    JOURNAL_HEAD,
    LEAK_FINDING,
    LEGAL_HOLD,
    MESSAGE,
    OFFICER,
    OFFICER_CHAT,
    OWN_PLAN,
    POST,
    PUBLICATION,
    RECEIVED_HEAD,
    REPORT,
    ROSTER,
    SLIP_SERIES,
    SOURCE,
    SUBCASE,
    TIP,
    PURGE_ORDER,
    TRAINING,
)
"""Every kind of record, in alphabetical order."""


TALK_SEALED_WITH = (
    SealedWith(kind=MESSAGE, column="conversation", scope_kind="conversation"),
    SealedWith(kind=MESSAGE, column="conversation", scope_kind=TALK, column_value=lambda talk: talk.rpartition(".")[0]),
)
"""What is destroyed with talk: in a group a month of it, or all of it from before months had keys."""

SEALED_WITH = (
    *TALK_SEALED_WITH,
    SealedWith(kind=MESSAGE, column="case"),
    SealedWith(kind=DECISION, column="subject"),
    SealedWith(kind=OFFICER_CHAT, column="officer", scope_kind="officer"),
    SealedWith(kind=SUBCASE, column="case"),
)
"""What is destroyed with the scopes of others."""


def dated_queries(context: UseCaseContext) -> Mapping[str, DatedQuery]:
    """Return who answers the indicators' dated questions."""
    return {"tips_overdue": partial(count_overdue, context)}


def find_posted(session: ReadSession, group_id: str, message_id: str) -> Posted:
    """Return where a post stands and who wrote it; a message that was said elsewhere is none of the group's."""
    group, message = session.get_permitted(GROUP, group_id), session.get(MESSAGE, message_id)
    if message is not None and message.conversation != group.conversation:
        raise session.withhold(MESSAGE.name, message_id, "it wasn't said in this group", unit=message.unit)
    return Posted(unit=group.unit, conversation=group.conversation, author=message.sender if message else "")


def retention_policies(district: District) -> Mapping[str, RetentionPolicy[Any]]:
    """Return how the kinds are kept whose cases end, by their names."""

    def post_ended_on(post: Post) -> date | None:
        return post.ended_on(timedelta(days=district.charter.appeal_days))

    policies: tuple[RetentionPolicy[Any], ...] = (
        RetentionPolicy(
            kind=TIP,
            data="content",
            resident_column="conversation",
            part_column="merged_into",
            ended_on=lambda tip: tip.ended_on,
        ),
        RetentionPolicy(
            kind=INQUIRY,
            data="content",
            resident_column="conversation",
            ended_on=lambda inquiry: inquiry.ended_on,
        ),
        RetentionPolicy(
            kind=POST, data="post", resident_column="author", words=TALK_SEALED_WITH, ended_on=post_ended_on
        ),
    )
    return {policy.kind.name: policy for policy in policies}
