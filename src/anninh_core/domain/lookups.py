"""Lookups across domain modules. This module imports few kinds of record, since most commands load it."""

from collections.abc import Callable, Iterator
from datetime import date

from anninh_core.domain.accounts.rules import Holder
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.conversations.notes.model import CASE_NOTE
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.claims import AlarmClaim
from anninh_core.domain.identity.masking import mask_identity, mask_own_data
from anninh_core.domain.identity.model import Identity
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.retention.kind import LEGAL_HOLD
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.units.chats import OFFICER_CHAT
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.redact import MaskedText
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.encryption.envelope import Envelope
from anninh_core.usecase.indexing.identifiers import find_known_mentions
from anninh_core.usecase.read_session import ReadSession


def has_attachment(session: ReadSession, case: str, message_id: str) -> bool:
    """Return whether a message belongs to a case and has a file attached."""
    message = session.get_readable(MESSAGE, message_id)
    return message is not None and message.case == case and bool(message.attachments)


def read_identity(session: ReadSession, conversation_id: str) -> Identity:
    """Return the identity behind a conversation. The caller must have checked that the actor may see it."""
    conversation = session.load(CONVERSATION, conversation_id)
    return Identity(
        conversation=conversation.id,
        name=conversation.name,
        address=conversation.address,
        sealed=conversation.details,
    )


