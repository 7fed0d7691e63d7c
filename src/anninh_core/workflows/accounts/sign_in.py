"""Signing in: the caller is still anonymous, and every refusal has the same text and takes the same time."""

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
"""Number of failed tries that are allowed from one network address without delay: many officers may share an
address.
"""


class SignInDesk:
    """Signs people in by a password, a chat code, a session or an API token.

    Args:
        hasher: hashes passwords; shared, so that at most one hash is computed at a time.
    """

    def __init__(self, runner: UseCaseRunner, services: Services, hasher: PasswordHasher) -> None:
        self._context = runner.context
        self._runner = runner
        self._accounts = services.accounts
        self._hasher = hasher

    def sign_in(self, name: str, password: str, code: str = "", *, client: Client | None = None) -> NewSession:
        """Begin a session by sign-in name, password and, if the account has a second factor, a code.

        Args:
            name: the sign-in name, case-insensitive.
            password: as it was typed.
            code: of the authenticator app, or a recovery code; "" for none.
            client: where the sign-in comes from.

        Raises:
            NotSignedIn: something is wrong; the error doesn't say what.
            TooManyRequests: too many tries failed, or too many people are signing in at this moment.
        """
        client = client or Client()
        account = self._accounts.sign_ins.find_account(DOOR, name)
        is_known = self.recognizes(account, client)
        subjects = self._list_counted_subjects("name", name, account, client)
        self._count_try(subjects)
        stored = account.password if account is not None else ""
        try:
            is_right = self._hasher.verify(stored, password, reserved=is_known)
        except TooManyRequests:  # no password was checked
            self._accounts.slow_down.take_back_failure(*subjects)
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
        session = run_with_uniform_refusal(
            lambda: self._accounts.sign_ins.begin(DOOR, account.id, method, client, code=code, rehashed=rehashed)
        )
        self._forget_failed_tries(subjects)
        return session

    def knows_place(self, name: str, client: Client) -> bool:
        """Return whether the owner of a sign-in name has signed in from a client's place before.

        A server reserves capacity for these clients, so that a flood of strangers can't lock them out. The result must
        not leave the server.
        """
        return self.recognizes(self._accounts.sign_ins.find_account(DOOR, name), client)

    def recognizes(self, account: Account | None, client: Client) -> bool:
        """Return whether an account's owner has signed in from a client's place before, or is at the machine itself."""
        if account is None:
            return False
        is_at_the_machine = bool(client.system_user) and not client.address
        return is_at_the_machine or hash_place(self._context.keys, client) in account.addresses

    def request_chat_code(self, name: str, *, client: Client | None = None) -> None:
        """Send a one-time code to the officer's bound chat. The caller doesn't learn whether there is one.

        Raises:
            TooManyRequests: a code was requested too often.
        """
        account = self._accounts.sign_ins.find_account(DOOR, name)
        self._count_try(self._list_counted_subjects("chat", name, account, client or Client()))
        self._accounts.sign_ins.send_chat_code(DOOR, name)

    def sign_in_by_chat_code(self, name: str, code: str, *, client: Client | None = None) -> NewSession:
        """Begin a session by the code that was sent to the officer's chat. The session allows no step-up.

        Raises:
            NotSignedIn: something is wrong; the error doesn't say what.
            TooManyRequests: too many tries failed.
        """
        client = client or Client()
        account = self._accounts.sign_ins.find_account(DOOR, name)
        subjects = self._list_counted_subjects("chat_code", name, account, client)
        self._count_try(subjects)
        if account is None:
            raise self.refuse(Sentence("This sign-in name doesn't exist."), None)
        session = run_with_uniform_refusal(
            lambda: self._accounts.sign_ins.begin(DOOR, account.id, SignInMethod.CHAT, client, code=code)
        )
        self._forget_failed_tries(subjects)
        return session

    def set_up(self, code: str, name: str, password: str, *, client: Client | None = None) -> str:
        """Set sign-in name and password by a setup code, once; return the officer's id. It begins no session.

        Args:
            code: as it was handed over.
            name: the new sign-in name; "" to keep the account's current one.
            password: the new password.
            client: where the request comes from.

        Raises:
            NotSignedIn: the code is wrong or expired.
            BadInput: the name or the password isn't acceptable; the code stays valid.
            TooManyRequests: too many tries failed, or too many people are signing in at this moment.
        """
        subjects = list_address_subjects(client or Client()) or (Subject("setup", "here", _ADDRESS_TRIES),)
        self._count_try(subjects)
        account = self._accounts.sign_ins.find_invited(DOOR, code)
        if account is None:
            raise self.refuse(Sentence("The setup code is wrong or has expired."), None)
        self._accounts.slow_down.take_back_failure(*subjects)
        check_password(password, account.name or require_name(name), list_public_names(self._runner, account))
        hash = self._hasher.hash(password)
        return run_with_uniform_refusal(lambda: self._accounts.sign_ins.set_up(DOOR, code, name, hash))

    def begin_session(
        self, officer_id: str, method: SignInMethod, *, client: Client | None = None, second_factor: bool = False
    ) -> NewSession:
        """Begin a session of an officer identified by another authenticator, such as the authority's sign-in service.

        Args:
            officer_id: id of the officer. The caller is responsible for its correctness.
            method: how the officer was identified; neither a password nor a chat.
            client: where the sign-in comes from.
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
        begin = self._accounts.sign_ins.begin
        return run_with_uniform_refusal(lambda: begin(DOOR, officer_id, method, client, second_factor=second_factor))

    def resume(self, token: str, *, notes_use: bool = True) -> Authenticated:
        """Return the officer of a session or API token, and record its use.

        Args:
            token: of the session, or the API token.
            notes_use: whether a person acts; automatic requests of a program don't keep a session from expiring.

        Raises:
            NotSignedIn: the token is unknown or expired.
        """
        return run_with_uniform_refusal(lambda: self._accounts.sign_ins.resume(DOOR, token, notes_use=notes_use))

    def authenticate_token(self, token: str, *, notes_use: bool = True) -> Actor:
        """Return the actor of a session or API token; arguments and errors as of `resume`."""
        authenticated = self.resume(token, notes_use=notes_use)
        return person(authenticated.officer, authenticated.sign_in)

    def refuse(self, why: Sentence, account: Account | None) -> NotSignedIn:
        """Record the reason for a refused sign-in, and return the error for the caller, which doesn't reveal the
        reason.

        Args:
            why: the reason, for the journal; without any secret.
            account: the account that was tried, None if unknown.
        """
        try:
            self._accounts.sign_ins.refuse(DOOR, why, account.id if account else "")
        except NotSignedIn:
            return build_sign_in_refusal()
        raise AssertionError("a refusal refused nothing")

    def _list_counted_subjects(
        self, kind: str, name: str, account: Account | None, client: Client
    ) -> tuple[Subject, ...]:
        """Return the subjects (accounts, places or addresses) for which a sign-in try is counted.

        From a place where the owner signed in before, tries are counted separately: guesses from elsewhere, and tries
        of other names from the same address, don't make the owner wait there.
        """
        if self.recognizes(account, client):
            place = hash_place(self._context.keys, client)
            return (Subject(f"{kind}_here", f"{normalize_name(name)} {place}"),)
        return (Subject(kind, normalize_name(name)), *list_address_subjects(client))

    def _count_try(self, subjects: tuple[Subject, ...]) -> None:
        self._accounts.slow_down.charge(self._context.clock.now(), *subjects)

    def _forget_failed_tries(self, subjects: tuple[Subject, ...]) -> None:
        account_subject, *addresses = subjects
        self._accounts.slow_down.reset_failures(account_subject)
        self._accounts.slow_down.take_back_failure(*addresses)


def list_public_names(runner: UseCaseRunner, account: Account) -> tuple[str, ...]:
    """Return the names of an account's owner and the owner's units, which a password must not contain."""
    return (runner.permits.name_officer(account.id), *list_unit_names(runner.context.district, account.unit))


def list_address_subjects(client: Client) -> tuple[Subject, ...]:
    """Return the client's address as the subject for which sign-in tries are counted; empty if the client has no
    address.
    """
    return (Subject("address", client.address, _ADDRESS_TRIES),) if client.address else ()


def run_with_uniform_refusal(act: Callable[[], T]) -> T:
    """Return the result of `act`; if it refuses the caller, raise the error with the same text for every reason, as
    only the journal keeps the reason.
    """
    try:
        return act()
    except NotSignedIn:
        raise build_sign_in_refusal() from None


def build_sign_in_refusal() -> NotSignedIn:
    """Return the error for every refused caller, whatever the reason."""
    return NotSignedIn("Your sign-in data is wrong or has expired: sign in again.")
