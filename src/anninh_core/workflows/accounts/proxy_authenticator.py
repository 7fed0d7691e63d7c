"""People whom a reverse proxy has signed in, by a header that only it can add."""

from anninh_core.authenticators.proxy import ProxiedPerson, ProxyRules, read_person
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import Authenticated, SignIn, SignInMethod, SignInRequest
from anninh_core.workflows.accounts.sign_in import DOOR, SignInDesk


class ProxyAuthenticator:
    """An `Authenticator` of what a proxy says.

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
            person = read_person(self._proxy, request)
        except NotSignedIn as refused:
            raise self._desk.refuse(str(refused), None) from None
        if person is None:
            return None
        officer = self._door.find_officer(DOOR, person.name, self._proxy.named_by)
        if not officer:
            raise self._desk.refuse("the proxy names somebody who is no officer", None)
        return Authenticated(officer, self._sign_in(person))

    def _sign_in(self, person: ProxiedPerson) -> SignIn:
        fresh_until = None if person.shown_at is None else person.shown_at + self._rules.fresh
        return SignIn(SignInMethod.PROXY, fresh_until=fresh_until)
