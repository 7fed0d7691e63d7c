"""Authentication of a call from outside: each authenticator is asked in turn, and the officer is looked up."""

from collections.abc import Sequence

from anninh_core.authenticators.proxy import ProxiedPerson, ProxyRules, read_person
from anninh_core.domain.accounts.credentials.tokens import is_token
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import Authenticated, Authenticator, SignIn, SignInMethod, SignInRequest
from anninh_core.usecase.actor import Actor, person
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk, refusal

_SCHEME = "bearer"


class Admission:
    """Makes actors of persons for calls from outside, and never one of the program's own parts.

    Args:
        authenticators: asked in this order.
    """

    def __init__(self, services: Services, authenticators: Sequence[Authenticator]) -> None:
        self._door = services.accounts.door
        self.authenticators = tuple(authenticators)

    def admit(self, request: SignInRequest) -> Actor:
        """Return who is behind a call.

        Raises:
            NotSignedIn: nobody is known, or what was shown is wrong; or the officer isn't on record, or has no role.
            TooManyRequests: not now.
        """
        for authenticator in self.authenticators:
            known = authenticator.authenticate(request)
            if known is not None:
                try:
                    self._door.check_officer(DOOR, known.officer, authenticator.name)
                except NotSignedIn:
                    raise refusal() from None
                return person(known.officer, known.sign_in)
        raise refusal()


class LocalAuthenticator:
    """An `Authenticator` of this store's sessions and API tokens, shown as `Authorization: Bearer …`."""

    name = "local"

    def __init__(self, desk: SignInDesk) -> None:
        self._desk = desk

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return whose session or API token a call shows, None where it shows none."""
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != _SCHEME or not is_token(token.strip()):
            return None
        return self._desk.resume(token.strip(), notes_use=not request.by_itself)


class ProxyAuthenticator:
    """An `Authenticator` of people whom a reverse proxy has signed in, by a header that only it can add.

    Args:
        rules: how long a second factor counts as just shown.
    """

    name = "proxy"

    def __init__(self, services: Services, desk: SignInDesk, proxy: ProxyRules, rules: SignInRules) -> None:
        self._door = services.accounts.door
        self._desk = desk
        self._proxy = proxy
        self._rules = rules

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return whom the proxy names in a call, None where it isn't the proxy's or names nobody."""
        try:
            proxied = read_person(self._proxy, request)
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        if proxied is None:
            return None
        officer = self._door.find_officer(DOOR, proxied.name, self._proxy.named_by)
        if not officer:
            raise self._desk.refuse(Sentence("The proxy names a person who isn't an officer."), None)
        return Authenticated(officer, self._sign_in(proxied))

    def _sign_in(self, proxied: ProxiedPerson) -> SignIn:
        fresh_until = None if proxied.shown_at is None else proxied.shown_at + self._rules.fresh
        return SignIn(SignInMethod.PROXY, fresh_until=fresh_until)
