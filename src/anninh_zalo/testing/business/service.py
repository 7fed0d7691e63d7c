"""business.openapi.zalo.me: template messages (ZBS, before ZNS); its error codes differ in meaning from other
hosts'.
"""

from anninh_zalo.testing.business import sending, templates
from anninh_zalo.testing.call import SandboxCall, authorize, route_table
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

ROUTES = route_table(*sending.ROUTES, *templates.ROUTES)
_CODES = {"invalid": -124, "expired": -124, "removed": -124, "revoked": -124, "proof": -1241}


def answer(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call; a refusal has HTTP status 200, as at Zalo."""
    route = ROUTES.get((request.method, request.path))
    if route is None:
        return HttpAnswer.json({"error": 404, "message": "empty or invalid API"}, status=404)
    try:
        pair = authorize(world, request, _CODES)
        data = route.handle(SandboxCall(world, request, pair.app, pair.account, route.params(request)))
    except SandboxRefusal as no:
        # This host has another code for an invalid parameter.
        return refuse(-1123 if no.code in (-201, -210) else no.code, no.text)
    total = {"metadata": {"total": len(pair.account.templates)}} if isinstance(data, list) else {}
    return HttpAnswer.json({"error": 0, "message": "Success", "data": data, **total})


def refuse(code: int, text: str) -> HttpAnswer:
    """Return a refusal in this host's format."""
    return HttpAnswer.json({"error": code, "message": text})
