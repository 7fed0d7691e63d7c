"""The host oauth.zaloapp.com, for OAuth v4 of official accounts."""

from collections.abc import Callable, Mapping

from anninh_zalo.testing.oauth.permission import accept_consent_form, ask
from anninh_zalo.testing.oauth.tokens import issue_tokens
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

ROUTES: Mapping[tuple[str, str], Callable[[World, HttpRequest], HttpAnswer]] = {
    ("GET", "/v4/oa/permission"): ask,
    ("POST", "/v4/oa/permission"): accept_consent_form,
    ("POST", "/v4/oa/access_token"): issue_tokens,
}


def answer_call(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call to this host; a refusal has HTTP status 200, as at Zalo."""
    handle = ROUTES.get((request.method, request.path))
    if handle is None:
        return HttpAnswer.html("<html><body>404 Not Found</body></html>", 404)
    try:
        return handle(world, request)
    except SandboxRefusal as no:
        return build_refusal(no.code, no.text)


def build_refusal(code: int, text: str) -> HttpAnswer:
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
