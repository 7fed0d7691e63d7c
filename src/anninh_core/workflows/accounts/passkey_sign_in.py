"""Signing in with a passkey: the device names the officer, so that a request doesn't reveal which officers have a
passkey.
"""

from anninh_core.domain.accounts.credentials.passkeys import (
    PasskeyRules,
    build_request_options,
    read_claimed_passkey,
    verify_passkey_use,
)
from anninh_core.domain.accounts.model import Passkey
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession, PasskeyOffer
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.accounts.own_passkeys import build_passkey_offer, require_rules
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk, list_address_subjects, run_with_uniform_refusal

_PURPOSE = "passkey"
_CHALLENGE = "challenge"


class PasskeySignIn:
    """Signs in people with a passkey.

    Args:
        passkeys: the domain for passkeys and its rules; None if the settings name no domain.
    """

    def __init__(
        self, runner: UseCaseRunner, services: Services, desk: SignInDesk, passkeys: PasskeyRules | None
    ) -> None:
        self._context = runner.context
        self._accounts = services.accounts
        self._desk = desk
        self._passkeys = passkeys

    def origins(self) -> tuple[str, ...]:
        """Return the origins of the web pages that offer sign-in with a passkey; empty if the settings name no domain
        for passkeys.
        """
        return () if self._passkeys is None else self._passkeys.origins

    def begin(self) -> PasskeyOffer:
        """Return the options with which a device signs in: any of its passkeys for this office is accepted.

        Raises:
            NotFound: the settings name no domain for passkeys.
        """
        rules = require_rules(self._passkeys)
        ticket = self._accounts.tickets.draw_ticket(_PURPOSE, self._context.clock.now())
        return build_passkey_offer(
            ticket, build_request_options(rules, (), ticket.derive(self._context.keys, _CHALLENGE))
        )

    def knows_place(self, credential: str, client: Client) -> bool:
        """Return whether the officer named in a device's response has signed in from the client's place before.

        See `SignInDesk.knows_place`.
        """
        if self._passkeys is None:
            return False
        try:
            claim = read_claimed_passkey(credential)
        except NotSignedIn:  # The response names no officer, and `finish` will refuse it.
            return False
        return self._desk.recognizes(self._accounts.sign_ins.find_by_id(DOOR, claim.officer), client)

    def finish(self, ticket: str, credential: str, *, client: Client | None = None) -> NewSession:
        """Begin a session from a device's response, which counts as a second factor: the device has verified its user.

        Args:
            ticket: from `begin`.
            credential: the device's response as JSON (`PublicKeyCredential.toJSON()`).
            client: where the sign-in comes from.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: something is wrong, or was used before; the error doesn't say what.
            TooManyRequests: too many tries failed.
        """
        rules, now, client = require_rules(self._passkeys), self._context.clock.now(), client or Client()
        subjects = list_address_subjects(client)
        self._accounts.slow_down.charge(now, *subjects)
        try:
            spent_ticket = self._accounts.tickets.read(_PURPOSE, ticket, now)
            self._accounts.tickets.spend(spent_ticket, now)
            officer, passkey = self._find_passkey(credential)
            use = verify_passkey_use(rules, passkey, credential, spent_ticket.derive(self._context.keys, _CHALLENGE))
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        begin = self._accounts.sign_ins.begin
        method = SignInMethod.PASSKEY
        session = run_with_uniform_refusal(
            lambda: begin(DOOR, officer, method, client, second_factor=True, passkey=use)
        )
        self._accounts.slow_down.take_back_failure(*subjects)
        return session

    def _find_passkey(self, credential: str) -> tuple[str, Passkey]:
        """Return the officer named in a device's response, and the passkey that must have signed the response."""
        claim = read_claimed_passkey(credential)
        account = self._accounts.sign_ins.find_by_id(DOOR, claim.officer)
        passkey = account.find_passkey(claim.id) if account is not None else None
        if passkey is None:
            raise NotSignedIn("This passkey doesn't exist.")
        return claim.officer, passkey
