"""Who calls: what the app's authenticators say, remembered for as long as nothing at all was changed since."""

from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.domain.accounts.credentials.tokens import is_token
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.request import ApiRequest

_REMEMBERED_FOR = timedelta(seconds=5)
_CAPACITY = 1000
_SCHEME = "bearer"


@frozen
class _Known:
    """Whom a token showed.

    Attributes:
        journal: where the journal ended before that was asked. Whatever ends a sign-in makes it longer.
    """

    actor: Actor
    journal: int
    at: datetime


class Authentication:
    """Tells who calls an app.

    To look a session up opens several records, more than a small call itself; to ask where the journal ends opens none.
    Only our own tokens are remembered: of them alone it is sure that nothing else in a call decides who is meant.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[str, _Known] = {}
        self._lock = Lock()

    def __call__(self, request: ApiRequest) -> Actor:
        """Return who calls.

        Raises:
            NotSignedIn: nobody is known to.
            TooManyRequests: not now.
        """
        now = self._app.internals.context.clock.now()
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != _SCHEME or not is_token(token.strip()):
            return self._app.accounts.admit(request.sign_in_request(now))
        shown = sha256(token.strip().encode()).hexdigest()  # of a secret that nobody can guess: no key is needed
        journal, _ = self._app.internals.context.storage.journal.head()
        known = self._known.get(shown)
        if known is not None and known.journal == journal and timedelta() <= now - known.at < _REMEMBERED_FOR:
            return known.actor
        actor = self._app.accounts.admit(request.sign_in_request(now))
        self._remember(shown, _Known(actor, journal, now))
        return actor

    def _remember(self, shown: str, known: _Known) -> None:
        with self._lock:
            self._known.pop(shown, None)
            self._known[shown] = known
            while len(self._known) > _CAPACITY:
                del self._known[next(iter(self._known))]
