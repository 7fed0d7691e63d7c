"""A transport that connects a client to the sandbox without sockets, with connections that break on demand."""

from anninh_core.kernel.errors import MissingExtra

try:
    import httpx
except ImportError as missing:
    raise MissingExtra("the pretend Zalo inside of httpx", "zalo") from missing

from anninh_zalo.testing.carriers.service import SandboxService
from anninh_zalo.testing.wire import HttpRequest, LostAnswer, format_http_date


class SandboxTransport(httpx.BaseTransport):
    """Answers the requests of an `httpx.Client` from a sandbox in the same process."""

    def __init__(self, sandbox: SandboxService) -> None:
        self._sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request from the sandbox.

        Raises:
            httpx.ConnectError: the sandbox refuses connections.
            httpx.RemoteProtocolError: the sandbox lost the response and closed the connection.
            httpx.ReadTimeout: the sandbox stays silent.
        """
        target = request.url.raw_path.decode("ascii")
        sandbox_request = HttpRequest.build(request.method, request.url.host, target, request.headers, request.read())
        answer = self._sandbox.answer(sandbox_request)
        if answer is LostAnswer.REFUSED:
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        if answer is LostAnswer.CLOSED:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        if answer is LostAnswer.SILENT:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        assert not isinstance(answer, LostAnswer)
        headers = {"date": format_http_date(self._sandbox.world.now()), **answer.headers}
        return httpx.Response(answer.status, headers=headers, content=answer.body, request=request)
