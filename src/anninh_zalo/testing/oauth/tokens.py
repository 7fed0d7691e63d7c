"""Tokens, which are issued, exchanged and renewed. A renewed pair invalidates the old one at once."""

import base64
import hashlib
from datetime import datetime, timedelta

from anninh_zalo.testing.state import SandboxAccount, SandboxApplication, SandboxGrant
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, Json, SandboxRefusal
from anninh_zalo.testing.world import World

ACCESS_LIFETIME = timedelta(hours=25)
REFRESH_LIFETIME = timedelta(days=90)


def grant_permission(world: World, app: SandboxApplication, account: SandboxAccount) -> SandboxGrant:
    """Let an application act for an account, with a new pair of tokens; their older pair becomes invalid."""
    now = world.now()
    pair = world.grants.get((app.id, account.id)) or SandboxGrant(
        app=app, account=account, access="", access_until=now, refresh="", refresh_until=now
    )
    world.grants[app.id, account.id] = pair
    pair.revoked = False
    _renew_tokens(world, pair, now)
    return pair


def _renew_tokens(world: World, pair: SandboxGrant, now: datetime) -> None:
    pair.access = world.ids.token("access")
    pair.refresh = world.ids.token("refresh")
    pair.access_until = now + ACCESS_LIFETIME
    pair.refresh_until = now + REFRESH_LIFETIME
    world.by_access[pair.access] = world.by_refresh[pair.refresh] = pair


def issue_tokens(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer POST /v4/oa/access_token with a new pair of tokens, for an authorisation code or a refresh token."""
    form = request.form()
    app = world.apps.get(form.get("app_id", ""))
    if app is None or not app.active:
        raise SandboxRefusal(-14002, "Invalid app id")
    if request.headers.get("secret_key") != app.secret:
        raise SandboxRefusal(-14004, "Invalid secret key")
    match form.get("grant_type"):
        case "authorization_code":
            return _pair_answer(_exchange_code(world, app, form.get("code", ""), form.get("code_verifier", "")))
        case "refresh_token":
            return _pair_answer(_refresh_tokens(world, app, form.get("refresh_token", "")))
        case other:
            raise SandboxRefusal(-118, f"Invalid grant: {other}")


def _exchange_code(world: World, app: SandboxApplication, text: str, verifier: str) -> SandboxGrant:
    code = world.codes.get(text)
    if code is None or code.app is not app or code.until <= world.now():
        raise SandboxRefusal(-118, "Invalid authorization code")
    if code.challenge and compute_challenge(verifier) != code.challenge:
        raise SandboxRefusal(-118, "Invalid code verifier")
    del world.codes[text]
    return grant_permission(world, app, code.account)


def _refresh_tokens(world: World, app: SandboxApplication, token: str) -> SandboxGrant:
    now = world.now()
    pair = world.by_refresh.get(token)
    if pair is None or pair.app is not app or pair.revoked:
        raise SandboxRefusal(world.variants.unknown_refresh_code, "Invalid refresh token")
    if pair.refresh != token:
        pair.replayed += 1
        raise SandboxRefusal(world.variants.spent_refresh_code, "Refresh token has been used")
    if pair.refresh_until <= now:
        raise SandboxRefusal(world.variants.spent_refresh_code, "Refresh token has expired")
    _renew_tokens(world, pair, now)
    pair.refreshed += 1
    return pair


def _pair_answer(pair: SandboxGrant) -> HttpAnswer:
    body: Json = {
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "expires_in": str(int(ACCESS_LIFETIME.total_seconds())),
        "refresh_token_expires_in": str(int(REFRESH_LIFETIME.total_seconds())),
    }
    return HttpAnswer.json(body)


def compute_challenge(verifier: str) -> str:
    """Return the S256 challenge of a code verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
