"""Passes some requests to their endpoint without the router, which would cost half as much as the endpoint itself."""

from collections.abc import Awaitable, Callable, Sequence

from attrs import frozen
from starlette.types import ASGIApp, Receive, Scope, Send


@frozen
class Shortcut:
    """An endpoint for all paths that begin with a prefix.

    Attributes:
        methods: HTTP methods of the endpoint; empty for all.
        deep: whether the rest of the path may have slashes.
        answer: called with the rest of the path and the ASGI arguments.
    """

    prefix: str
    answer: Callable[[str, Scope, Receive, Send], Awaitable[None]]
    methods: frozenset[str] = frozenset()
    deep: bool = False

    def match(self, scope: Scope) -> str:
        """Return the rest of a request's path after the prefix, or "" if the request isn't for this endpoint."""
        prefix, separator, rest = scope["path"].partition(self.prefix)
        if not separator or prefix or (self.methods and scope["method"] not in self.methods):
            return ""
        return rest if self.deep or "/" not in rest else ""


class FastPath:
    """Passes requests for certain paths to their endpoint before the router sees them.

    All other requests go to the router, and so do all requests if the application is mounted in another one.

    Args:
        app: the application with the router.
        shortcuts: endpoints that are tried in this order.
    """

    def __init__(self, app: ASGIApp, shortcuts: Sequence[Shortcut]) -> None:
        self._app = app
        self._shortcuts = shortcuts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the shortcut for its path, or to the router if there is none."""
        if scope["type"] == "http" and not scope.get("root_path"):
            for shortcut in self._shortcuts:
                if rest := shortcut.match(scope):
                    await shortcut.answer(rest, scope, receive, send)
                    return
        await self._app(scope, receive, send)
