"""Use cases of signing in. Only these run before the caller is identified; they act as `system:door`."""

from datetime import timedelta

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.credentials.second_factor import record_passkey_use, use_up_code
from anninh_core.domain.accounts.credentials.tokens import (
    API_PREFIX,
    SESSION_PREFIX,
    draw_code,
    draw_token,
    hash_code,
    hash_name,
    hash_place,
    hash_token,
)
from anninh_core.domain.accounts.kind import ACCOUNT, ACCOUNT_NAME, API_TOKEN, SESSION
from anninh_core.domain.accounts.model import Account, AccountName, OneTimeCode
from anninh_core.domain.accounts.rules import Client, Holder, normalize_name, require_name
from anninh_core.domain.accounts.session import Session, find_invalidity
from anninh_core.domain.accounts.views import NewSession, NoticeView
from anninh_core.kernel.errors import BadInput, NotSignedIn
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import Authenticated, SignInMethod
from anninh_core.ports.identity_provider import NamedBy
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_CODE_LETTERS = 12
_CHAT_LETTERS = 8
_CODE_PAUSE = timedelta(minutes=1)
"""Shortest time between two codes to the same chat."""


class SignIns(AccountPart):
    """Use cases that identify an officer by credentials.

    The errors name the cause, for the journal. The caller must show only the general text of `NotSignedIn`, never the
    cause.
    """

    @query(Permission.SIGN_IN)
    def find_account(self, session: ReadSession, name: str) -> Account | None:
        """Return the account with a sign-in name, or None."""
        session.permit(self.context.district.root)
        return self._find_by_name(session, name)

    @query(Permission.SIGN_IN)
    def find_by_id(self, session: ReadSession, officer_id: str) -> Account | None:
        """Return the account of an officer, or None."""
        session.permit(self.context.district.root)
        is_id = officer_id.isascii() and officer_id.isprintable() and officer_id
        return session.get_readable(ACCOUNT, officer_id) if is_id else None

    @query(Permission.SIGN_IN)
    def find_invited(self, session: ReadSession, code: str) -> Account | None:
        """Return the account that a valid setup code is for, or None."""
        session.permit(self.context.district.root)
        return self._find_by_setup_code(session, code)

    @query(Permission.SIGN_IN)
    def find_officer(self, session: ReadSession, name: str, named_by: NamedBy) -> str:
        """Return the id of the officer that another system names, or "".

        A sign-in name must equal the stored form exactly: to the other system, Lan and LAN may be two people.
        """
        session.permit(self.context.district.root)
        if named_by is NamedBy.OFFICER_ID:
            return (
                name if name.isascii() and name.isprintable() and self._find_holder(session, name) is not None else ""
            )
        account = self._find_by_name(session, name) if normalize_name(name) == name else None
        return account.id if account is not None else ""

    @query(Permission.SIGN_IN)
    def refuse(self, session: ReadSession, why: Sentence, officer_id: str = "") -> None:
        """Record a refused sign-in in the journal.

        Args:
            why: reason for the journal.
            officer_id: owner of the account, "" if unknown.

        Raises:
            NotSignedIn: always.
        """
        session.permit(self.context.district.root)
        if officer_id:
            session.get_visible(ACCOUNT, officer_id)
        raise NotSignedIn(why)

    @query(Permission.SIGN_IN)
    def check_officer(self, session: ReadSession, officer_id: str, by: str) -> None:
        """Check that a person identified by an authenticator is an officer with a role in force.

        Args:
            officer_id: id that the authenticator returned.
            by: the authenticator's name, for the journal.

        Raises:
            NotSignedIn: there is no such officer, or the officer has no role.
        """
        session.permit(self.context.district.root)
        holder = self._find_holder(session, officer_id)
        if holder is None:
            raise NotSignedIn(
                "The authenticator {authenticator!r} named a person who isn't an officer.", authenticator=by
            )
        if not holder.grants:
            raise NotSignedIn(
                "The authenticator {authenticator!r} named officer {officer}, who has no role.",
                officer=officer_id,
                authenticator=by,
            )

    @query(Permission.SIGN_IN)
    def resume(self, session: ReadSession, token: str, *, notes_use: bool = True) -> Authenticated:
        """Return the officer of a session or API token; with `notes_use`, note that the session was used.

        Raises:
            NotSignedIn: the token is unknown or no longer valid.
        """
        session.permit(self.context.district.root)
        if not token.isascii():
            raise NotSignedIn("The token is neither a session nor an API token of this system.")
        if token.startswith(SESSION_PREFIX):
            return self._resume_session(session, hash_token(self.context.keys, token), notes_use)
        if token.startswith(API_PREFIX):
            return self._resume_token(session, hash_token(self.context.keys, token))
        raise NotSignedIn("The token is neither a session nor an API token of this system.")

    @command(Permission.SIGN_IN)
    def begin(
        self,
        uow: UnitOfWork,
        officer_id: str,
        method: SignInMethod,
        client: Client,
        *,
        code: str = "",
        second_factor: bool = False,
        passkey: PasskeyUse | None = None,
        rehashed: str = "",
    ) -> NewSession:
        """Begin a session of an officer, after the first factor was verified.

        Args:
            officer_id: the officer.
            method: sign-in method of the first factor.
            client: address and label of the client.
            code: code of the authenticator app or of the chat, or a recovery code.
            second_factor: whether the method itself has two factors, as a passkey does.
            passkey: verified use of a passkey of the account.
            rehashed: password hash with the current cost parameters, "" to keep the stored one.

        Raises:
            NotSignedIn: no such account, no role in force, or the code is wrong.
        """
        uow.permit(self.context.district.root)
        account, holder = self._require_account_and_officer(uow, officer_id)
        if method is SignInMethod.PASSWORD and account.has_second_factor:
            account, second_factor = use_up_code(self.context.keys, account, code, uow.at), True
        account = self._use_up_factor(uow, account, method, code, passkey)
        uow.save(ACCOUNT, self._record_sign_in(account, client, rehashed))
        drafted = self._build_session(uow, account, holder, method, token := draw_token(SESSION_PREFIX))
        fresh_until = uow.at + self._rules.fresh if second_factor else None
        began = evolve(drafted, fresh_until=fresh_until, client=client.label, system_user=client.system_user)
        uow.save(SESSION, began)
        uow.facts |= {"officer": account.id, **began.sign_in().facts}
        uow.facts |= {"system_user": client.system_user} if client.system_user else {}
        uow.add_event("account.signed_in")
        self.unnamed_proxies.note(client, uow.at)
        return self._build_new_session(began, account, token)

    @command(Permission.SIGN_IN)
    def set_up(self, uow: UnitOfWork, code: str, name: str, password: str) -> str:
        """Set name and password of an account with its setup code, which is used up; return the officer's id.

        Args:
            code: as it was handed over.
            name: sign-in name; "" or the existing name if the account has one.
            password: hash of the password.

        Raises:
            NotSignedIn: the code is wrong or no longer valid.
            BadInput: the name is taken or invalid.
        """
        uow.permit(self.context.district.root)
        account = self._find_by_setup_code(uow, code)
        if account is None:
            raise NotSignedIn("The setup code is wrong or has expired.")
        account, _ = self._require_account_and_officer(uow, account.id)
        chosen = self._reserve_name(uow, account, name)
        uow.save(ACCOUNT, account.set_up(chosen, password, uow.at))
        uow.facts["officer"] = account.id
        uow.add_event("account.set_up")
        return account.id

    @command(Permission.SIGN_IN)
    def send_chat_code(self, uow: UnitOfWork, name: str) -> None:
        """Send a one-time code to the chat of the officer with a sign-in name.

        The result doesn't reveal whether a code was sent, and the journal has an entry in either case.
        """
        uow.permit(self.context.district.root)
        uow.add_event("account.code_asked")
        account = self._find_by_name(uow, name)
        holder = self._find_holder(uow, account.id) if account else None
        chat = self._officers.find_chat(self.context, account.id) if account and holder and holder.grants else ""
        if account is None or not chat:
            return
        if account.chat_code is not None and uow.at - account.chat_code.made_at < _CODE_PAUSE:
            return
        code = draw_code(_CHAT_LETTERS)
        until = uow.at + self._rules.chat_code_life
        stored = hash_code(self.context.keys, f"chat code of {account.id}", code)
        uow.save(ACCOUNT, evolve(account, chat_code=OneTimeCode(hash=stored, until=until, made_at=uow.at)))
        uow.facts["officer"] = account.id
        minutes = str(round(self._rules.chat_code_life.total_seconds() / 60))
        text = self.context.district.say("officer.sign_in_code", code=code, minutes=minutes)
        cause = f"account:{account.id}"
        uow.send(chat, text, purpose="officer.sign_in_code", cause=cause, scope=build_outbox_scope(uow.at))

    def _resume_session(self, session: ReadSession, hash: str, notes_use: bool) -> Authenticated:
        officer_session = next(iter(session.find(SESSION, "id", where={"token": hash}, limit=1).items), None)
        if officer_session is None:
            raise NotSignedIn("This session doesn't exist.")
        account = session.get_readable(ACCOUNT, officer_session.officer)
        why = officer_session.find_end_reason(session.at, self._rules, self._use.last(officer_session))
        holder = self._find_holder(session, officer_session.officer)
        if why := why or find_invalidity(officer_session, account, holder):
            raise NotSignedIn(
                "Session {session} isn't valid any more: {reason}.", session=officer_session.id, reason=why
            )
        if notes_use:
            self._use.note(officer_session, session.at)
        takes_second_factor = holder is not None and holder.takes_second_factor
        return Authenticated(officer_session.officer, officer_session.sign_in(takes_second_factor=takes_second_factor))

    def _resume_token(self, session: ReadSession, hash: str) -> Authenticated:
        api_token = next(iter(session.find(API_TOKEN, "id", where={"token": hash}, limit=1).items), None)
        if api_token is None:
            raise NotSignedIn("This API token doesn't exist.")
        account = session.get_readable(ACCOUNT, api_token.officer)
        holder = self._find_holder(session, api_token.officer)
        if why := api_token.find_end_reason(session.at) or find_invalidity(api_token, account, holder):
            raise NotSignedIn("API token {token} isn't valid any more: {reason}.", token=api_token.id, reason=why)
        return Authenticated(api_token.officer, api_token.sign_in())

    def _require_account_and_officer(self, uow: UnitOfWork, officer_id: str) -> tuple[Account, Holder]:
        """Return account and officer for a sign-in; a refusal's journal entry names them.

        Raises:
            NotSignedIn: the account doesn't exist, or the officer has no role.
        """
        account = uow.get_readable(ACCOUNT, officer_id)
        holder = self._find_holder(uow, officer_id)
        if account is None or holder is None:
            raise NotSignedIn("This account doesn't exist.")
        uow.get_visible(ACCOUNT, officer_id)
        if not holder.grants:
            raise NotSignedIn("The officer has no role.")
        return account, holder

    def _record_sign_in(self, account: Account, client: Client, rehashed: str) -> Account:
        """Return the account after a sign-in: the notices are cleared, and the client's address is added."""
        place = hash_place(self.context.keys, client)
        return evolve(account, notices=(), password=rehashed or account.password).seen_from(place)

    def _build_session(
        self, uow: UnitOfWork, account: Account, holder: Holder, method: SignInMethod, token: str
    ) -> Session:
        return Session(
            id=self.context.ids.new(),
            officer=account.id,
            unit=account.unit,
            token=hash_token(self.context.keys, token),
            method=method,
            epoch=account.epoch,
            grants=holder.grants,
            began_at=uow.at,
        )

    def _build_new_session(self, began: Session, account: Account, token: str) -> NewSession:
        return NewSession(
            token=token,
            session=began.id,
            officer=account.id,
            ends_at=began.ends_at(self._rules, began.began_at),
            fresh_until=began.fresh_until,
            notices=tuple(NoticeView(at=notice.at, kind=notice.kind, by=notice.by) for notice in account.notices),
        )

    def _find_by_name(self, session: ReadSession, name: str) -> Account | None:
        taken = session.get_readable(ACCOUNT_NAME, hash_name(self.context.keys, normalize_name(name)))
        account = session.get_readable(ACCOUNT, taken.officer) if taken else None
        return account if account is not None and account.name == normalize_name(name) else None

    def _find_by_setup_code(self, session: ReadSession, code: str) -> Account | None:
        hash = hash_code(self.context.keys, "setup code", code)
        account = next(iter(session.find(ACCOUNT, "id", where={"setup": hash}, limit=1).items), None)
        matches = account is not None and account.setup is not None and account.setup.matches(hash, session.at)
        return account if matches else None

    def _reserve_name(self, uow: UnitOfWork, account: Account, name: str) -> str:
        if account.name and normalize_name(name) in ("", account.name):
            return account.name
        if account.name:
            raise BadInput("The account already has the sign-in name {name!r}: leave the name out.", name=account.name)
        chosen = require_name(name)
        id = hash_name(self.context.keys, chosen)
        taken = uow.get(ACCOUNT_NAME, id)
        if taken is not None and taken.officer != account.id:
            raise BadInput("The sign-in name {name!r} is taken: choose another.", name=chosen)
        if taken is None:
            uow.save(ACCOUNT_NAME, AccountName(id=id, unit=account.unit, officer=account.id))
        return chosen

    def _use_up_factor(
        self, uow: UnitOfWork, account: Account, method: SignInMethod, code: str, passkey: PasskeyUse | None
    ) -> Account:
        """Return the account after its chat code or passkey was used up."""
        if method is SignInMethod.CHAT:
            return self._use_up_chat_code(account, code, uow)
        return account if passkey is None else record_passkey_use(account, passkey, uow.at)

    def _use_up_chat_code(self, account: Account, code: str, uow: UnitOfWork) -> Account:
        hash = hash_code(self.context.keys, f"chat code of {account.id}", code)
        if account.chat_code is None or not account.chat_code.matches(hash, uow.at):
            raise NotSignedIn("The code is wrong or has expired.")
        return evolve(account, chat_code=None)
