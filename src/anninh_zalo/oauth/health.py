"""Health check of the tokens, which warns before they expire."""

from datetime import datetime, timedelta

from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.oauth.tokens import Tokens

NOTICE = timedelta(days=14)
"""Before consent ends, somebody is told."""

SILENCE = timedelta(days=2)
"""Without a successful refresh, something is wrong: they come every day."""

_LOGIN = "let an administrator of the account consent: anninh zalo login"


def token_check(tokens: Tokens | None, now: datetime) -> Check:
    """Return what an operator should know about the tokens."""
    if tokens is None:
        return problem("token", "nobody has consented yet: the account can't be used", _LOGIN)
    if tokens.refused:
        return problem("token", "Zalo doesn't take the refresh token any more", _LOGIN)
    if tokens.refresh_until <= now:
        return problem("token", f"consent ended on {tokens.refresh_until:%Y-%m-%d}", _LOGIN)
    if tokens.spending is not None:
        began = f"{tokens.spending:%Y-%m-%d %H:%M} UTC"
        return warning("token", f"a refresh begun at {began} got no answer", "wait for the next try; then log in again")
    if tokens.refresh_until - now < NOTICE:
        return warning("token", f"consent ends on {tokens.refresh_until:%Y-%m-%d}", _LOGIN)
    if now - tokens.since > SILENCE:
        days = (now - tokens.since).days
        return warning("token", f"the last refresh was {days} days ago", "see that a worker runs and reaches Zalo")
    return ok("token", f"good until {tokens.access_until:%Y-%m-%d %H:%M} UTC, refreshed before")
