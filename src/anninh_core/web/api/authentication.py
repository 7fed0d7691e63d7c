"""Authentication of API callers by the app's authenticators; its result is cached while the journal doesn't change."""

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
class _CachedActor:
    """The actor that a session token belongs to, as cached.

    Attributes:
        journal: number of the last journal entry before the authentication. Every act that ends a session adds an
            entry.
    """

    actor: Actor
    journal: int
    at: datetime


class Authentication:
    """Finds the actor of an API request by the app's authenticators, and caches the actors of our own tokens.

    Looking a session up opens several records and takes longer than a small call; reading the journal's end opens none.
    Only our own tokens are cached: with other authenticators, other parts of a request may determine the actor.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[str, _CachedActor] = {}
        self._lock = Lock()

    def __call__(self, request: ApiRequest) -> Actor:
        """Return the actor who sent a request.

        Raises:
            NotSignedIn: the caller can't be authenticated.
            TooManyRequests: too many attempts.
        """
        now = self._app.internals.context.clock.now()
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != _SCHEME or not is_token(token.strip()):
            return self._app.accounts.admit(request.build_sign_in_request(now))
        # The digest needs no key, as it is made from a secret that can't be guessed.
        digest = sha256(token.strip().encode()).hexdigest()
        journal, _ = self._app.internals.context.storage.journal.head()
        cached = self._known.get(digest)
        if cached is not None and cached.journal == journal and timedelta() <= now - cached.at < _REMEMBERED_FOR:
            return cached.actor
        actor = self._app.accounts.admit(request.build_sign_in_request(now))
        self._cache_actor(digest, _CachedActor(actor, journal, now))
        return actor

    def _cache_actor(self, digest: str, cached: _CachedActor) -> None:
        with self._lock:
            self._known.pop(digest, None)
            self._known[digest] = cached
            while len(self._known) > _CAPACITY:
                del self._known[next(iter(self._known))]
