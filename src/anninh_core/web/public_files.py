"""Files at the root of the web server that let a platform verify that the domain belongs to this installation."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from anninh_core.app.app import App
from anninh_core.app.verification_files import collect_verification_files


def build_public_file_routes(app: App) -> list[Route]:
    """Return the routes of the verification files of an app's messengers; raises the errors of
    `collect_verification_files`.
    """
    return [
        Route(f"/{name}", _build_file_endpoint(name, content))
        for name, content in collect_verification_files(app.internals.messengers).items()
    ]


def _build_file_endpoint(name: str, content: bytes) -> Callable[[Request], Awaitable[Response]]:
    kind = "text/html" if name.endswith((".html", ".htm")) else "text/plain"

    async def answer(_: Request) -> Response:
        return Response(content, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    return answer
