"""The pair of tokens as it is kept, sealed by the core."""

from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from attrs import field, frozen

from anninh_core.kernel.errors import NeedsPerson
from anninh_zalo.oauth.endpoint import TokenPair


@frozen(kw_only=True)
class Tokens:
    """A pair, the one before it, and what is being done with it.

    Attributes:
        access_until, refresh_until: when they run out.
        since: when the pair was given.
        before_access, before_refresh: the pair it replaced, for whoever must explain what happened; "" for the first.
        spending: since when the refresh token may be spent without anybody knowing the next pair; None mostly.
        refused: Zalo said that the refresh token can't be used (any more).
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
        """How long the access token lives in all."""
        return self.access_until - self.since


_DECODER = msgspec.json.Decoder(Tokens)


def build_tokens(grant: TokenPair, now: datetime, before: Tokens | None) -> Tokens:
    """Return what is kept of a new pair."""
    return Tokens(
        access=grant.access,
        refresh=grant.refresh,
        access_until=now + grant.access_life,
        refresh_until=now + grant.refresh_life,
        since=now,
        before_access=before.access if before else "",
        before_refresh=before.refresh if before else "",
    )


def encode_tokens(tokens: Tokens) -> bytes:
    """Return tokens as JSON."""
    return msgspec.json.encode(tokens)


def decode_tokens(value: bytes) -> Tokens | None:
    """Return what `encode_tokens` wrote, None where nothing was.

    Raises:
        NeedsPerson: something else stands there.
    """
    if not value:
        return None
    with suppress(msgspec.DecodeError, ValueError):  # what it says may quote a token
        return _DECODER.decode(value)
    raise NeedsPerson("This version can't read the stored tokens: log in again with `anninh zalo login`.")


def decode_tokens_or_none(value: bytes) -> Tokens | None:
    """Return what `encode_tokens` wrote, None also where something else stands: a new pair may take its place."""
    try:
        return decode_tokens(value)
    except NeedsPerson:
        return None
