"""Uploads of attachments: each file is uploaded once, and the upload is used again as long as Zalo keeps it."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import (
    Damaged,
    DeliveryError,
    NotFound,
    Purged,
    RequestRejected,
    RetryLater,
    StorageError,
    Unsupported,
)
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.api.answers import get_text
from anninh_zalo.api.calls import ApiClient, build_upload_call
from anninh_zalo.errors.storage import retry_on_storage_error

LIFETIME = timedelta(days=6, hours=12)
"""Time for which an upload is used: Zalo keeps uploads for 7 days (error -100 after that), and a waiting message must
not outlast it.
"""

_STATE_NAME = "uploads"
_MEGABYTE = 1024 * 1024
_TRIES = 5
# Maximum number of stored uploads: each change writes all of them, and an older file is uploaded again.
_MAX_UPLOADS = 500


@frozen
class _UploadFormat:
    """A format of files that Zalo accepts for uploads, from Zalo's documentation.

    Attributes:
        most: maximum number of bytes.
        marks: first bytes of the content -> ending of the name; empty if the name's ending decides.
        endings: accepted endings of the name.
        answer: field of the response with the id.
    """

    path: str
    most: int
    marks: Mapping[bytes, str]
    endings: tuple[str, ...]
    answer: str


_FORMATS: Mapping[str, _UploadFormat] = {
    "image": _UploadFormat(
        "/v2.0/oa/upload/image",
        _MEGABYTE,
        {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"},
        (),
        "attachment_id",
    ),
    "gif": _UploadFormat(
        "/v2.0/oa/upload/gif", 5 * _MEGABYTE, {b"GIF87a": ".gif", b"GIF89a": ".gif"}, (), "attachment_id"
    ),
    "file": _UploadFormat("/v2.0/oa/upload/file", 5 * _MEGABYTE, {}, (".pdf", ".doc", ".docx", ".csv"), "token"),
}


@frozen
class ZaloUpload:
    """An uploaded file that Zalo keeps for us.

    Attributes:
        form: `image`, `gif` or `file`.
        width, height: pixels of a moving picture, which Zalo requires.
    """

    id: str
    form: str
    width: int = 0
    height: int = 0


class _StoredUpload(NamedTuple):
    """Id and time of a stored upload. Stored as a list of these two."""

    id: str
    at: datetime


_StoredUploads = Mapping[str, _StoredUpload]
_DECODER = msgspec.json.Decoder(dict[str, _StoredUpload])


class Uploader:
    """Uploads attachments of messages.

    Args:
        services: blobs, and state for the stored uploads.
    """

    def __init__(self, api: ApiClient, services: AdapterServices) -> None:
        self._api = api
        self._services = services

    def upload(self, attachment: Attachment) -> ZaloUpload:
        """Return an attachment's upload, uploading the file if no stored upload fits.

        Raises:
            RequestRejected: the file is missing, too large, or of a format that Zalo doesn't accept.
            Unsupported: this kind can't be uploaded.
            DeliveryError: as of the API; nothing was sent.
        """
        content = self._read_content(attachment)
        name, form = _find_name_and_format(attachment, content)
        width, height = _read_gif_size(content) if form == "gif" else (0, 0)
        # The blob's name isn't used as key, because the same content has another blob name in each scope that seals it.
        digest = hashlib.sha256(content).hexdigest()
        key = hashlib.sha256(f"{form}\0{name if form == 'file' else ''}\0{digest}".encode()).hexdigest()[:32]
        now = self._services.clock.now()
        if (remembered := self._load_uploads(now).get(key)) is not None:
            return ZaloUpload(remembered.id, form, width, height)
        response = self._api.ask(build_upload_call(_FORMATS[form].path, name, content))
        id = get_text(response, "data", _FORMATS[form].answer)
        if not id:
            raise RetryLater("Zalo accepted an upload without giving its id, so nothing was sent: try again later.")
        self._store_upload(key, id, now)
        return ZaloUpload(id, form, width, height)

    def forget_upload(self, uploaded: ZaloUpload) -> None:
        """Remove an upload that Zalo no longer has from the state."""
        self._update_uploads(lambda uploads: {key: value for key, value in uploads.items() if value.id != uploaded.id})

    def _read_content(self, attachment: Attachment) -> bytes:
        if not attachment.blob:
            raise RequestRejected(
                "An attachment of the kind {kind:record} isn't in the blob store: store it there before you "
                "send the message.",
                kind=attachment.kind,
            )
        try:
            return self._services.blobs.get(attachment.blob)
        except (NotFound, Purged, Damaged) as error:
            failure: DeliveryError = RequestRejected(
                "An attachment of the kind {kind:record} can't be read ({reason}): attach it again.",
                kind=attachment.kind,
                reason=type(error).__name__,
            )
        except StorageError as error:
            failure = RetryLater(
                "An attachment of the kind {kind:record} can't be read now ({reason}), so nothing was sent: "
                "try again later.",
                kind=attachment.kind,
                reason=type(error).__name__,
            )
        raise failure

    def _load_uploads(self, now: datetime) -> _StoredUploads:
        with retry_on_storage_error():
            stored = self._services.state.get(_STATE_NAME)
        return _drop_expired(stored.value, now)

    def _store_upload(self, key: str, id: str, now: datetime) -> None:
        self._update_uploads(lambda uploads: dict([*uploads.items(), (key, _StoredUpload(id, now))][-_MAX_UPLOADS:]))

    def _update_uploads(self, change: Callable[[_StoredUploads], _StoredUploads]) -> None:
        """Change the stored uploads; give up if other processes keep changing them: a missing upload only causes
        another upload.
        """
        state = self._services.state
        now = self._services.clock.now()
        for _ in range(_TRIES):
            with retry_on_storage_error():
                stored = state.get(_STATE_NAME)
                value = msgspec.json.encode(change(_drop_expired(stored.value, now)))
                if state.put(_STATE_NAME, value, stored.version):
                    return


def _drop_expired(value: bytes, now: datetime) -> _StoredUploads:
    """Return the stored uploads that Zalo still has."""
    uploads = _DECODER.decode(value) if value else {}
    return {key: upload_entry for key, upload_entry in uploads.items() if now - upload_entry.at < LIFETIME}


def _find_name_and_format(attachment: Attachment, content: bytes) -> tuple[str, str]:
    """Return the name under which to upload a file, and its format. Zalo decides by the ending, which is often wrong in
    people's files.
    """
    if attachment.kind not in ("image", "file"):
        raise Unsupported(
            "An attachment of the kind {kind:record} can't be sent to Zalo: send a link, or write its content as text.",
            kind=attachment.kind,
        )
    form = "gif" if attachment.kind == "image" and content.startswith(b"GIF8") else attachment.kind
    limits = _FORMATS[form]
    if len(content) > limits.most:
        limit = limits.most // _MEGABYTE
        raise RequestRejected(
            "An attachment of the kind {kind:record} has {count:,} bytes, but Zalo accepts at most {most} "
            "MB: make it smaller.",
            kind=form,
            count=len(content),
            most=limit,
        )
    if form == "file":
        return _build_file_name(attachment.name, limits.endings), form
    ending = next((ending for mark, ending in limits.marks.items() if content.startswith(mark)), "")
    if not ending:
        raise RequestRejected("The picture isn't a JPEG, PNG or GIF file: save it as one of them.")
    return f"anh{ending}", form


def _build_file_name(name: str, endings: tuple[str, ...]) -> str:
    ending = next((ending for ending in endings if name.lower().endswith(ending)), "")
    if not ending:
        raise RequestRejected(
            "The name of the file doesn't end in one of {allowed}: save the file as PDF.", allowed=tuple(endings)
        )
    stem = name[: -len(ending)].replace('"', "").replace("\\", "").strip() or "tep"
    return stem + ending


def _read_gif_size(content: bytes) -> tuple[int, int]:
    width, height = content[6:8], content[8:10]
    return max(1, int.from_bytes(width, "little")), max(1, int.from_bytes(height, "little"))
