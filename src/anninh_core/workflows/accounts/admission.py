"""Authentication of external calls: each authenticator is tried in turn, and the officer whom it names is checked."""

from collections.abc import Sequence

from anninh_core.authenticators.proxy import ProxiedPerson, ProxyRules, read_person
from anninh_core.domain.accounts.credentials.tokens import is_token
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import Authenticated, Authenticator, SignIn, SignInMethod, SignInRequest
from anninh_core.usecase.actor import Actor, person
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk, build_sign_in_refusal

_SCHEME = "bearer"


class Admission:
    """Returns the actor of an external call, who is always a person and never a part of the system.

    Args:
        authenticators: tried in this order.
    """

    def __init__(self, services: Services, authenticators: Sequence[Authenticator]) -> None:
        self._sign_ins = services.accounts.sign_ins
        self.authenticators = tuple(authenticators)

    def admit(self, request: SignInRequest) -> Actor:
        """Return the person who makes a call, as the first authenticator that recognises the call names them.

        Raises:
            NotSignedIn: no authenticator recognises the call, or its credentials are wrong; or the officer has no
                record or no role.
            TooManyRequests: there were too many tries; the caller may try again later.
        """
        for authenticator in self.authenticators:
            authenticated = authenticator.authenticate(request)
            if authenticated is not None:
                try:
                    self._sign_ins.check_officer(DOOR, authenticated.officer, authenticator.name)
                except NotSignedIn:
                    raise build_sign_in_refusal() from None
                return person(authenticated.officer, authenticated.sign_in)
        raise build_sign_in_refusal()


class LocalAuthenticator:
    """An `Authenticator` for this store's sessions and API tokens in `Authorization: Bearer …`."""

    name = "local"

    def __init__(self, desk: SignInDesk) -> None:
        self._desk = desk

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return the officer of a call's session or API token, or None if it has neither."""
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != _SCHEME or not is_token(token.strip()):
            return None
        return self._desk.resume(token.strip(), notes_use=not request.by_itself)


class ProxyAuthenticator:
    """An `Authenticator` for people whom a reverse proxy has signed in, by a header that only the proxy can add.

    Args:
        rules: how long a second factor counts as fresh.
    """

    name = "proxy"

    def __init__(self, services: Services, desk: SignInDesk, proxy: ProxyRules, rules: SignInRules) -> None:
        self._sign_ins = services.accounts.sign_ins
        self._desk = desk
        self._proxy = proxy
        self._rules = rules

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return the officer whom the trusted proxy names in a call, or None if the call doesn't come from the proxy or
        names no person.
        """
        try:
            proxied = read_person(self._proxy, request)
        except NotSignedIn as refused:
            raise self._desk.refuse(refused.sentence, None) from None
        if proxied is None:
            return None
        officer = self._sign_ins.find_officer(DOOR, proxied.name, self._proxy.named_by)
        if not officer:
            raise self._desk.refuse(Sentence("The proxy names a person who isn't an officer."), None)
        return Authenticated(officer, self._build_sign_in(proxied))

    def _build_sign_in(self, proxied: ProxiedPerson) -> SignIn:
        fresh_until = None if proxied.shown_at is None else proxied.shown_at + self._rules.fresh
        return SignIn(SignInMethod.PROXY, fresh_until=fresh_until)
