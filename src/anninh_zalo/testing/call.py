"""A call of the sandbox's API, with its application, its account and its parameters."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from anninh_zalo.testing.state import SandboxAccount, SandboxApplication, SandboxGrant
from anninh_zalo.testing.wire import HttpRequest, Json, SandboxRefusal
from anninh_zalo.testing.world import World


@frozen
class SandboxCall:
    """A call of the sandbox's API that an access token authorised."""

    world: World
    request: HttpRequest
    app: SandboxApplication
    account: SandboxAccount
    params: Json

    def text(self, name: str, most: int | None = None) -> str:
        """Return a required parameter of the call as text, a number as its digits.

        Raises:
            SandboxRefusal: it is missing, or longer than `most` characters.
        """
        value = self.params.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            raise SandboxRefusal(-201, f"{name} is invalid")
        if most is not None and len(value) > most:
            raise SandboxRefusal(-210, f"{name} is over {most} characters")
        return value

    def whole(self, name: str, default: int, most: int) -> int:
        """Return a parameter of the call as a number from 0 to `most`; it may come as text."""
        value = self.params.get(name, default)
        if isinstance(value, bool) or not str(value).isdecimal():
            raise SandboxRefusal(-201, f"{name} is invalid")
        if int(value) > most:
            raise SandboxRefusal(-210, f"{name} is over {most}")
        return int(value)

    def flag(self, name: str) -> bool | None:
        """Return a boolean parameter of the call, or None if it is missing; text and numbers count too."""
        value = str(self.params.get(name, "")).lower()
        if value not in {"", "0", "1", "true", "false"}:
            raise SandboxRefusal(-201, f"{name} is invalid")
        return value in {"1", "true"} if value else None

    def ids(self, name: str, most: int = 99) -> list[str]:
        """Return a parameter of the call that is a list of ids, with at least one."""
        value = self.params.get(name)
        if not isinstance(value, list) or not value:
            raise SandboxRefusal(-201, f"{name} is invalid")
        if len(value) > most:
            raise SandboxRefusal(-210, f"{name} is over {most}")
        return [str(id) for id in value]

    def get_object(self, name: str) -> Json:
        """Return a required parameter of the call that is a JSON object."""
        value = self.params.get(name)
        if not isinstance(value, dict):
            raise SandboxRefusal(-201, f"{name} is invalid")
        return value

    def page(self, entries: list[Any], default: int, most: int) -> list[Any]:
        """Return the part of a list that the call's parameters `offset` and `count` select."""
        offset = self.whole("offset", 0, 10**9)
        return entries[offset : offset + self.whole("count", default, most)]

    def get_group_page(self, name: str, entries: list[Any], counted: str) -> Json:
        """Return a page in the format of the group calls: with the requested range, and the total.

        Args:
            name: field of the list.
            entries: all entries.
            counted: field of the number of entries on this page.
        """
        page = self.page(entries, 5, 50)
        selection = {"offset": self.whole("offset", 0, 10**9), "count": self.whole("count", 5, 50)}
        return {**selection, "total": len(entries), counted: len(page), name: page}


@frozen
class SandboxRoute:
    """A route of the pretend platform: method, path and handler of a call.

    Attributes:
        data: whether a GET has its parameters as JSON in the one query parameter `data`.
        counted: whether it counts for the account's calls a minute.
    """

    method: str
    path: str
    handle: Callable[[SandboxCall], Any]
    data: bool = False
    counted: bool = True

    def read_params(self, request: HttpRequest) -> Json:
        """Return the parameters of a request."""
        if self.method == "POST":
            uploads = request.headers.get("content-type", "").startswith("multipart/")
            return {} if uploads else request.json()
        return request.data() if self.data else dict(request.query)


def build_route_table(*routes: SandboxRoute) -> Mapping[tuple[str, str], SandboxRoute]:
    """Return routes by method and path."""
    return {(route.method, route.path): route for route in routes}


def authorize_request(world: World, request: HttpRequest, codes: Mapping[str, int]) -> SandboxGrant:
    """Return the grant of a request's access token.

    Args:
        world: the sandbox.
        request: with the header `access_token`; nothing else counts.
        codes: the host's error codes for "invalid", "expired", "removed", "revoked" and "proof".

    Raises:
        SandboxRefusal: the token is unknown, or no longer valid.
    """
    token = request.headers.get("access_token", "")
    pair = world.by_access.get(token)
    if pair is None:
        raise SandboxRefusal(codes["invalid"], "Access token is invalid")
    if pair.revoked:
        raise SandboxRefusal(codes["revoked"], "Your application has been removed by the Official Account")
    if pair.access != token:
        raise SandboxRefusal(codes["removed"], "Access token has expired or been removed")
    if pair.access_until <= world.now():
        raise SandboxRefusal(codes["expired"], "Access token has expired")
    proof = hmac.new(pair.app.secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if pair.app.wants_proof and request.headers.get("appsecret_proof", "") != proof:
        raise SandboxRefusal(codes["proof"], "appsecret_proof is invalid")
    return pair
