"""Videos of articles; converting one takes the platform a while."""

from datetime import timedelta

from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.openapi.uploads import LIFE, MEGABYTE, part
from anninh_zalo.testing.state import Upload
from anninh_zalo.testing.wire import Json, Refused

CONVERTING = timedelta(seconds=30)


def prepare(call: Call) -> Json:
    """POST /v2.0/article/upload_video/preparevideo."""
    name, content = part(call.request, "file")
    if len(content) > 50 * MEGABYTE:
        raise Refused(-210, "file is over 50 MB")
    if not name.lower().endswith((".mp4", ".avi")):
        raise Refused(-201, "file is invalid: mp4 or avi only")
    token, until = call.world.ids.token("video"), call.world.now() + LIFE
    call.account.uploads[token] = Upload(id=token, kind="video", name=name, content=content, until=until)
    return {"token": token}


def verify(call: Call) -> Json:
    """GET /v2.0/article/upload_video/verify: the token stands in the query or in a header."""
    token = str(call.params.get("token") or call.request.headers.get("token", ""))
    upload = call.account.uploads.get(token)
    if upload is None or upload.kind != "video":
        raise Refused(-201, "token is invalid")
    if call.world.now() < upload.until - LIFE + CONVERTING:
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
    Route("POST", "/v2.0/article/upload_video/preparevideo", prepare),
    Route("GET", "/v2.0/article/upload_video/verify", verify),
)
