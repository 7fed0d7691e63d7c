"""The stored pair of tokens, sealed by the core."""

from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from attrs import field, frozen

from anninh_core.kernel.errors import NeedsPerson
from anninh_zalo.oauth.endpoint import TokenPair


@frozen(kw_only=True)
class Tokens:
    """A pair of tokens, its predecessor, and the state of its refresh.

    Attributes:
        access_until, refresh_until: end of each token's lifetime.
        since: when the pair was issued.
        before_access, before_refresh: the pair it replaced, for tracing problems; "" for the first.
        spending: start of a refresh of unknown outcome, which may have spent the refresh token; None otherwise.
        refused: whether Zalo refused the refresh token as spent or expired.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_until: datetime
    refresh_until: datetime
    since: datetime
    before_access: str = field(default="", repr=False)
    before_refresh: str = field(default="", repr=False)
    spending: datetime | None = None
    refused: bool = False

    @property
    def lifetime(self) -> timedelta:
        """Total lifetime of the access token."""
        return self.access_until - self.since


_DECODER = msgspec.json.Decoder(Tokens)


def build_tokens(pair: TokenPair, now: datetime, before: Tokens | None) -> Tokens:
    """Return the tokens to store for a new pair."""
    return Tokens(
        access=pair.access,
        refresh=pair.refresh,
        access_until=now + pair.access_life,
        refresh_until=now + pair.refresh_life,
        since=now,
        before_access=before.access if before else "",
        before_refresh=before.refresh if before else "",
    )


def encode_tokens(tokens: Tokens) -> bytes:
    """Return tokens as JSON."""
    return msgspec.json.encode(tokens)


def decode_tokens(value: bytes) -> Tokens | None:
    """Return the tokens encoded by `encode_tokens`, or None for an empty value.

    Raises:
        NeedsPerson: the value can't be decoded.
    """
    if not value:
        return None
    with suppress(msgspec.DecodeError, ValueError):  # The decoder's error may quote a token, and so isn't passed on.
        return _DECODER.decode(value)
    raise NeedsPerson("This version can't read the stored tokens: log in again with `anninh zalo login`.")


def decode_tokens_or_none(value: bytes) -> Tokens | None:
    """Return the tokens encoded by `encode_tokens`, or None for an empty or undecodable value, which a new pair may
    replace.
    """
    try:
        return decode_tokens(value)
    except NeedsPerson:
        return None
