"""Files that messages can carry for 7 days."""

from datetime import timedelta

from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.state import Upload
from anninh_zalo.testing.wire import Json, Refused, Request

LIFE = timedelta(days=7)
MEGABYTE = 1024 * 1024
_KINDS = (".pdf", ".doc", ".docx", ".csv")


def image(call: Call) -> Json:
    """POST /v2.0/oa/upload/image: JPEG or PNG."""
    name, content = _file(call, MEGABYTE)
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise Refused(-201, "file is invalid: jpg or png only")
    return {"attachment_id": _keep(call, "image", name, content)}


def gif(call: Call) -> Json:
    """POST /v2.0/oa/upload/gif."""
    name, content = _file(call, 5 * MEGABYTE)
    if not content.startswith((b"GIF87a", b"GIF89a")):
        raise Refused(-201, "file is invalid: gif only")
    return {"attachment_id": _keep(call, "gif", name, content)}


def file(call: Call) -> Json:
    """POST /v2.0/oa/upload/file: PDF, Word or CSV, by the name."""
    name, content = _file(call, 5 * MEGABYTE)
    if not name.endswith(_KINDS):
        raise Refused(-201, "file is invalid: pdf, doc, docx or csv only")
    return {"token": _keep(call, "file", name, content)}


def _keep(call: Call, kind: str, name: str, content: bytes) -> str:
    id = call.world.ids.token("upload")
    until = call.world.now() + LIFE
    call.account.uploads[id] = Upload(id=id, kind=kind, name=name, content=content, until=until)
    call.world.media[id] = (name, content)
    return id


def _file(call: Call, most: int) -> tuple[str, bytes]:
    name, content = part(call.request, "file")
    if len(content) > most:
        raise Refused(-210, f"file is over {most} bytes")
    return name, content


def part(request: Request, field: str) -> tuple[str, bytes]:
    """Return name and content of a file in a multipart body.

    Raises:
        Refused: there is none under this field.
    """
    _, _, mark = request.headers.get("content-type", "").partition("boundary=")
    boundary = b"\r\n--" + mark.partition(";")[0].strip('"').encode()
    for piece in (b"\r\n" + request.body).split(boundary)[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        says = head.decode(errors="replace")
        if f'name="{field}"' in says and 'filename="' in says:
            return says.partition('filename="')[2].partition('"')[0], content
    raise Refused(-201, f"{field} is missing")


ROUTES = (
    Route("POST", "/v2.0/oa/upload/image", image),
    Route("POST", "/v2.0/oa/upload/gif", gif),
    Route("POST", "/v2.0/oa/upload/file", file),
)
