"""Health check of the account's tokens, with a warning before they expire."""

from datetime import datetime, timedelta

from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.oauth.tokens import Tokens

NOTICE = timedelta(days=14)
"""Time before the end of consent at which a warning begins."""

SILENCE = timedelta(days=2)
"""Time without a successful refresh after which a warning begins: refreshes happen every day."""

_LOGIN = Sentence("Let an administrator of the account consent with `anninh zalo login`.")


def check_tokens(tokens: Tokens | None, now: datetime) -> Check:
    """Return the health check of an account's tokens."""
    if tokens is None:
        return problem("token", "The account can't be used because no administrator has consented yet.", _LOGIN)
    if tokens.refused:
        return problem("token", "Zalo no longer accepts the refresh token.", _LOGIN)
    if tokens.refresh_until <= now:
        return problem(
            "token",
            Sentence("Consent ended on {time}.", time=tokens.refresh_until),
            _LOGIN,
        )
    if tokens.spending is not None:
        began = f"{tokens.spending:%Y-%m-%d %H:%M} UTC"
        return warning(
            "token",
            Sentence("A refresh that began at {time} got no answer.", time=began),
            "Wait for the next try; if it fails too, log in again with `anninh zalo login`.",
        )
    if tokens.refresh_until - now < NOTICE:
        return warning(
            "token",
            Sentence("Consent ends on {time}.", time=tokens.refresh_until),
            _LOGIN,
        )
    if now - tokens.since > SILENCE:
        days = (now - tokens.since).days
        return warning(
            "token",
            Sentence("The token was last refreshed {days} days ago.", days=days),
            "Check that a worker runs and can reach Zalo.",
        )
    return ok(
        "token",
        Sentence("The access token is valid until {time} and is renewed before that.", time=tokens.access_until),
    )
