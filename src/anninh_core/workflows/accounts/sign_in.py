"""The act of signing in: nobody is known yet, and whoever is refused hears the same, after the same time."""

from collections.abc import Callable
from typing import TypeVar

from anninh_core.domain.accounts.credentials.passwords import PasswordHasher, check_password
from anninh_core.domain.accounts.credentials.slow_down import Subject
from anninh_core.domain.accounts.credentials.tokens import hash_place
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.rules import Client, list_unit_names, normalize_name, require_name
from anninh_core.domain.accounts.views import NewSession
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import Authenticated, SignInMethod
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.runner import UseCaseRunner

T = TypeVar("T")

DOOR = system("door")

_ADDRESS_TRIES = 20
"""Failures that cost an address nothing: many officers may sit behind one."""


class SignInDesk:
    """Lets people in.

    Args:
        hasher: of passwords; there is one of it, so that at most one hash is computed at a time.
    """

    def __init__(self, runner: UseCaseRunner, services: Services, hasher: PasswordHasher) -> None:
        self._context = runner.context
        self._runner = runner
        self._accounts = services.accounts
        self._hasher = hasher

    def sign_in(self, name: str, password: str, code: str = "", *, client: Client | None = None) -> NewSession:
        """Begin a session by sign-in name, password and, where the account has a second factor, a code.

        Args:
            name: the sign-in name; capitals don't count.
            password: as it was typed.
            code: of the authenticator app, or a recovery code; "" for none.
            client: from where.

        Raises:
            NotSignedIn: something of it is wrong; what, is told to nobody.
            TooManyRequests: too many tries failed, or too many sign in at this moment.
        """
        client = client or Client()
        account = self._accounts.door.find_account(DOOR, name)
        is_known = self.recognizes(account, client)
        subjects = self._subjects("name", name, account, client)
        self._charge(subjects)
        stored = account.password if account is not None else ""
        try:
            is_right = self._hasher.verify(stored, password, reserved=is_known)
        except TooManyRequests:  # nothing was tried
            self._accounts.slow_down.refund(*subjects)
            raise
        if account is None or not is_right:
            why = (
                Sentence("The password is wrong.")
                if account is not None
                else Sentence("This sign-in name doesn't exist.")
            )
            raise self.refuse(why, account)
        is_outdated = self._hasher.is_outdated(stored)
        rehashed = self._hasher.hash(password, reserved=is_known) if is_outdated else ""
        method = SignInMethod.PASSWORD
        begun = ask_door(
            lambda: self._accounts.door.begin(DOOR, account.id, method, client, code=code, rehashed=rehashed)
        )
        self._forget(subjects)
        return begun

    def knows_place(self, name: str, client: Client) -> bool:
        """Return whether the owner of a sign-in name has signed in from a client's place before.

        A server keeps room for those, which a flood of strangers can't take. It is for the server alone to know.
        """
        return self.recognizes(self._accounts.door.find_account(DOOR, name), client)

    def recognizes(self, account: Account | None, client: Client) -> bool:
        """Return whether an account's owner has signed in from a client's place before, or is at the machine itself."""
        if account is None:
            return False
        is_at_the_machine = bool(client.system_user) and not client.address
        return is_at_the_machine or hash_place(self._context.keys, client) in account.addresses

    def request_chat_code(self, name: str, *, client: Client | None = None) -> None:
        """Have a one-time code sent to the chat that is bound to an officer. Whether there is one isn't told.

        Raises:
            TooManyRequests: it was asked for too often.
        """
        account = self._accounts.door.find_account(DOOR, name)
        self._charge(self._subjects("chat", name, account, client or Client()))
        self._accounts.door.send_chat_code(DOOR, name)

    def sign_in_by_chat_code(self, name: str, code: str, *, client: Client | None = None) -> NewSession:
        """Begin a session by the code that was sent to the officer's chat. It never takes a step-up.

        Raises:
            NotSignedIn: something of it is wrong; what, is told to nobody.
            TooManyRequests: too many tries failed.
        """
        client = client or Client()
        account = self._accounts.door.find_account(DOOR, name)
        subjects = self._subjects("chat_code", name, account, client)
        self._charge(subjects)
        if account is None:
            raise self.refuse(Sentence("This sign-in name doesn't exist."), None)
        begun = ask_door(lambda: self._accounts.door.begin(DOOR, account.id, SignInMethod.CHAT, client, code=code))
        self._forget(subjects)
        return begun

    def set_up(self, code: str, name: str, password: str, *, client: Client | None = None) -> str:
        """Set sign-in name and password by a setup code, once; return the officer's id. It begins no session.

        Args:
            code: as it was handed over.
            name: the sign-in name to have; "" to keep the one that the account has.
            password: the one to have.
            client: from where.

        Raises:
            NotSignedIn: the code is wrong, or holds no longer.
            BadInput: the name or the password isn't fit; the code still holds.
            TooManyRequests: too many tries failed, or too many sign in at this moment.
        """
        subjects = address_subjects(client or Client()) or (Subject("setup", "here", _ADDRESS_TRIES),)
        self._charge(subjects)
        account = self._accounts.door.find_invited(DOOR, code)
        if account is None:
            raise self.refuse(Sentence("The setup code is wrong or has expired."), None)
        self._accounts.slow_down.refund(*subjects)
        check_password(password, account.name or require_name(name), list_public_names(self._runner, account))
        hash = self._hasher.hash(password)
        return ask_door(lambda: self._accounts.door.set_up(DOOR, code, name, hash))

    def begin_session(
        self, officer_id: str, method: SignInMethod, *, client: Client | None = None, second_factor: bool = False
    ) -> NewSession:
        """Begin a session of an officer whom another authenticator knows, such as the authority's sign-in service.

        Args:
            officer_id: who it is. The caller answers for it.
            method: by what that is known; neither a password nor a chat.
            client: from where.
            second_factor: whether two factors were shown just now.

        Raises:
            NotSignedIn: there is no such account, or the officer has no role.
        """
        if method in (SignInMethod.PASSWORD, SignInMethod.CHAT, SignInMethod.TOKEN, SignInMethod.VOUCHED):
            raise NotSignedIn(
                "`begin_session` can't begin a session by {method}: use the call that checks this kind of sign-in.",
                method=method,
            )
        client = client or Client()
        begin = self._accounts.door.begin
        return ask_door(lambda: begin(DOOR, officer_id, method, client, second_factor=second_factor))

    def resume(self, token: str, *, notes_use: bool = True) -> Authenticated:
        """Return whose session or API token somebody shows, and note the use.

        Args:
            token: what is shown.
            notes_use: whether somebody does something; a program that asks by itself keeps no session from ending.

        Raises:
            NotSignedIn: it is none, or holds no longer.
        """
        return ask_door(lambda: self._accounts.door.resume(DOOR, token, notes_use=notes_use))

    def authenticate_token(self, token: str, *, notes_use: bool = True) -> Actor:
        """Return the actor whose session or API token somebody shows; arguments and errors as of `resume`."""
        known = self.resume(token, notes_use=notes_use)
        return person(known.officer, known.sign_in)

    def refuse(self, why: Sentence, account: Account | None) -> NotSignedIn:
        """Write a refusal down, and return what whoever was refused hears of it.

        Args:
            why: for the journal; without any secret.
            account: whose it was, None where nobody knows.
        """
        try:
            self._accounts.door.refuse(DOOR, why, account.id if account else "")
        except NotSignedIn:
            return refusal()
        raise AssertionError("a refusal refused nothing")

    def _subjects(self, kind: str, name: str, account: Account | None, client: Client) -> tuple[Subject, ...]:
        """Return what a try is counted by.

        Where the owner signed in before, tries are counted by themselves: guesses from elsewhere, and tries of other
        names from the same address, don't make the owner wait there.
        """
        if self.recognizes(account, client):
            place = hash_place(self._context.keys, client)
            return (Subject(f"{kind}_here", f"{normalize_name(name)} {place}"),)
        return (Subject(kind, normalize_name(name)), *address_subjects(client))

    def _charge(self, subjects: tuple[Subject, ...]) -> None:
        self._accounts.slow_down.charge(self._context.clock.now(), *subjects)

    def _forget(self, subjects: tuple[Subject, ...]) -> None:
        own, *addresses = subjects
        self._accounts.slow_down.forget(own)
        self._accounts.slow_down.refund(*addresses)


def list_public_names(runner: UseCaseRunner, account: Account) -> tuple[str, ...]:
    """Return by what the owner of an account and the owner's units are called: a password isn't made of these."""
    return (runner.permits.name_officer(account.id), *list_unit_names(runner.context.district, account.unit))


def address_subjects(client: Client) -> tuple[Subject, ...]:
    """Return what tries from a client's address are counted by."""
    return (Subject("address", client.address, _ADDRESS_TRIES),) if client.address else ()


def ask_door(act: Callable[[], T]) -> T:
    """Run an act of the door; of a refusal only the journal has the words."""
    try:
        return act()
    except NotSignedIn:
        raise refusal() from None


def refusal() -> NotSignedIn:
    """Return what whoever is refused hears, whatever was wrong."""
    return NotSignedIn("Your sign-in data is wrong or has expired: sign in again.")
