"""The door as an ASGI application, for any ASGI server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.kernel.errors import MissingExtra

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.routing import Route
except ImportError as missing:
    raise MissingExtra("the web door", "web") from missing

from anninh_core.web.answers import as_json
from anninh_core.web.background import working
from anninh_core.web.door import Door, alive

BODY_PATIENCE = timedelta(seconds=10)
"""How long a webhook body may take to arrive, over a slow line too."""


def create_asgi(app: App, *, work: bool = False, patience: timedelta = BODY_PATIENCE) -> Starlette:
    """Build the door of an app.

    `POST /hook/{instance}` takes an event of a messenger instance and answers 200 only after it is durable, with
    `{"status": "stored"}` or `{"status": "seen before"}`. Everything else is answered `{"error": SENTENCE}`: 400 not
    understood, 401 bad signature, 404, 405, 408 body too slow, 413 body too large, 500, 503 storage failed (with
    `Retry-After`). `GET /livez` says that the process runs, `GET /readyz` that the storage answers.

    Args:
        app: stays open and is closed by whoever opened it.
        work: also run the app's worker in a thread, from the server's start to its end. Where this application is
            mounted in another one, the other one's lifespan counts: run `app.worker` there.
        patience: how long a body may take to arrive.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if work:
            async with working(app.worker):
                yield
        else:
            yield

    door = Door(app, patience)
    asgi = Starlette(
        routes=[
            Route("/hook/{instance}", door.hook, methods=["POST"]),
            Route("/livez", alive),
            Route("/readyz", door.ready),
        ],
        exception_handlers={HTTPException: as_json},
        lifespan=lifespan,
    )
    asgi.router.redirect_slashes = False
    return asgi
