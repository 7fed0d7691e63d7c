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
    """Lets people in whom the authority's sign-in service knows.

    Who has a state or a code that was meant for another gets nowhere: both belong to the ticket, which only the program
    has that began.

    Args:
        provider: the service; None where the settings name none.
    """

    def __init__(
        self, runner: UseCaseRunner, services: Services, desk: SignInDesk, provider: IdentityProvider | None
    ) -> None:
        self._context = runner.context
        self._accounts = services.accounts
        self._desk = desk
        self._provider = provider

    def begin(self, *, fresh: bool = False) -> SignInRedirect:
        """Return where a person signs in, with the ticket of the try.

        Args:
            fresh: whether the person shall show everything anew, a second factor too, for what takes one.

        Raises:
            NotFound: the settings name no such service.
            ServiceUnavailable: it doesn't answer as it should.
        """
        provider = self._require()
        now = self._context.clock.now()
        ticket = self._accounts.tickets.draw(_PURPOSE, now)
        url = provider.authorization_url(self._attempt(ticket), fresh=fresh, at=now)
        return SignInRedirect(url=url, ticket=ticket.text, until=ticket.until)

    def finish(
        self, ticket: str, state: str, code: str, *, issuer: str = "", client: Client | None = None
    ) -> NewSession:
        """Begin a session by what came back from the service.

        Args:
            ticket: what `begin` gave.
            state: as it came back.
            code: as it came back.
            issuer: `iss` as it came back, "" where there was none.
            client: from where.

        Raises:
            NotFound: the settings name no such service.
            NotSignedIn: something of it is wrong, or was shown before; what, is told to nobody.
            ServiceUnavailable: the service doesn't answer as it should; begin anew.
            TooManyRequests: too many tries failed.
        """
        provider, now, client = self._require(), self._context.clock.now(), client or Client()
        subjects = address_subjects(client)
        self._accounts.slow_down.charge(now, *subjects)
        try:
            attempt = self._take(ticket, state, now)
            known = provider.identify(attempt, code, issuer[:_LONGEST], now)
            officer = self._find_officer(known)
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        except ServiceUnavailable:  # whose fault it isn't
            self._accounts.slow_down.refund(*subjects)
            raise
        begun = self._desk.begin_session(officer, SignInMethod.OIDC, client=client, second_factor=known.second_factor)
        self._accounts.slow_down.refund(*subjects)
        return begun

    def _find_officer(self, known: KnownIdentity) -> str:
        officer = self._accounts.door.find_officer(DOOR, known.officer, known.named_by)
        if not officer:
            raise NotSignedIn("The sign-in service named a person who has no account here.")
        return officer

    def _take(self, ticket: str, state: str, at: datetime) -> SignInAttempt:
        """Return the try of a ticket, which counts no second time."""
        shown = self._accounts.tickets.read(_PURPOSE, ticket, at)
        attempt = self._attempt(shown)
        if not hmac.compare_digest(state.encode(errors="replace"), attempt.state.encode()):
            raise NotSignedIn("The returned `state` belongs to another sign-in attempt.")
        self._accounts.tickets.spend(shown, at)
        return attempt

    def _require(self) -> IdentityProvider:
        if self._provider is None:
            raise NotFound("The settings name no sign-in service: add [sign_in.oidc].")
        return self._provider

    def _attempt(self, ticket: Ticket) -> SignInAttempt:
        return SignInAttempt(
            state=self._derive(ticket, "state"),
            nonce=self._derive(ticket, "nonce"),
            verifier=self._derive(ticket, "verifier"),
            began_at=ticket.began_at,
        )

    def _derive(self, ticket: Ticket, what: str) -> str:
        return urlsafe_b64encode(ticket.derive(self._context.keys, what)).rstrip(b"=").decode()
