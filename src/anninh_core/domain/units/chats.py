"""Binding of an officer's chat account by a one-time code: a sender who knows the code from that account has both."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

from anninh_core.domain.index_specs import OFFICER_CHAT_SPEC
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.ids import spell_code
from anninh_core.usecase.arguments import OfficerId
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission

_SEE = "units.officers"
# Number of letters of the two parts of a code: the handle finds the record of the code, and the rest is secret (39
# bits).
_HANDLE = 4
_SECRET = 8


class CodeResult(StrEnum):
    """Outcome of a one-time code that was sent in a chat."""

    BOUND = "bound"
    WRONG = "wrong"


@frozen(kw_only=True)
class OfficerChat:
    """The chat of an officer, and the code that may bind another chat.

    Attributes:
        id: the officer's id.
        handle: the first letters of the valid code, for the lookup; "" for none.
        secret: keyed hash of its other letters.
        expires_at: when the code expires.
        tries: number of wrong tries.
        conversation: the bound chat, "" for none.
        mark: keyed hash of `conversation`, for the lookup of the officer; no unencrypted column links chat and officer.
    """

    id: str
    unit: str
    handle: str = ""
    secret: str = field(default="", repr=False)
    expires_at: datetime | None = None
    tries: int = 0
    conversation: str = field(default="", repr=False)
    mark: str = ""
    bound_at: datetime | None = None

    def with_code(self, handle: str, secret: str, expires_at: datetime) -> "OfficerChat":
        """Return the officer's chat record with a new code; an earlier code becomes invalid."""
        return evolve(self, handle=handle, secret=secret, expires_at=expires_at, tries=0)

    def without_code(self) -> "OfficerChat":
        """Return the officer's chat record without a code."""
        return evolve(self, handle="", secret="", expires_at=None, tries=0)

    def bound(self, conversation: str, mark: str, at: datetime) -> "OfficerChat":
        """Return the officer's chat record bound to a conversation, without the used code."""
        return evolve(self.without_code(), conversation=conversation, mark=mark, bound_at=at)

    def unbound(self) -> "OfficerChat":
        """Return the officer's chat record without a bound conversation."""
        return evolve(self, conversation="", mark="", bound_at=None)


OFFICER_CHAT = Kind(
    spec=OFFICER_CHAT_SPEC,
    model=OfficerChat,
    columns=lambda chat: {"officer": chat.id, "handle": chat.handle, "mark": chat.mark},
    scope=lambda chat: f"officer:{chat.id}",
)


@view
class BindingCode:
    """A code to bind a chat, shown once and never stored.

    Attributes:
        code: the text that the officer sends in the chat.
    """

    code: str = field(repr=False)
    expires_at: datetime


