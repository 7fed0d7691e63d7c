"""Signing in by a passkey: the device names the officer, so that nobody learns by asking who has one."""

from anninh_core.domain.accounts.credentials.passkeys import (
    PasskeyRules,
    check_use,
    read_claim,
    request_options,
)
from anninh_core.domain.accounts.model import Passkey
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession, PasskeyOffer
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.accounts.own_passkeys import offer, require_rules
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk, address_subjects, ask_door

_PURPOSE = "passkey"
_CHALLENGE = "challenge"


class PasskeySignIn:
    """Lets people in who show a passkey.

    Args:
        passkeys: for whom passkeys are; None where the settings don't say.
    """

    def __init__(
        self, runner: UseCaseRunner, services: Services, desk: SignInDesk, passkeys: PasskeyRules | None
    ) -> None:
        self._context = runner.context
        self._accounts = services.accounts
        self._desk = desk
        self._passkeys = passkeys

    def origins(self) -> tuple[str, ...]:
        """Return from which pages people sign in by a passkey, none where the settings name no domain for passkeys."""
        return () if self._passkeys is None else self._passkeys.origins

    def begin(self) -> PasskeyOffer:
        """Return what a device is asked: for any passkey that it has for this office.

        Raises:
            NotFound: the settings name no domain for passkeys.
        """
        rules = require_rules(self._passkeys)
        ticket = self._accounts.tickets.draw(_PURPOSE, self._context.clock.now())
        return offer(ticket, request_options(rules, (), ticket.derive(self._context.keys, _CHALLENGE)))

    def knows_place(self, credential: str, client: Client) -> bool:
        """Return whether the officer whom a device's answer names has signed in from a client's place before.

        See `SignInDesk.knows_place`.
        """
        if self._passkeys is None:
            return False
        try:
            claimed = read_claim(credential)
        except NotSignedIn:  # it names nobody, as `finish` will say
            return False
        return self._desk.recognizes(self._accounts.door.find_by_id(DOOR, claimed.officer), client)

    def finish(self, ticket: str, credential: str, *, client: Client | None = None) -> NewSession:
        """Begin a session by what a device answered. It counts as a second factor: the device has seen its person.

        Args:
            ticket: what `begin` gave.
            credential: the device's answer as JSON (`PublicKeyCredential.toJSON()`).
            client: from where.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: something of it is wrong, or was shown before; what, is told to nobody.
            TooManyRequests: too many tries failed.
        """
        rules, now, client = require_rules(self._passkeys), self._context.clock.now(), client or Client()
        subjects = address_subjects(client)
        self._accounts.slow_down.charge(now, *subjects)
        try:
            shown = self._accounts.tickets.read(_PURPOSE, ticket, now)
            self._accounts.tickets.spend(shown, now)
            officer, passkey = self._find(credential)
            use = check_use(rules, passkey, credential, shown.derive(self._context.keys, _CHALLENGE))
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        begin = self._accounts.door.begin
        method = SignInMethod.PASSKEY
        begun = ask_door(lambda: begin(DOOR, officer, method, client, second_factor=True, passkey=use))
        self._accounts.slow_down.refund(*subjects)
        return begun

    def _find(self, credential: str) -> tuple[str, Passkey]:
        """Return the officer whom an answer names, and the passkey by which it has to be signed."""
        claimed = read_claim(credential)
        account = self._accounts.door.find_by_id(DOOR, claimed.officer)
        passkey = account.find_passkey(claimed.id) if account is not None else None
        if passkey is None:
            raise NotSignedIn("This passkey doesn't exist.")
        return claimed.officer, passkey
