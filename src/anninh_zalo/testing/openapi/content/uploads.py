"""The sandbox's handlers for uploads of files for messages, which are kept for 7 days."""

from datetime import timedelta

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.state import SandboxUpload
from anninh_zalo.testing.wire import HttpRequest, Json, SandboxRefusal

LIFETIME = timedelta(days=7)
MEGABYTE = 1024 * 1024
_KINDS = (".pdf", ".doc", ".docx", ".csv")


def upload_image(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/upload/image, which stores a JPEG or PNG."""
    name, content = _read_file(call, MEGABYTE)
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise SandboxRefusal(-201, "file is invalid: jpg or png only")
    return {"attachment_id": _store_upload(call, "image", name, content)}


def upload_gif(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/upload/gif, which stores a GIF."""
    name, content = _read_file(call, 5 * MEGABYTE)
    if not content.startswith((b"GIF87a", b"GIF89a")):
        raise SandboxRefusal(-201, "file is invalid: gif only")
    return {"attachment_id": _store_upload(call, "gif", name, content)}


def upload_file(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/upload/file, which stores a PDF, Word or CSV file, recognised by the ending of its name."""
    name, content = _read_file(call, 5 * MEGABYTE)
    if not name.endswith(_KINDS):
        raise SandboxRefusal(-201, "file is invalid: pdf, doc, docx or csv only")
    return {"token": _store_upload(call, "file", name, content)}


def _store_upload(call: SandboxCall, kind: str, name: str, content: bytes) -> str:
    id = call.world.ids.token("upload")
    until = call.world.now() + LIFETIME
    call.account.uploads[id] = SandboxUpload(id=id, kind=kind, name=name, content=content, until=until)
    call.world.media[id] = (name, content)
    return id


def _read_file(call: SandboxCall, most: int) -> tuple[str, bytes]:
    name, content = read_file_part(call.request, "file")
    if len(content) > most:
        raise SandboxRefusal(-210, f"file is over {most} bytes")
    return name, content


def read_file_part(request: HttpRequest, field: str) -> tuple[str, bytes]:
    """Return name and content of a file in a multipart body.

    Raises:
        SandboxRefusal: the field has no file.
    """
    _, _, parameters = request.headers.get("content-type", "").partition("boundary=")
    boundary = b"\r\n--" + parameters.partition(";")[0].strip('"').encode()
    for section in (b"\r\n" + request.body).split(boundary)[1:-1]:
        head, _, content = section.partition(b"\r\n\r\n")
        section_head = head.decode(errors="replace")
        if f'name="{field}"' in section_head and 'filename="' in section_head:
            return section_head.partition('filename="')[2].partition('"')[0], content
    raise SandboxRefusal(-201, f"{field} is missing")


ROUTES = (
    SandboxRoute("POST", "/v2.0/oa/upload/image", upload_image),
    SandboxRoute("POST", "/v2.0/oa/upload/gif", upload_gif),
    SandboxRoute("POST", "/v2.0/oa/upload/file", upload_file),
)
