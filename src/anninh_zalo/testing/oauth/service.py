"""oauth.zaloapp.com: OAuth v4 of official accounts."""

from collections.abc import Callable, Mapping

from anninh_zalo.testing.oauth.permission import ask, consent
from anninh_zalo.testing.oauth.tokens import issue
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

ROUTES: Mapping[tuple[str, str], Callable[[World, HttpRequest], HttpAnswer]] = {
    ("GET", "/v4/oa/permission"): ask,
    ("POST", "/v4/oa/permission"): consent,
    ("POST", "/v4/oa/access_token"): issue,
}


def answer(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call; a refusal has HTTP status 200, as at Zalo."""
    handle = ROUTES.get((request.method, request.path))
    if handle is None:
        return HttpAnswer.html("<html><body>404 Not Found</body></html>", 404)
    try:
        return handle(world, request)
    except SandboxRefusal as no:
        return refuse(no.code, no.text)


def refuse(code: int, text: str) -> HttpAnswer:
    """Return a refusal in this host's format."""
    return HttpAnswer.json(
        {
            "error": code,
            "error_name": text,
            "error_reason": text,
            "error_description": f"{text}.",
            "ref_doc": "https://developers.zalo.me/docs/",
        }
    )
