"""oauth.zaloapp.com: OAuth v4 of official accounts."""

from collections.abc import Callable, Mapping

from anninh_zalo.testing.carriers.wire import Answer, Request, SandboxRefusal
from anninh_zalo.testing.oauth.permission import ask, consent
from anninh_zalo.testing.oauth.tokens import issue
from anninh_zalo.testing.world import World

ROUTES: Mapping[tuple[str, str], Callable[[World, Request], Answer]] = {
    ("GET", "/v4/oa/permission"): ask,
    ("POST", "/v4/oa/permission"): consent,
    ("POST", "/v4/oa/access_token"): issue,
}


def answer(world: World, request: Request) -> Answer:
    """Answer a call; a refusal comes with HTTP 200, as it does there."""
    handle = ROUTES.get((request.method, request.path))
    if handle is None:
        return Answer.html("<html><body>404 Not Found</body></html>", 404)
    try:
        return handle(world, request)
    except SandboxRefusal as no:
        return refuse(no.code, no.text)


def refuse(code: int, text: str) -> Answer:
    """Return a refusal as this host spells it."""
    return Answer.json(
        {
            "error": code,
            "error_name": text,
            "error_reason": text,
            "error_description": f"{text}.",
            "ref_doc": "https://developers.zalo.me/docs/",
        }
    )
