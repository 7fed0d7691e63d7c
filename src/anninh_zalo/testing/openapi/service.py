"""The host openapi.zalo.me with the API of official accounts."""

from itertools import chain

from anninh_zalo.testing.call import SandboxCall, SandboxRoute, authorize_request, build_route_table
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.openapi import accounts, groups, members, tags, users
from anninh_zalo.testing.openapi.content import articles, uploads, videos
from anninh_zalo.testing.openapi.messages import consult, history, quotas, templates
from anninh_zalo.testing.state import SandboxGrant
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

_SUBJECTS = (accounts, articles, consult, groups, history, members, quotas, tags, templates, uploads, users, videos)
ROUTES = build_route_table(*chain.from_iterable(subject.ROUTES for subject in _SUBJECTS))
_CODES = {"invalid": -216, "expired": -216, "removed": -220, "revoked": -219, "proof": -242}


def answer_call(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call to this host; a refusal has HTTP status 200, as at Zalo."""
    route = ROUTES.get((request.method, request.path))
    if route is None:
        return HttpAnswer.json({"error": 404, "message": "empty or invalid API"}, status=404)
    headers: dict[str, str] = {}
    try:
        pair = authorize_request(world, request, _CODES)
        _count_call(world, pair, route, headers)
        _check_package(world, pair)
        data = route.handle(SandboxCall(world, request, pair.app, pair.account, route.read_params(request)))
    except SandboxRefusal as no:
        return build_refusal(no.code, no.text, headers)
    return HttpAnswer.json({"data": data, "error": 0, "message": "Success"}, headers)


def build_refusal(code: int, text: str, headers: dict[str, str] | None = None) -> HttpAnswer:
    """Return a refusal in this host's format."""
    return HttpAnswer.json({"error": code, "message": text}, headers)


def _check_package(world: World, pair: SandboxGrant) -> None:
    until = pair.account.package_until
    if until is not None and until <= world.now():
        raise SandboxRefusal(-224, "The Official Account's package has ended")


def _count_call(world: World, pair: SandboxGrant, route: SandboxRoute, headers: dict[str, str]) -> None:
    """Count a call towards the limit of its minute, and write the remaining number into the headers.

    Raises:
        SandboxRefusal: the minute's limit of the application or the account is exceeded.
    """
    if not route.counted:
        return
    minute = to_milliseconds(world.now()) // 60_000
    remaining_calls = []
    for owner, key, most in (
        ("application", pair.app.id, pair.app.per_minute),
        ("Official Account", pair.account.id, pair.account.per_minute),
    ):
        world.rates[key, minute] += 1
        remaining_calls.append((most - world.rates[key, minute], most, owner))
    remaining, most, owner = min(remaining_calls)
    headers |= {"X-RateLimit-Limit": str(most), "X-RateLimit-Remain": str(max(remaining, 0))}
    if remaining < 0:
        raise SandboxRefusal(-32, f"Your {owner} has reached the limit of {most} requests per minute")
