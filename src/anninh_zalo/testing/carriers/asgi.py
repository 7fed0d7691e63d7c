"""The sandbox as an ASGI application."""

from anninh_core.kernel.errors import MissingExtra

try:
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request as StarletteRequest
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send
except ImportError as missing:
    raise MissingExtra("the pretend Zalo as an ASGI application", "web") from missing

from anninh_zalo.testing.carriers.service import SandboxService
from anninh_zalo.testing.wire import HttpRequest, LostAnswer


class ConnectionLost(Exception):
    """The sandbox has lost the response on purpose. A server turns this error into an error page; to lose a connection
    for real, use `serve`.
    """


class SandboxApp:
    """ASGI application that answers HTTP requests from a sandbox; calls that wait, wait in threads."""

    def __init__(self, sandbox: SandboxService) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises:
            ConnectionLost: the sandbox's failure script loses the response.
        """
        if scope["type"] != "http":
            return
        http_request = StarletteRequest(scope, receive)
        target = scope["path"] + (f"?{http_request.url.query}" if http_request.url.query else "")
        host = http_request.headers.get("host", "")
        request = HttpRequest.build(
            http_request.method, host, target, dict(http_request.headers), await http_request.body()
        )
        answer = await run_in_threadpool(self._sandbox.answer, request)
        if isinstance(answer, LostAnswer):
            raise ConnectionLost(answer.value)
        await Response(answer.body, answer.status, dict(answer.headers))(scope, receive, send)
