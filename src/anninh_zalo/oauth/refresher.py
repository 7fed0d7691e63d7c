"""One refresher per application and official account, across threads, processes and machines.

A refresh token can be spent once, and both tokens of the old pair become invalid with it. So:

- A lease is held across the call, never a database lock. Before the call, the pair is marked as being spent, fenced by
  the lease: a process that lost the lease spends nothing.
- Whether another process was faster is decided by the access token that the caller found stale, not by the time.
- The new pair is committed before its first use. The commit depends on its parent pair, not on the lease: while the
  stored pair is the parent, the new pair is the only valid one, whichever process holds the lease by now.
- A call without a response may have spent the token. The mark stays, no process tries for a while, and only another
  attempt shows the outcome: a spent token is refused, and an administrator must consent again.
"""

from datetime import datetime, timedelta
from threading import Lock

from attrs import evolve

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RetryLater, StorageError, UnknownOutcome
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.storage import Lease
from anninh_zalo.api.answers import TokenSpent
from anninh_zalo.oauth.endpoint import TokenIssuer, TokenPair
from anninh_zalo.oauth.revocation import Revocation
from anninh_zalo.oauth.tokens import Tokens, build_tokens, decode_tokens, decode_tokens_or_none, encode_tokens

EARLY_RENEWAL = timedelta(hours=5)
"""Time before an access token's end at which it is replaced; a token with a lifetime under 25 hours is replaced in the
last fifth of it.
"""

MINIMUM_AGE = timedelta(minutes=5)
"""Minimum age of a refreshed token before another refresh. A token rejected sooner isn't rejected for its age: its
successor would be rejected too, and each refresh may lose its response.
"""

RETRY_PAUSE = timedelta(minutes=1)
"""After a failed refresh, time for which a token that still works is used without another attempt."""

PATIENCE = timedelta(minutes=2)
"""Duration of the lease, and pause after a call without a response: longer than a call can take."""

_RETRY_SOON = timedelta(seconds=2)


