"""The sandbox's handlers for videos of articles, whose conversion takes the platform a while."""

from datetime import timedelta

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.openapi.content.uploads import LIFETIME, MEGABYTE, read_file_part
from anninh_zalo.testing.state import SandboxUpload
from anninh_zalo.testing.wire import Json, SandboxRefusal

CONVERTING = timedelta(seconds=30)


def prepare_video(call: SandboxCall) -> Json:
    """Answer POST /v2.0/article/upload_video/preparevideo, which starts the conversion of a video."""
    name, content = read_file_part(call.request, "file")
    if len(content) > 50 * MEGABYTE:
        raise SandboxRefusal(-210, "file is over 50 MB")
    if not name.lower().endswith((".mp4", ".avi")):
        raise SandboxRefusal(-201, "file is invalid: mp4 or avi only")
    token = call.world.ids.token("video")
    until = call.world.now() + LIFETIME
    call.account.uploads[token] = SandboxUpload(id=token, kind="video", name=name, content=content, until=until)
    return {"token": token}


def verify_video(call: SandboxCall) -> Json:
    """Answer GET /v2.0/article/upload_video/verify with the state of a video; the token is in the query or in a
    header.
    """
    token = str(call.params.get("token") or call.request.headers.get("token", ""))
    upload = call.account.uploads.get(token)
    if upload is None or upload.kind != "video":
        raise SandboxRefusal(-201, "token is invalid")
    if call.world.now() < upload.until - LIFETIME + CONVERTING:
        return {"status": 3, "status_message": "converting", "convert_percent": 50, "convert_error_code": 0}
    return {
        "status": 1,
        "status_message": "ready",
        "convert_percent": 100,
        "convert_error_code": 0,
        "video_id": f"v{token[:19]}",
        "video_name": upload.name,
        "video_size": len(upload.content),
    }


ROUTES = (
    SandboxRoute("POST", "/v2.0/article/upload_video/preparevideo", prepare_video),
    SandboxRoute("GET", "/v2.0/article/upload_video/verify", verify_video),
)
