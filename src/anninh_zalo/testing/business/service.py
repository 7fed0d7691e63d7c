"""The host business.openapi.zalo.me for template messages (ZBS, before ZNS); its error codes differ in meaning from
other hosts'.
"""

from anninh_zalo.testing.business import sending, templates
from anninh_zalo.testing.call import SandboxCall, authorize_request, build_route_table
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

ROUTES = build_route_table(*sending.ROUTES, *templates.ROUTES)
_CODES = {"invalid": -124, "expired": -124, "removed": -124, "revoked": -124, "proof": -1241}


def answer_call(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call to this host; a refusal has HTTP status 200, as at Zalo."""
    route = ROUTES.get((request.method, request.path))
    if route is None:
        return HttpAnswer.json({"error": 404, "message": "empty or invalid API"}, status=404)
    try:
        pair = authorize_request(world, request, _CODES)
        data = route.handle(SandboxCall(world, request, pair.app, pair.account, route.read_params(request)))
    except SandboxRefusal as no:
        # This host has another code for an invalid parameter.
        return build_refusal(-1123 if no.code in (-201, -210) else no.code, no.text)
    total = {"metadata": {"total": len(pair.account.templates)}} if isinstance(data, list) else {}
    return HttpAnswer.json({"error": 0, "message": "Success", "data": data, **total})


def build_refusal(code: int, text: str) -> HttpAnswer:
    """Return a refusal in this host's format."""
    return HttpAnswer.json({"error": code, "message": text})
