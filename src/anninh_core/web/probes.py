"""Endpoints for operators: liveness, readiness and metrics."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

import anyio
import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from anninh_core.app.app import App
from anninh_core.app.health import ALIVE, Readiness, ReadinessProbe
from anninh_core.kernel.addresses import parse_ip_address
from anninh_core.kernel.errors import ConfigurationError

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The networks that contain only this machine."""

Network = IPv4Network | IPv6Network
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "via")


async def liveness(_: Request) -> Response:
    """Respond that the process runs; nothing else is checked, as a restart would help against no other problem."""
    return JSONResponse(dict(ALIVE))


class AllowedNetworks:
    """Networks of clients that may read figures and the reasons of failed checks.

    Requests that come through a proxy on this machine are refused; they are recognised by the headers that proxies add.

    Args:
        networks: such as `10.0.0.0/8`.

    Raises:
        ConfigurationError: an entry isn't a network.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = tuple(map(_parse_network, networks))

    def include(self, request: Request) -> bool:
        """Return whether a request comes from one of the networks, without a proxy in between."""
        if request.client is None or any(name in request.headers for name in _PROXY_HEADERS):
            return False
        address = parse_ip_address(request.client.host)
        return address is not None and any(address in network for network in self._networks)


class ReadinessEndpoint:
    """Responds to an HTTP request whether an app is ready for work.

    Args:
        further: additional checks, see `check_readiness`.
        allowed: networks of clients that get the reasons of failed checks.
    """

    def __init__(self, app: App, further: Mapping[str, Callable[[], str]], allowed: AllowedNetworks) -> None:
        self._probe = ReadinessProbe(app, further)
        self._allowed = allowed
        self._turn = anyio.Lock()

    async def answer(self, request: Request) -> Response:
        """Respond with the state of each readiness check: status 503 unless all checks are `ok` and nothing else is
        wrong. Only one thread checks at a time.
        """
        readiness = await self._get_readiness()
        status, body = readiness.http_response(gives_reasons=self._allowed.include(request))
        return JSONResponse(body, status)

    async def answer_door_probe(self, _: Request) -> Response:
        """Respond with the state of each readiness check: status 503 only if this process can't receive events."""
        status, body = (await self._get_readiness()).process_response
        return JSONResponse(body, status)

    async def _get_readiness(self) -> Readiness:
        readiness = self._probe.last()
        if readiness is None:
            async with self._turn:
                readiness = await anyio.to_thread.run_sync(self._probe.check)
        return readiness


class MetricsEndpoint:
    """Returns figures to clients from certain networks; for all others the address doesn't exist.

    Args:
        text: returns the figures; called in a thread.
        content_type: media type of the figures.
        allowed: networks that get the figures.
    """

    def __init__(self, text: Callable[[], bytes], content_type: str, allowed: AllowedNetworks) -> None:
        self._text = text
        self._content_type = content_type
        self._allowed = allowed

    async def answer(self, request: Request) -> Response:
        """Respond with the figures, or with 404 to a client outside the allowed networks."""
        if not self._allowed.include(request):
            raise HTTPException(404)
        return Response(await anyio.to_thread.run_sync(self._text), media_type=self._content_type)


def _parse_network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigurationError(
            "{network!r} isn't a network ({reason}): write it like 10.0.0.0/8.", network=text, reason=error
        ) from error
