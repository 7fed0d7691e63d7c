"""Signing in at the authority's own service: a person is sent there, and comes back with a code."""

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
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk, address_subjects

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
        """Return the page where a person signs in, with the ticket of the attempt.

        Args:
            fresh: whether the person has to show all factors again, for acts that require a recent second factor.

        Raises:
            NotFound: the settings name no sign-in service.
            ServiceUnavailable: it doesn't respond correctly.
        """
        provider = self._require()
        now = self._context.clock.now()
        ticket = self._accounts.tickets.draw(_PURPOSE, now)
        url = provider.authorization_url(self._derive_attempt(ticket), fresh=fresh, at=now)
        return SignInRedirect(url=url, ticket=ticket.text, until=ticket.until)

    def finish(
        self, ticket: str, state: str, code: str, *, issuer: str = "", client: Client | None = None
    ) -> NewSession:
        """Begin a session by the service's response.

        Args:
            ticket: from `begin`.
            state: as returned.
            code: as returned.
            issuer: `iss` as returned, "" if missing.
            client: where the sign-in comes from.

        Raises:
            NotFound: the settings name no sign-in service.
            NotSignedIn: something is wrong, or was used before; the error doesn't say what.
            ServiceUnavailable: the service doesn't respond correctly; begin again.
            TooManyRequests: too many tries failed.
        """
        provider, now, client = self._require(), self._context.clock.now(), client or Client()
        subjects = address_subjects(client)
        self._accounts.slow_down.charge(now, *subjects)
        try:
            attempt = self._spend_ticket(ticket, state, now)
            identity = provider.identify(attempt, code, issuer[:_LONGEST], now)
            officer = self._find_officer(identity)
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        except ServiceUnavailable:  # not the person's fault
            self._accounts.slow_down.refund(*subjects)
            raise
        session = self._desk.begin_session(
            officer, SignInMethod.OIDC, client=client, second_factor=identity.second_factor
        )
        self._accounts.slow_down.refund(*subjects)
        return session

    def _find_officer(self, identity: KnownIdentity) -> str:
        officer = self._accounts.sign_ins.find_officer(DOOR, identity.officer, identity.named_by)
        if not officer:
            raise NotSignedIn("The sign-in service named a person who has no account here.")
        return officer

    def _spend_ticket(self, ticket: str, state: str, at: datetime) -> SignInAttempt:
        """Return the attempt of a ticket, and spend the ticket."""
        read_ticket = self._accounts.tickets.read(_PURPOSE, ticket, at)
        attempt = self._derive_attempt(read_ticket)
        if not hmac.compare_digest(state.encode(errors="replace"), attempt.state.encode()):
            raise NotSignedIn("The returned `state` belongs to another sign-in attempt.")
        self._accounts.tickets.spend(read_ticket, at)
        return attempt

    def _require(self) -> IdentityProvider:
        if self._provider is None:
            raise NotFound("The settings name no sign-in service: add [sign_in.oidc].")
        return self._provider

    def _derive_attempt(self, ticket: Ticket) -> SignInAttempt:
        return SignInAttempt(
            state=self._derive(ticket, "state"),
            nonce=self._derive(ticket, "nonce"),
            verifier=self._derive(ticket, "verifier"),
            began_at=ticket.began_at,
        )

    def _derive(self, ticket: Ticket, label: str) -> str:
        return urlsafe_b64encode(ticket.derive(self._context.keys, label)).rstrip(b"=").decode()
