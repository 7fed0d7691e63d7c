"""The platform's hosts, all of them in one place."""

from collections.abc import Callable, Mapping
from mimetypes import guess_type

from attrs import frozen

from anninh_zalo.testing import control
from anninh_zalo.testing.bot import service as bot
from anninh_zalo.testing.business import service as business
from anninh_zalo.testing.failures import Refuse
from anninh_zalo.testing.oauth import service as oauth
from anninh_zalo.testing.openapi import service as openapi
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest
from anninh_zalo.testing.world import MEDIA_HOST, World


@frozen
class SandboxHost:
    """A host of the platform, with the functions that build its answers and its refusals."""

    answer: Callable[[World, HttpRequest], HttpAnswer]
    refuse: Refuse


def answer_media(world: World, request: HttpRequest) -> HttpAnswer:
    """Return an attachment's file; 404 after the sandbox has removed the file."""
    id = request.path.rpartition("/")[2]
    if request.method != "GET" or id not in world.media:
        return HttpAnswer.html("<html><body>404 Not Found</body></html>", 404)
    name, content = world.media[id]
    return HttpAnswer(200, content, {"content-type": guess_type(name)[0] or "application/octet-stream"})


HOSTS: Mapping[str, SandboxHost] = {
    "oauth": SandboxHost(oauth.answer_call, oauth.build_refusal),
    "openapi": SandboxHost(openapi.answer_call, openapi.build_refusal),
    "business": SandboxHost(business.answer_call, business.build_refusal),
    "bot-api": SandboxHost(bot.answer_call, bot.build_refusal),
}
"""Hosts by the first segment of the path, for requests that don't name a known host."""

NAMES: Mapping[str, str] = {
    "oauth.zaloapp.com": "oauth",
    "openapi.zalo.me": "openapi",
    "business.openapi.zalo.me": "business",
    "bot-api.zaloplatforms.com": "bot-api",
    "bot-api.zapps.me": "bot-api",
    MEDIA_HOST: "media",
}
"""Hosts by host name."""


def resolve_host(request: HttpRequest) -> tuple[str, HttpRequest]:
    """Return the host of a request, and the request with the path on that host."""
    if request.host in NAMES:
        return NAMES[request.host], request
    first, _, remaining_path = request.path.removeprefix("/").partition("/")
    return first, request.at(f"/{remaining_path}")


def answer_request(world: World, name: str, request: HttpRequest) -> HttpAnswer:
    """Answer a request to one of the platform's hosts."""
    if name in HOSTS:
        return HOSTS[name].answer(world, request)
    if name == "media":
        return answer_media(world, request)
    if name == "sandbox":
        return control.answer_call(world, request)
    paths = ", ".join(f"/{host}" for host in (*HOSTS, "media", "sandbox"))
    return HttpAnswer.json(
        {"error": 404, "message": f"no host of the platform: begin the path with {paths}"}, status=404
    )