def mask_resident(session: ReadSession, conversation_id: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with the resident's identifying data masked, and the kinds of masked data.

    Names of other residents with a conversation are masked, too; names of reported people who never wrote stay.

    Args:
        conversation_id: the resident's conversation, "" for a resident without one.
    """
    conversation = session.get_readable(CONVERSATION, conversation_id) if conversation_id else None
    is_staff = make_staff_check(session.context)
    mentions = find_known_mentions(session.context, text, (CONVERSATION.name,), lambda ref: not is_staff(ref))
    other_names = [(mention.start, mention.end, "name") for mention in mentions if mention.is_name]
    return mask_identity(text, None if conversation is None else read_identity(session, conversation_id), other_names)


def mask_reporter(session: ReadSession, conversation_id: str, text: str) -> MaskedText:
    """Return a reporter's text for an outside body that continues the case: evidence stays.

    Only data that identify the reporter are masked; data of other people stay, whether or not they ever wrote to the
    system.
    """
    conversation = session.get_readable(CONVERSATION, conversation_id) if conversation_id else None
    return mask_own_data(text, None if conversation is None else read_identity(session, conversation_id))


def iter_sealed_details(session: ReadSession) -> Iterator[tuple[str, Envelope]]:
    """Yield ids of readable conversations with their details sealed to custodians."""
    for conversation in session.iter_all(CONVERSATION, "id"):
        if conversation.details is not None:
            yield conversation.id, conversation.details


def has_chat(context: UseCaseContext, officer_id: str) -> bool:
    """Return whether an officer has a chat; a purged officer has none.

    Raises:
        Damaged: the officer's record can't be read.
    """
    record = context.storage.records.get(OFFICER.name, officer_id)
    officers = context.iter_readable(OFFICER, () if record is None else (record,))
    return any(officer.conversation for officer in officers)


def find_holder(context: UseCaseContext, officer_id: str, day: date) -> Holder | None:
    """Return an officer's unit and grants in force on a day for signing in, or None if no such officer can be read."""
    record = context.storage.records.get(OFFICER.name, officer_id)
    for officer in context.iter_readable(OFFICER, () if record is None else (record,)):
        in_force = [grant for grant in officer.grants if grant.is_in_force(day)]
        names = tuple(f"{grant.role}@{grant.unit} since {grant.valid_from}" for grant in in_force)
        takes_second_factor = not context.district.second_factor_roles.isdisjoint(grant.role for grant in in_force)
        return Holder(officer=officer.id, unit=officer.unit, grants=names, takes_second_factor=takes_second_factor)
    return None


def find_bound_chat(context: UseCaseContext, officer_id: str) -> str:
    """Return the id of the chat bound to an officer, "" for none."""
    record = context.storage.records.get(OFFICER_CHAT.name, officer_id)
    chats = context.iter_readable(OFFICER_CHAT, () if record is None else (record,))
    return next((chat.conversation for chat in chats), "")


def is_case_over(case: Tip | Inquiry) -> bool:
    """Return whether no work is owed on a case any more."""
    return case.ended_on is not None


def make_restriction_check(session: ReadSession) -> Callable[[str, str], bool]:
    """Return a function that checks whether the use of a closed case's data is restricted at its reporter's request.

    A running legal hold on the case overrides the restriction. Open cases need no check: the law requires work on them.
    Restrictions are read at the first call and cached for the session.
    """
    accounts: frozenset[str] | None = None

    def is_restricted(case: str, resident: str) -> bool:
        nonlocal accounts
        if accounts is None:
            requests = session.iter_all(RIGHTS_REQUEST, "oldest", where={"restricts": True})
            accounts = frozenset(account for request in requests for account in request.accounts)
        if resident not in accounts:
            return False
        return not session.find(LEGAL_HOLD, "due", where={"scope": case, "running": True}, limit=1, complete=True).items

    return is_restricted


def make_staff_check(context: UseCaseContext) -> Callable[[Ref], bool]:
    """Return a function that checks if a conversation is an officer's chat, or if a message was written in an officer's
    chat.

    Officers' chats are read at the first call and cached. The chat of an officer with a damaged record counts as a
    resident's, so that more is masked.
    """
    chats: frozenset[str] | None = None

    def is_staff(ref: Ref) -> bool:
        nonlocal chats
        if chats is None:
            records = iter_records(context.storage.records, Find(kind=OFFICER.name, order="id"))
            chats = frozenset(officer.conversation for officer in context.iter_readable(OFFICER, records, skip_damaged))
        if ref.kind != MESSAGE.name:
            return ref.id in chats
        record = context.storage.records.get(MESSAGE.name, ref.id)
        messages = context.iter_readable(MESSAGE, () if record is None else (record,), skip_damaged)
        return any(message.sender in chats for message in messages)

    return is_staff


def is_open_emergency(tip: Tip) -> bool:
    """Return whether a tip is an emergency and still open."""
    return tip.emergency and tip.is_open


def is_joined_tip(tip: Tip) -> bool:
    """Return whether a tip was joined to another tip, which has its messages now."""
    return tip.state is TipState.JOINED


def find_tip(session: ReadSession, case: str) -> Tip | None:
    """Return the tip with this `kind:id`; None for another kind or an unreadable tip."""
    ref = Ref.parse(case)
    return session.get_readable(TIP, ref.id) if ref.kind == TIP.name else None


def find_tip_claim(session: ReadSession, tip: Tip | None) -> AlarmClaim | None:
    """Return the running claim on an emergency with the time of the officer's last act (case notes included), or
    None.
    """
    claim = None if tip is None or not tip.is_open else tip.claim
    if tip is None or claim is None or claim.at is None:
        return None
    span = session.context.district.duty.claim
    notes = session.iter_all(CASE_NOTE, "newest", where={"case": f"{TIP.name}:{tip.id}"}, complete=False)
    noted_at = next((note.at for note in notes if note.by == claim.by), claim.at)
    if noted_at > claim.at:
        claim = claim.renewed(noted_at, span)
    return AlarmClaim(claim.by, max(noted_at, claim.at or noted_at), claim.until) if claim.until > session.at else None


def iter_covered_tips(session: ReadSession, alarm: Alarm) -> Iterator[Tip]:
    """Return the readable tips that an alarm covers."""
    tips = (find_tip(session, case) for case in alarm.cases)
    return (tip for tip in tips if tip is not None)


def find_alarm_claim(session: ReadSession, alarm: Alarm) -> AlarmClaim | None:
    """Return a running claim on a tip that an alarm covers, or None.

    If possible, it is the claim of the officer who acknowledged the alarm, otherwise the claim with the newest act.
    """
    claims = [claim for tip in iter_covered_tips(session, alarm) if (claim := find_tip_claim(session, tip)) is not None]
    return max(claims, key=lambda claim: (claim.by == alarm.acknowledged_by, claim.at), default=None)
