"""What one domain module asks of another: few kinds stand here, for most commands need them and no more."""

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
from anninh_core.usecase.encryption.encryptor import leave_out
from anninh_core.usecase.encryption.envelope import Envelope
from anninh_core.usecase.indexing.identifiers import find_known
from anninh_core.usecase.read_session import ReadSession


def has_attachment(session: ReadSession, case: str, message_id: str) -> bool:
    """Tell whether a message belongs to a case and came with a file."""
    message = session.get_readable(MESSAGE, message_id)
    return message is not None and message.case == case and bool(message.attachments)


def read_identity(session: ReadSession, conversation_id: str) -> Identity:
    """Return who is behind a conversation, to an act that has established that the actor may know."""
    conversation = session.load(CONVERSATION, conversation_id)
    return Identity(
        conversation=conversation.id,
        name=conversation.name,
        address=conversation.address,
        sealed=conversation.details,
    )


def mask_resident(session: ReadSession, conversation_id: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what leads to a resident, and what was masked; "" for somebody who has no conversation.

    Masked too are the names by which other residents are known; those who are reported, and never wrote, stay.
    """
    conversation = session.get_readable(CONVERSATION, conversation_id) if conversation_id else None
    is_staff = open_staff(session.context)
    known = find_known(session.context, text, (CONVERSATION.name,), lambda ref: not is_staff(ref))
    others = [(mention.start, mention.end, "name") for mention in known if mention.is_name]
    return mask_identity(text, None if conversation is None else read_identity(session, conversation_id), others)


def mask_reporter(session: ReadSession, conversation_id: str, text: str) -> MaskedText:
    """Return a reporter's words for a body outside that goes on with the matter: what is evidence stays.

    What identifies the reporter is masked; the data of other people stay, whether they ever wrote to us or not.
    """
    conversation = session.get_readable(CONVERSATION, conversation_id) if conversation_id else None
    return mask_own_data(text, None if conversation is None else read_identity(session, conversation_id))


def iter_sealed_details(session: ReadSession) -> Iterator[tuple[str, Envelope]]:
    """Yield conversation ids with the details sealed to custodians, as far as they can be read."""
    for conversation in session.iter_all(CONVERSATION, "id"):
        if conversation.details is not None:
            yield conversation.id, conversation.details


def has_chat(context: UseCaseContext, officer_id: str) -> bool:
    """Return whether an officer can be written to. One who was purged can't.

    Raises:
        Damaged: the officer's record can't be read.
    """
    record = context.storage.records.get(OFFICER.name, officer_id)
    officers = context.iter_readable(OFFICER, () if record is None else (record,))
    return any(officer.conversation for officer in officers)


def find_holder(context: UseCaseContext, officer_id: str, on: date) -> Holder | None:
    """Return what signing in asks about an officer on a day; None where nobody of that id can be read."""
    record = context.storage.records.get(OFFICER.name, officer_id)
    for officer in context.iter_readable(OFFICER, () if record is None else (record,)):
        in_force = [grant for grant in officer.grants if grant.is_in_force(on)]
        names = tuple(f"{grant.role}@{grant.unit} since {grant.valid_from}" for grant in in_force)
        takes_second_factor = not context.district.second_factor_roles.isdisjoint(grant.role for grant in in_force)
        return Holder(officer=officer.id, unit=officer.unit, grants=names, takes_second_factor=takes_second_factor)
    return None


def find_bound_chat(context: UseCaseContext, officer_id: str) -> str:
    """Return the chat that is bound to an officer, "" for none."""
    record = context.storage.records.get(OFFICER_CHAT.name, officer_id)
    chats = context.iter_readable(OFFICER_CHAT, () if record is None else (record,))
    return next((chat.conversation for chat in chats), "")


def is_over(case: Tip | Inquiry) -> bool:
    """Tell whether nothing is owed about a case any more."""
    return case.ended_on is not None


def open_restrictions(session: ReadSession) -> Callable[[str, str], bool]:
    """Return what tells, of a case that is over and who reported it, whether that had its use restricted.

    A legal hold on the case wants it used all the same. Of a case that goes on nobody asks this: the law wants it done.
    What is restricted is read once for an act, when it is first asked.
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


def open_staff(context: UseCaseContext) -> Callable[[Ref], bool]:
    """Return what tells whether a conversation is an officer's chat, or a message was written in one.

    Whose chats there are is read once for a text, when it is first asked. That of an officer whose record is damaged
    counts as a resident's, so that more is masked.
    """
    chats: frozenset[str] | None = None

    def is_staff(ref: Ref) -> bool:
        nonlocal chats
        if chats is None:
            records = iter_records(context.storage.records, Find(kind=OFFICER.name, order="id"))
            chats = frozenset(officer.conversation for officer in context.iter_readable(OFFICER, records, leave_out))
        if ref.kind != MESSAGE.name:
            return ref.id in chats
        record = context.storage.records.get(MESSAGE.name, ref.id)
        messages = context.iter_readable(MESSAGE, () if record is None else (record,), leave_out)
        return any(message.sender in chats for message in messages)

    return is_staff


def is_open_emergency(tip: Tip) -> bool:
    """Tell whether a tip is marked as an emergency, and somebody still owes work on it."""
    return tip.emergency and tip.is_open


def is_joined(tip: Tip) -> bool:
    """Tell whether a tip was joined to another, which has its words now."""
    return tip.state is TipState.JOINED


def find_tip(session: ReadSession, case: str) -> Tip | None:
    """Return the tip that `kind:id` names; None for another kind, and where it can't be read."""
    ref = Ref.parse(case)
    return session.get_readable(TIP, ref.id) if ref.kind == TIP.name else None


def find_claim(session: ReadSession, tip: Tip | None) -> AlarmClaim | None:
    """Return the running claim of an emergency with the officer's last act, a note in the file included, or None."""
    claim = None if tip is None or not tip.is_open else tip.claim
    if tip is None or claim is None or claim.at is None:
        return None
    span = session.context.district.duty.claim
    notes = session.iter_all(CASE_NOTE, "newest", where={"case": f"{TIP.name}:{tip.id}"}, complete=False)
    noted_at = next((note.at for note in notes if note.by == claim.by), claim.at)
    if noted_at > claim.at:
        claim = claim.renewed(noted_at, span)
    return AlarmClaim(claim.by, max(noted_at, claim.at or noted_at), claim.until) if claim.until > session.at else None


def iter_tips_of(session: ReadSession, alarm: Alarm) -> Iterator[Tip]:
    """Return the tips that an alarm pages about, as far as they can be read."""
    tips = (find_tip(session, case) for case in alarm.cases)
    return (tip for tip in tips if tip is not None)


def find_alarm_claim(session: ReadSession, alarm: Alarm) -> AlarmClaim | None:
    """Return the running claim of any case that an alarm pages about: of its claimant if possible, the newest act."""
    claims = [claim for tip in iter_tips_of(session, alarm) if (claim := find_claim(session, tip)) is not None]
    return max(claims, key=lambda claim: (claim.by == alarm.acknowledged_by, claim.at), default=None)