class TokenRefresher:
    """Manages the tokens of one account; a `TokenSource`. Threads may share it.

    Attributes:
        revocation: whether the account withdrew its permission since the last consent.

    Args:
        services: services of the messenger instance; its state is sealed.
        app_id, oa_id: the application and the account of the tokens.
        early: time before its end at which an access token is replaced.
        rest: minimum age of a refreshed token before another refresh.
    """

    def __init__(
        self,
        services: AdapterServices,
        endpoint: TokenIssuer,
        app_id: str,
        oa_id: str,
        *,
        early: timedelta = EARLY_RENEWAL,
        rest: timedelta = MINIMUM_AGE,
    ) -> None:
        self._state = services.state
        self._clock = services.clock
        self._endpoint = endpoint
        self._state_name = f"token:{app_id}:{oa_id}"
        self._early_renewal = early
        self.revocation = Revocation(services.state)
        self._minimum_age = rest
        self._failed_at: datetime | None = None
        self._lock = Lock()
        self._unsaved: tuple[TokenPair, Tokens] | None = None

    def current(self) -> str:
        """Return an access token, refreshed first if it ends soon.

        Raises:
            DeliveryError: no token is stored, or none can be obtained now.
        """
        tokens = self.tokens()
        if tokens is None:
            raise NeedsPerson(
                "This account has no token: let an administrator of the account consent with `anninh zalo login`."
            )
        now = self._clock.now()
        remaining = tokens.access_until - now
        if remaining > min(self._early_renewal, tokens.lifetime / 5) or (
            remaining > timedelta(0) and self._has_just_failed(now)
        ):
            return tokens.access
        try:
            return self.renew(tokens.access)
        except DeliveryError:
            if remaining <= timedelta(0):
                raise
            self._failed_at = now
            return tokens.access  # The token still works, and a later message tries the refresh again.

    def _has_just_failed(self, now: datetime) -> bool:
        return self._failed_at is not None and timedelta(0) <= now - self._failed_at < RETRY_PAUSE

    def renew(self, stale: str) -> str:
        """Return an access token other than the stale one; at most one process in the world refreshes at a time.

        Raises:
            RetryLater: another process is refreshing, the login can't be reached, or the stale token is brand-new.
            NeedsPerson: an administrator must consent again.
            UnknownOutcome: the call may have spent the token; see above.
        """
        with self._lock, self._state.lease(self._state_name, PATIENCE) as lease:
            self._store_unsaved_pair()
            version, tokens = self._load_tokens()
            if tokens is None:
                raise NeedsPerson(
                    "This account has no token: let an administrator of the account consent with `anninh zalo login`."
                )
            if tokens.access != stale:
                return tokens.access
            if lease is None:
                raise RetryLater("Another process is refreshing the token: try again later.", _RETRY_SOON)
            return self._refresh(version, tokens, lease)

    def adopt(self, pair: TokenPair) -> None:
        """Store the pair of a new consent in place of any other.

        Raises:
            RetryLater: other processes kept changing the stored pair.
        """
        for _ in range(10):
            stored = self._state.get(self._state_name)
            version = stored.version
            previous = decode_tokens_or_none(stored.value)
            tokens = build_tokens(pair, self._clock.now(), previous)
            if self._state.put(self._state_name, encode_tokens(tokens), version):
                self._unsaved = None
                self.revocation.clear(self._clock.now())
                return
        raise RetryLater("Other processes changed the tokens at the same time: log in again.", _RETRY_SOON)

    def tokens(self) -> Tokens | None:
        """Return the stored tokens, or None."""
        return self._load_tokens()[1]

    def _load_tokens(self) -> tuple[int, Tokens | None]:
        stored = self._state.get(self._state_name)
        return stored.version, decode_tokens(stored.value)

    def _refresh(self, version: int, tokens: Tokens, lease: Lease) -> str:
        now = self._clock.now()
        if tokens.refused:
            raise NeedsPerson(
                "The refresh token can't be used any more: let an administrator of the account consent with "
                "`anninh zalo login`."
            )
        # A time in the future doesn't count, because the clock was set back.
        if tokens.spending is not None and timedelta(0) <= now - tokens.spending < PATIENCE:
            raise RetryLater(
                "A refresh of the token got no response: wait before you try again.", tokens.spending + PATIENCE - now
            )
        minimum_age = min(self._minimum_age, tokens.lifetime / 2)
        if tokens.before_refresh and timedelta(0) <= now - tokens.since < minimum_age:
            raise RetryLater(
                "Zalo doesn't accept a token that it issued just now: try again later.",
                tokens.since + minimum_age - now,
            )
        if not self._state.put(self._state_name, encode_tokens(evolve(tokens, spending=now)), version, lease):
            raise RetryLater("Another process is refreshing the token: try again later.", _RETRY_SOON)
        try:
            pair = self._endpoint.refresh(tokens.refresh)
        except UnknownOutcome:
            raise
        except TokenSpent:
            return self._resolve_refusal(tokens)
        except DeliveryError:
            self._clear_spending(tokens, refused=False)
            raise
        return self._store_pair(pair, tokens)

    def _resolve_refusal(self, parent: Tokens) -> str:
        """Return the token that another process stored meanwhile, or raise if the refused pair is still stored.

        Raises:
            TokenSpent: no other process has stored a pair.
        """
        _, stored = self._load_tokens()
        if stored is not None and stored.refresh != parent.refresh:
            return stored.access
        self._clear_spending(parent, refused=True)
        raise TokenSpent(
            "The refresh token was used before or has expired: let an administrator of the account consent "
            "with `anninh zalo login`."
        )

    def _clear_spending(self, parent: Tokens, *, refused: bool) -> None:
        """Clear the mark that a refresh token is being spent, if the stored pair is still the marked one."""
        version, stored = self._load_tokens()
        if stored is not None and stored.refresh == parent.refresh:
            self._state.put(self._state_name, encode_tokens(evolve(stored, spending=None, refused=refused)), version)

    def _store_pair(self, pair: TokenPair, parent: Tokens) -> str:
        """Commit a new pair of tokens if its parent is still stored, and return the access token to use."""
        self._unsaved = (pair, parent)
        try:
            for _ in range(10):
                version, stored = self._load_tokens()
                if stored is None or stored.refresh != parent.refresh:  # An administrator consented again in between.
                    self._unsaved = None
                    return stored.access if stored else pair.access
                if self._state.put(
                    self._state_name, encode_tokens(build_tokens(pair, self._clock.now(), parent)), version
                ):
                    self._unsaved = None
                    return pair.access
        except StorageError as error:
            reason = type(error).__name__
        else:
            reason = "Conflict"
        raise RetryLater(
            "The new tokens couldn't be stored yet ({reason}): they are kept in memory.", _RETRY_SOON, reason=reason
        )

    def _store_unsaved_pair(self) -> None:
        if self._unsaved is not None:
            self._store_pair(*self._unsaved)
