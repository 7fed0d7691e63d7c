"""Serving of small static files, compressed once, under names with a hash of their content."""

import gzip
import hashlib
from collections.abc import Mapping
from importlib.resources import files

from attrs import field, frozen
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
PREFIX = "/static/"


@frozen
class _StaticFile:
    media_type: str
    data: bytes = field(repr=False)
    packed: bytes = field(repr=False)


class StaticFiles:
    """The files of the folder `static`, each under a name with its hash."""

    def __init__(self) -> None:
        self._files: dict[str, _StaticFile] = {}
        self.names: Mapping[str, str] = dict(self._load_files())

    def _load_files(self) -> list[tuple[str, str]]:
        names = []
        for file in files("anninh_core.board").joinpath("static").iterdir():
            stem, _, ending = file.name.rpartition(".")
            if ending not in _TYPES:
                continue
            data = file.read_bytes()
            hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
            self._files[hashed] = _StaticFile(_TYPES[ending], data, gzip.compress(data, mtime=0))
            names.append((file.name, PREFIX + hashed))
        return names

    async def answer(self, request: Request) -> Response:
        """Return a static file, or raise 404. Compressed files contain no secret, so their length reveals none."""
        static_file = self._files.get(request.path_params["name"])
        if static_file is None:
            raise HTTPException(404)
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                static_file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=static_file.media_type
            )
        return Response(static_file.data, headers=headers, media_type=static_file.media_type)
