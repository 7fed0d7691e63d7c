"""Lists of all kinds of records, their retention policies, and the dated queries of indicators. They are above the
domain modules, since they need all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from anninh_core.domain.accounts.kind import ACCOUNT, ACCOUNT_NAME, API_TOKEN, SESSION
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD, RECEIVED_HEAD
from anninh_core.domain.audit.kind import CHECKPOINT
from anninh_core.domain.content.collected.model import FOUND_PIECE
from anninh_core.domain.content.kind import ITEM, PUBLICATION
from anninh_core.domain.content.sources import SOURCE
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, TALK
from anninh_core.domain.conversations.notes.model import CASE_NOTE
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.knowledge.kind import ARTICLE
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.moderation.flagging import Posted
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.programme.activity import CAMPAIGN, INSPECTION, TRAINING
from anninh_core.domain.programme.difficulty import DIFFICULTY
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.domain.quarantine.kind import QUARANTINED
from anninh_core.domain.reports.figures.calculator import DatedQuery
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.number_series import NUMBER_SERIES
from anninh_core.domain.retention.kind import ERASURE, LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.retention.sealed import SealedWith
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.loading import RightsLookups
from anninh_core.domain.tips.handling.slips import SLIP_SERIES
from anninh_core.domain.tips.handling.subcase import SUBCASE
from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.overdue import count_overdue
from anninh_core.domain.units.chats import OFFICER_CHAT
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.keyed_hashes.blind_index import find_id
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Address

KINDS: tuple[Kind[Any], ...] = (
    ACCOUNT,
    ACCOUNT_NAME,
    ALARM,
    API_TOKEN,
    ARTICLE,
    CAMPAIGN,
    CASE_NOTE,
    CHECKPOINT,
    CONVERSATION,
    CUSTODIAN,
    DECISION,
    DIFFICULTY,
    DISCLOSURE,
    DUTY,
    EMERGENCY_OPENING,
    ERASURE,
    FOUND_PIECE,
    GROUP,
    HEAD,
    INCIDENT,
    INQUIRY,
    INSPECTION,
    ITEM,
    JOURNAL_HEAD,
    LEAK_FINDING,
    LEGAL_HOLD,
    MESSAGE,
    NUMBER_SERIES,
    OFFICER,
    OFFICER_CHAT,
    OWN_PLAN,
    POST,
    PUBLICATION,
    QUARANTINED,
    RECEIVED_HEAD,
    REPORT,
    RIGHTS_REQUEST,
    ROSTER,
    SESSION,
    SLIP_SERIES,
    SOURCE,
    SUBCASE,
    TIP,
    PURGE_ORDER,
    TRAINING,
)
"""All kinds of records, in alphabetical order."""


TALK_SEALED_WITH = (
    SealedWith(kind=MESSAGE, column="conversation", scope_kind="conversation"),
    SealedWith(kind=MESSAGE, column="conversation", scope_kind=TALK, column_value=lambda talk: talk.rpartition(".")[0]),
)
"""Records that are destroyed with the key of a talk, which is a month of a group's talk, or the whole conversation from
before months had keys.
"""

SEALED_WITH = (
    *TALK_SEALED_WITH,
    SealedWith(kind=MESSAGE, column="case"),
    SealedWith(kind=DECISION, column="subject"),
    *(
        SealedWith(kind=kind, column="officer", scope_kind="officer")
        for kind in (OFFICER_CHAT, ACCOUNT, ACCOUNT_NAME, SESSION, API_TOKEN)
    ),
    SealedWith(kind=SUBCASE, column="case"),
    SealedWith(kind=CASE_NOTE, column="case"),
)
"""Records destroyed with the scope of another record."""


def dated_queries(context: UseCaseContext) -> Mapping[str, DatedQuery]:
    """Return the functions that answer dated queries of indicators, by name."""
    return {"tips_overdue": partial(count_overdue, context)}


def find_post_origin(session: ReadSession, group_id: str, message_id: str) -> Posted:
    """Return the unit, conversation and author of a post in a group; the author is "" if the message doesn't exist.

    A message of another conversation is withheld.
    """
    group = session.get_permitted(GROUP, group_id)
    message = session.get(MESSAGE, message_id)
    if message is not None and message.conversation != group.conversation:
        raise session.build_withheld_error(MESSAGE.name, message_id, "it wasn't said in this group", unit=message.unit)
    return Posted(unit=group.unit, conversation=group.conversation, author=message.sender if message else "")


def make_rights_lookups(policies: Mapping[str, RetentionPolicy[Any]]) -> RightsLookups:
    """Return the lookups of other domain modules that rights requests need.

    Args:
        policies: retention policies of the kinds of cases, by the kinds' names.
    """

    def find_excluded_marks(session: ReadSession, refs: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mark for ref in refs for mark in _iter_excluded(session, policies, Ref.parse(ref))))

    return RightsLookups(kept_away=find_excluded_marks, find_account=_find_account, find_case=_find_desk_tip)


def _iter_excluded(session: ReadSession, policies: Mapping[str, RetentionPolicy[Any]], ref: Ref) -> Iterator[str]:
    """Yield the marks of officers and units that are excluded from an account or case: the officer who owns the
    account, and those excluded from its cases.

    Officers with damaged records are skipped: they have no permissions.

    Raises:
        Damaged: a case can't be read, so that its exclusions are unknown.
    """
    if ref.kind != CONVERSATION.name:
        model = session.get_unpurged(policies[ref.kind].kind, ref.id)
        yield from () if model is None else policies[ref.kind].kind.excluded(model)
        return
    officers = session.iter_all(OFFICER, "id", complete=False)
    yield from (officer.id for officer in officers if officer.conversation == ref.id)
    for policy in policies.values():
        for model in session.iter_all(policy.kind, "newest", where={policy.resident_column: ref.id}):
            yield from policy.kind.excluded(model)


def _find_account(session: ReadSession, address: Address) -> str:
    return find_id(session.context.keys, session.context.storage.keyring, CONVERSATION, address.key)


def _find_desk_tip(session: ReadSession, receipt: str) -> str:
    """Return the `tip:id` of a receipt if the tip was taken at the desk or by phone, otherwise "": a tip from chat
    belongs to its account.
    """
    tips = session.find(TIP, "newest", where={"receipt": receipt.strip().upper()}, limit=1).items
    return f"tip:{tips[0].id}" if tips and not tips[0].conversation else ""


def make_retention_policies(district: District) -> Mapping[str, RetentionPolicy[Any]]:
    """Return the retention policies of the kinds of cases, by the kinds' names."""

    def find_post_end(post: Post) -> date | None:
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
            kind=POST, data="post", resident_column="author", words=TALK_SEALED_WITH, ended_on=find_post_end
        ),
    )
    return {policy.kind.name: policy for policy in policies}
