"""Who calls: the authenticators of an app are asked in their order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import Authenticated, Authenticator, SignInRequest
from anninh_core.usecase.actor import Actor, person
from anninh_core.web.api.calls import Authenticate
from anninh_core.web.api.request import ApiRequest
from anninh_core.workflows.accounts.local_authenticator import LocalAuthenticator

_CACHED_FOR = timedelta(seconds=5)
_CAPACITY = 1000


@frozen
class _Known:
    """Whom somebody's headers showed.

    Attributes:
        journal: where the journal ended before that was asked. Whatever ends a sign-in makes it longer.
    """

    who: Authenticated
    journal: int
    at: datetime


class RecentSignIns:
    """Remembers for some seconds what an authenticator said, for as long as nothing at all was changed since.

    To look a session up opens four records, more than a small call itself; to ask where the journal ends opens none.

    Args:
        app: whose journal it is.
        authenticator: is asked where nothing is remembered.
    """

    def __init__(self, app: App, authenticator: Authenticator) -> None:
        self._context = app.context
        self._authenticator = authenticator
        self._known: dict[str, _Known] = {}
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The authenticator's."""
        return self._authenticator.name

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return whom a call shows; raises as the authenticator does."""
        shown = self._context.keys.blind("api caller", request.headers.get("authorization", ""))
        journal, _ = self._context.storage.journal.head()
        known = self._known.get(shown)
        if known is not None and known.journal == journal and timedelta() <= request.now - known.at < _CACHED_FOR:
            return known.who
        found = self._authenticator.authenticate(request)
        if found is not None:
            with self._lock:
                self._known.pop(shown, None)
                self._known[shown] = _Known(found, journal, request.now)
                while len(self._known) > _CAPACITY:
                    del self._known[next(iter(self._known))]
        return found


def app_authentication(app: App, others: Sequence[Authenticator] = ()) -> Authenticate:
    """Return what tells who calls an app.

    Args:
        app: whose accounts are asked first.
        others: are asked then, in this order.
    """
    local = RecentSignIns(app, LocalAuthenticator(app.workflows.sign_in_desk))
    authenticators: Sequence[Authenticator] = (local, *others)

    def authenticate(request: ApiRequest) -> Actor:
        asked = request.sign_in_request(app.context.clock.now())
        for authenticator in authenticators:
            if (found := authenticator.authenticate(asked)) is not None:
                return _to_actor(app, found)
        raise NotSignedIn("nobody is signed in; sign in and send the token as `Authorization: Bearer TOKEN`")

    return authenticate


def _to_actor(app: App, found: Authenticated) -> Actor:
    """Return the officer whom an authenticator knows, after looking that there is one."""
    if not app.runner.permits.is_officer(found.officer):
        raise NotSignedIn("whoever was authenticated is no officer on record")
    return person(found.officer, found.sign_in)