class OfficerChats(Service):
    """Commands that bind a chat to an officer by a one-time code, and end the binding."""

    action_prefix = "officer_chats"

    @command(Permission.GRANT, public=True, step_up=True)
    def begin_binding(self, uow: UnitOfWork, officer_id: OfficerId) -> BindingCode:
        """Create a one-time code; sending it in a chat binds that chat to the officer.

        It is valid for the profile's minutes and a few tries, and replaces an earlier code. It conveys the officer's
        permissions: give it to no one else.
        """
        officer = uow.get_permitted(OFFICER, officer_id, _SEE)
        chat = uow.get(OFFICER_CHAT, officer.id) or OfficerChat(id=officer.id, unit=officer.unit)
        letters = self._draw_code_letters()
        handle = letters[:_HANDLE]
        secret = letters[_HANDLE:]
        expires_at = uow.at + self.context.district.duty.code_life
        uow.facts["officer"] = officer.id
        uow.add_event("officer.binding_begun")
        uow.save(OFFICER_CHAT, chat.with_code(handle, _hash_code_secret(self.context, officer.id, secret), expires_at))
        return BindingCode(code=f"{handle}-{secret}", expires_at=expires_at)

    @command(Permission.GRANT, public=True, step_up=True)
    def unbind(self, uow: UnitOfWork, officer_id: OfficerId) -> Officer:
        """End the binding of an officer's chat, and any code: messages in that chat are no longer commands.

        Raises:
            WrongStep: there is neither.
        """
        officer = uow.get_permitted(OFFICER, officer_id, _SEE)
        chat = uow.get(OFFICER_CHAT, officer.id)
        if chat is None or not (chat.conversation or chat.handle):
            raise WrongStep(
                "Officer {officer} has no bound chat and no code, so there is nothing to unbind.", officer=officer.id
            )
        uow.facts["officer"] = officer.id
        uow.add_event("officer.unbound")
        uow.save(OFFICER_CHAT, chat.without_code().unbound())
        if officer.conversation != chat.conversation:
            return officer
        return uow.save(OFFICER, evolve(officer, conversation=""))

    @step(Permission.INTAKE)
    def redeem(self, uow: UnitOfWork, code: str, conversation: str) -> tuple[CodeResult, str]:
        """Bind a chat by a code that was sent in it; return the result, and the officer's previously bound chat.

        The result is the same for a wrong, an expired and an exhausted code.

        Raises:
            BadInput: the text doesn't have the form of a code.
        """
        uow.permit(self.context.district.root)
        handle, _, secret = code.partition("-")
        if (len(handle), len(secret)) != (_HANDLE, _SECRET):
            raise BadInput("This code has the wrong form: a code has four letters, a hyphen and eight letters.")
        chat = next(iter(uow.find(OFFICER_CHAT, "id", where={"handle": handle}, limit=1).items), None)
        if chat is None or chat.expires_at is None or chat.expires_at <= uow.at:
            uow.add_event("officer.code_refused")
            return CodeResult.WRONG, ""
        if chat.secret != _hash_code_secret(self.context, chat.id, secret):
            failed_chat = evolve(chat, tries=chat.tries + 1)
            is_exhausted = failed_chat.tries >= self.context.district.duty.code_tries
            uow.facts["officer"] = chat.id
            uow.add_event("officer.code_refused")
            uow.save(OFFICER_CHAT, failed_chat.without_code() if is_exhausted else failed_chat)
            return CodeResult.WRONG, ""
        return CodeResult.BOUND, self._bind_chat(uow, chat, conversation)

    def _bind_chat(self, uow: UnitOfWork, chat: OfficerChat, conversation: str) -> str:
        """Bind a chat to one officer, and end its binding to another; return the officer's previous chat."""
        officer = uow.load(OFFICER, chat.id)
        other = find_officer_chat(uow, conversation)
        if other is not None and other.id != chat.id:
            uow.save(OFFICER_CHAT, other.unbound())
            if (
                previous_officer := uow.get(OFFICER, other.id)
            ) is not None and previous_officer.conversation == conversation:
                uow.save(OFFICER, evolve(previous_officer, conversation=""))
        uow.facts["officer"] = officer.id
        uow.add_event("officer.bound")
        uow.save(OFFICER_CHAT, chat.bound(conversation, compute_chat_mark(self.context, conversation), uow.at))
        uow.save(OFFICER, evolve(officer, conversation=conversation))
        return officer.conversation if officer.conversation != conversation else ""

    def _draw_code_letters(self) -> str:
        """Draw the letters of a code from the randomness of ids, by a keyed hash."""
        digest = self.context.keys.blind("officer code", self.context.ids.new())
        return spell_code(bytes.fromhex(digest)[: _HANDLE + _SECRET])


def find_officer_chat(session: ReadSession, conversation: str) -> OfficerChat | None:
    """Return the record of the officer to whose account a conversation is bound, or None."""
    if OFFICER_CHAT.name not in session.context.storage.maintenance.kinds():
        return None
    conditions = {"mark": compute_chat_mark(session.context, conversation)}
    chats: Sequence[OfficerChat] = session.find(OFFICER_CHAT, "id", where=conditions, limit=1).items
    return next((chat for chat in chats if chat.conversation == conversation), None)


def compute_chat_mark(context: UseCaseContext, conversation: str) -> str:
    """Return the keyed hash of a conversation, used to look up the officer of the chat."""
    return context.keys.blind("officer chat", conversation)


def _hash_code_secret(context: UseCaseContext, officer: str, secret: str) -> str:
    return context.keys.blind(f"officer code of {officer}", secret)
