from collections.abc import Callable, Mapping
from typing import Self

import anyio.from_thread
import httpx
from starlette.applications import Starlette

Post = Callable[[str, str, bytes, Mapping[str, str]], httpx.Response]
"""Type of a function that calls an operation as an officer, with a request body and further headers."""


class ApiPoster:
    """A client of an in-process API that keeps its own event loop, so that many calls are fast."""

    def __init__(self, asgi: Starlette) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://api")
        self._portal = anyio.from_thread.start_blocking_portal()

    def __enter__(self) -> Self:
        self._call = self._portal.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._call.call(self._client.aclose)
        self._portal.__exit__(None, None, None)

    def post_operation(self, name: str, officer: str, body: bytes, further: Mapping[str, str]) -> httpx.Response:
        """Call an operation as an officer with a recent second factor, and return the response."""
        headers = {**further, "Authorization": f"Bearer {officer} fresh", "Content-Type": "application/json"}
        response: httpx.Response = self._call.call(
            lambda: self._client.post(f"/api/v1/{name}", content=body, headers=headers)
        )
        return response
