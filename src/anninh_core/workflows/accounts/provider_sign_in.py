"""Signing in at the authority's own sign-in service: a person is sent to the service, and comes back with a code."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from anninh_core.domain.accounts.credentials.tickets import Ticket
from anninh_core.domain.accounts.rules import Client
from anninh_core.domain.accounts.views import NewSession, SignInRedirect
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotFound, NotSignedIn, ServiceUnavailable
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.identity_provider import IdentityProvider, KnownIdentity, SignInAttempt
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk, list_address_subjects

_PURPOSE = "provider"
_LONGEST = 500


class ProviderSignIn:
    """Signs in people whom the authority's sign-in service identifies.

    A state or a code meant for another person is useless: both belong to the ticket, which only the program that began
    the sign-in has.

    Args:
        provider: the service; None if the settings name none.
    """

    def __init__(
        self, runner: UseCaseRunner, services: Services, desk: SignInDesk, provider: IdentityProvider | None
    ) -> None:
        self._context = runner.context
        self._accounts = services.accounts
        self._desk = desk
        self._provider = provider

    def begin(self, *, fresh: bool = False) -> SignInRedirect:
        """Return the address of the page where a person signs in, with the ticket of this attempt.

        Args:
            fresh: whether the person has to show all factors again, for acts that require a recent second factor.

        Raises:
            NotFound: the settings name no sign-in service.
            ServiceUnavailable: the service doesn't respond correctly.
        """
        provider = self._require_provider()
        now = self._context.clock.now()
        ticket = self._accounts.tickets.draw_ticket(_PURPOSE, now)
        url = provider.authorization_url(self._derive_attempt(ticket), fresh=fresh, at=now)
        return SignInRedirect(url=url, ticket=ticket.text, until=ticket.until)

    def finish(
        self, ticket: str, state: str, code: str, *, issuer: str = "", client: Client | None = None
    ) -> NewSession:
        """Begin a session from the response of the authority's sign-in service.

        Args:
            ticket: from `begin`.
            state: `state` as the service returned it.
            code: `code` as the service returned it.
            issuer: `iss` as the service returned it, "" if missing.
            client: where the sign-in comes from.

        Raises:
            NotFound: the settings name no sign-in service.
            NotSignedIn: something is wrong, or was used before; the error doesn't say what.
            ServiceUnavailable: the service doesn't respond correctly; begin again.
            TooManyRequests: too many tries failed.
        """
        provider, now, client = self._require_provider(), self._context.clock.now(), client or Client()
        subjects = list_address_subjects(client)
        self._accounts.slow_down.charge(now, *subjects)
        try:
            attempt = self._spend_ticket(ticket, state, now)
            identity = provider.identify(attempt, code, issuer[:_LONGEST], now)
            officer = self._find_officer(identity)
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        except ServiceUnavailable:  # A failure of the service isn't the person's fault, so the try doesn't count.
            self._accounts.slow_down.take_back_failure(*subjects)
            raise
        session = self._desk.begin_session(
            officer, SignInMethod.OIDC, client=client, second_factor=identity.second_factor
        )
        self._accounts.slow_down.take_back_failure(*subjects)
        return session

    def _find_officer(self, identity: KnownIdentity) -> str:
        officer = self._accounts.sign_ins.find_officer(DOOR, identity.officer, identity.named_by)
        if not officer:
            raise NotSignedIn("The sign-in service named a person who has no account here.")
        return officer

    def _spend_ticket(self, ticket: str, state: str, at: datetime) -> SignInAttempt:
        """Return the sign-in attempt that a ticket belongs to, and mark the ticket as used."""
        read_ticket = self._accounts.tickets.read(_PURPOSE, ticket, at)
        attempt = self._derive_attempt(read_ticket)
        if not hmac.compare_digest(state.encode(errors="replace"), attempt.state.encode()):
            raise NotSignedIn("The returned `state` belongs to another sign-in attempt.")
        self._accounts.tickets.spend(read_ticket, at)
        return attempt

    def _require_provider(self) -> IdentityProvider:
        if self._provider is None:
            raise NotFound("The settings name no sign-in service: add [sign_in.oidc].")
        return self._provider

    def _derive_attempt(self, ticket: Ticket) -> SignInAttempt:
        return SignInAttempt(
            state=self._derive_value(ticket, "state"),
            nonce=self._derive_value(ticket, "nonce"),
            verifier=self._derive_value(ticket, "verifier"),
            began_at=ticket.began_at,
        )

    def _derive_value(self, ticket: Ticket, label: str) -> str:
        return urlsafe_b64encode(ticket.derive(self._context.keys, label)).rstrip(b"=").decode()
