"""Signing in: what happens before anybody is known. Only the door itself may; it acts as `system:door`."""

from datetime import timedelta

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.credentials.second_factor import take_code, take_passkey
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
from anninh_core.domain.accounts.session import Session, why_void
from anninh_core.domain.accounts.views import NewSession, NoticeView
from anninh_core.kernel.errors import BadInput, NotSignedIn
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import Authenticated, SignInMethod
from anninh_core.ports.identity_provider import NamedBy
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.outbox_message import outbox_scope
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_CODE_LETTERS = 12
_CHAT_LETTERS = 8
_CODE_PAUSE = timedelta(minutes=1)
"""A code that was sent to a chat less long ago is sent no second time."""


class SignIns(AccountPart):
    """Who somebody is, told by what they show.

    The errors here say in the journal what was wrong. Whoever asks hears of it only what `NotSignedIn` tells everybody:
    that is up to the caller, who must not pass the words on.
    """

    @query(Permission.SIGN_IN)
    def find_account(self, session: ReadSession, name: str) -> Account | None:
        """Return the account of a sign-in name, None for nobody's."""
        session.permit(self.context.district.root)
        return self._by_name(session, name)

    @query(Permission.SIGN_IN)
    def find_by_id(self, session: ReadSession, officer_id: str) -> Account | None:
        """Return the account of an officer, None where there is none."""
        session.permit(self.context.district.root)
        is_id = officer_id.isascii() and officer_id.isprintable() and officer_id
        return session.get_readable(ACCOUNT, officer_id) if is_id else None

    @query(Permission.SIGN_IN)
    def find_invited(self, session: ReadSession, code: str) -> Account | None:
        """Return the account that a setup code is for, None where it holds no longer or never did."""
        session.permit(self.context.district.root)
        return self._by_setup_code(session, code)

    @query(Permission.SIGN_IN)
    def find_officer(self, session: ReadSession, name: str, named_by: NamedBy) -> str:
        """Return the id of the officer whom another system names, "" for nobody.

        A sign-in name counts letter for letter here, in the form in which it is kept: to the other system Lan and LAN
        may be two people.
        """
        session.permit(self.context.district.root)
        if named_by is NamedBy.OFFICER_ID:
            return name if name.isascii() and name.isprintable() and self._holder(session, name) is not None else ""
        account = self._by_name(session, name) if normalize_name(name) == name else None
        return account.id if account is not None else ""

    @query(Permission.SIGN_IN)
    def refuse(self, session: ReadSession, why: Sentence, officer_id: str = "") -> None:
        """Write down that somebody was refused.

        Args:
            why: for the journal.
            officer_id: whose account it was, "" for none.

        Raises:
            NotSignedIn: always.
        """
        session.permit(self.context.district.root)
        if officer_id:
            session.get_visible(ACCOUNT, officer_id)
        raise NotSignedIn(why)

    @query(Permission.SIGN_IN)
    def check_officer(self, session: ReadSession, officer_id: str, by: str) -> None:
        """Check that somebody whom an authenticator knows is an officer with a role in force.

        Args:
            officer_id: whom it knows.
            by: its name, for the journal.

        Raises:
            NotSignedIn: there is no such officer, or the officer has no role.
        """
        session.permit(self.context.district.root)
        holder = self._holder(session, officer_id)
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
        """Return whose session or API token it is that somebody shows, and note the use if somebody does something.

        Raises:
            NotSignedIn: it isn't one, or holds no longer.
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
        """Begin a session of an officer whose first factor was found to be right.

        Args:
            officer_id: who it is.
            method: by what that is known.
            client: from where.
            code: of the authenticator app, or a recovery code.
            second_factor: whether the method itself showed two factors, as a passkey does.
            passkey: what a passkey of the account showed.
            rehashed: the password's hash at the costs of today, "" to leave it.

        Raises:
            NotSignedIn: no such account, no role in force, or the code is wrong.
        """
        uow.permit(self.context.district.root)
        account, holder = self._admit(uow, officer_id)
        if method is SignInMethod.PASSWORD and account.has_second_factor:
            account, second_factor = take_code(self.context.keys, account, code, uow.at), True
        account = self._take(uow, account, method, code, passkey)
        uow.save(ACCOUNT, self._greet(account, client, rehashed))
        drafted = self._draft(uow, account, holder, method, token := draw_token(SESSION_PREFIX))
        fresh_until = uow.at + self._rules.fresh if second_factor else None
        began = evolve(drafted, fresh_until=fresh_until, client=client.label, system_user=client.system_user)
        uow.save(SESSION, began)
        uow.facts |= {"officer": account.id, **began.sign_in().facts}
        uow.facts |= {"system_user": client.system_user} if client.system_user else {}
        uow.add_event("account.signed_in")
        self.unnamed_proxies.note(client, uow.at)
        return self._show(began, account, token)

    @command(Permission.SIGN_IN)
    def set_up(self, uow: UnitOfWork, code: str, name: str, password: str) -> str:
        """Set name and password of an account by its setup code, once; return the officer's id.

        Args:
            code: as it was handed over.
            name: the sign-in name; "" or the name that it has, where the account has one.
            password: its hash.

        Raises:
            NotSignedIn: the code is wrong, or holds no longer.
            BadInput: the name is taken, or isn't fit.
        """
        uow.permit(self.context.district.root)
        account = self._by_setup_code(uow, code)
        if account is None:
            raise NotSignedIn("The setup code is wrong or has expired.")
        account, _ = self._admit(uow, account.id)
        chosen = self._take_name(uow, account, name)
        uow.save(ACCOUNT, account.set_up(chosen, password, uow.at))
        uow.facts["officer"] = account.id
        uow.add_event("account.set_up")
        return account.id

    @command(Permission.SIGN_IN)
    def send_chat_code(self, uow: UnitOfWork, name: str) -> None:
        """Send a one-time code to the chat that is bound to the officer of a sign-in name.

        Whether there is one isn't told, and the journal has an entry in either case.
        """
        uow.permit(self.context.district.root)
        uow.add_event("account.code_asked")
        account = self._by_name(uow, name)
        holder = self._holder(uow, account.id) if account else None
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
        uow.send(chat, text, purpose="officer.sign_in_code", cause=cause, scope=outbox_scope(uow.at))

    def _resume_session(self, session: ReadSession, hash: str, notes_use: bool) -> Authenticated:
        found = next(iter(session.find(SESSION, "id", where={"token": hash}, limit=1).items), None)
        if found is None:
            raise NotSignedIn("This session doesn't exist.")
        account = session.get_readable(ACCOUNT, found.officer)
        why = found.why_over(session.at, self._rules, self._use.last(found))
        holder = self._holder(session, found.officer)
        if why := why or why_void(found, account, holder):
            raise NotSignedIn("Session {session} isn't valid any more: {reason}.", session=found.id, reason=why)
        if notes_use:
            self._use.note(found, session.at)
        takes_second_factor = holder is not None and holder.takes_second_factor
        return Authenticated(found.officer, found.sign_in(takes_second_factor=takes_second_factor))

    def _resume_token(self, session: ReadSession, hash: str) -> Authenticated:
        found = next(iter(session.find(API_TOKEN, "id", where={"token": hash}, limit=1).items), None)
        if found is None:
            raise NotSignedIn("This API token doesn't exist.")
        account = session.get_readable(ACCOUNT, found.officer)
        holder = self._holder(session, found.officer)
        if why := found.why_over(session.at) or why_void(found, account, holder):
            raise NotSignedIn("API token {token} isn't valid any more: {reason}.", token=found.id, reason=why)
        return Authenticated(found.officer, found.sign_in())

    def _admit(self, uow: UnitOfWork, officer_id: str) -> tuple[Account, Holder]:
        """Return account and officer of somebody who may sign in, and let a refusal name them."""
        account = uow.get_readable(ACCOUNT, officer_id)
        holder = self._holder(uow, officer_id)
        if account is None or holder is None:
            raise NotSignedIn("This account doesn't exist.")
        uow.get_visible(ACCOUNT, officer_id)
        if not holder.grants:
            raise NotSignedIn("The officer has no role.")
        return account, holder

    def _greet(self, account: Account, client: Client, rehashed: str) -> Account:
        """Return an account whose owner has come in, and is shown what others did to it."""
        place = hash_place(self.context.keys, client)
        return evolve(account, notices=(), password=rehashed or account.password).seen_from(place)

    def _draft(self, uow: UnitOfWork, account: Account, holder: Holder, method: SignInMethod, token: str) -> Session:
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

    def _show(self, began: Session, account: Account, token: str) -> NewSession:
        return NewSession(
            token=token,
            session=began.id,
            officer=account.id,
            ends_at=began.ends_at(self._rules, began.began_at),
            fresh_until=began.fresh_until,
            notices=tuple(NoticeView(at=one.at, kind=one.kind, by=one.by) for one in account.notices),
        )

    def _by_name(self, session: ReadSession, name: str) -> Account | None:
        taken = session.get_readable(ACCOUNT_NAME, hash_name(self.context.keys, normalize_name(name)))
        account = session.get_readable(ACCOUNT, taken.officer) if taken else None
        return account if account is not None and account.name == normalize_name(name) else None

    def _by_setup_code(self, session: ReadSession, code: str) -> Account | None:
        hash = hash_code(self.context.keys, "setup code", code)
        found = next(iter(session.find(ACCOUNT, "id", where={"setup": hash}, limit=1).items), None)
        matches = found is not None and found.setup is not None and found.setup.matches(hash, session.at)
        return found if matches else None

    def _take_name(self, uow: UnitOfWork, account: Account, name: str) -> str:
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

    def _take(
        self, uow: UnitOfWork, account: Account, method: SignInMethod, code: str, passkey: PasskeyUse | None
    ) -> Account:
        """Return an account after what was shown of it counts no second time."""
        if method is SignInMethod.CHAT:
            return self._take_chat_code(account, code, uow)
        return account if passkey is None else take_passkey(account, passkey, uow.at)

    def _take_chat_code(self, account: Account, code: str, uow: UnitOfWork) -> Account:
        hash = hash_code(self.context.keys, f"chat code of {account.id}", code)
        if account.chat_code is None or not account.chat_code.matches(hash, uow.at):
            raise NotSignedIn("The code is wrong or has expired.")
        return evolve(account, chat_code=None)
