"""Outgoing files are sent as copies that are cleaned before approval, since a picture's metadata reveals where it was
taken.

The declared kind and file extension must match the content. A video is measured and must keep to the profile's limits.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256

from attrs import evolve

from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged, WrongStep
from anninh_core.ports.scanner import FileInspector
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.files import Cleaning, FileRecord, VideoFacts
from anninh_core.vocabulary.files.claims import find_false_claim, replace_extension
from anninh_core.vocabulary.files.shown import get_extension
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.rules import VideoRules

_PROOF_DIGITS = 32  # A proof has 128 bits: half a digest, so that it can't be mistaken for a file's name.
_WITH_FILE = ("image", "video", "audio", "file")
_VIDEO = "video/"
_MEGABYTE = 1024 * 1024


def store_clean(runner: UseCaseRunner, data: bytes, kind: str, name: str) -> Attachment:
    """Clean a file, store only the cleaned copy, and return it as an attachment.

    Raises:
        BadInput: it can't be cleaned here, is refused, doesn't match its declared type, or is a video outside the
            limits; the error gives the reason.
    """
    inspector = _require_inspector(runner)
    inspected = inspector.inspect(data, kind)
    record = inspected.record
    copy = inspected.data
    if record.cleaning is not Cleaning.CLEANED or copy is None:
        raise BadInput(
            "Attachment {file!r} can't be sent as it is ({reason}): convert it to another type of file.",
            file=name,
            reason=tuple(filter(None, (record.reason, record.detail, record.signature))),
        )
    if claim := find_false_claim(kind, name, record.media_type):
        raise BadInput(
            "Attachment {file!r} is named as {claim}, but its content is {media_type:media}: choose the right "
            "file, or attach it as its real type.",
            file=name,
            claim=claim,
            media_type=record.media_type,
        )
    video = None
    if record.shown_type.startswith(_VIDEO):
        video = inspector.measure_video(copy)
        check_video(runner.context.district.video, video, len(copy))
    blob = EncryptedBlobs(runner, runner.context.blobs).put(copy)
    copy_record = evolve(  # The record describes only the copy: data of the original stays private.
        record,
        sha256=sha256(copy).hexdigest(),
        size=len(copy),
        media_type=record.shown_type,
        flags=(),
        video=video,
        proof=_build_proof(runner, blob, record.shown_type),
    )
    return Attachment(kind, _name_copy(name, record), blob=blob, file=copy_record)


def clean_attachments(
    runner: UseCaseRunner, attachments: Iterable[Attachment], previous: Collection[Attachment] = ()
) -> tuple[Attachment, ...]:
    """Return the attachments with cleaned copies as their files; clean those that aren't clean yet.

    Args:
        attachments: attachments to send; those without a file, such as links, stay unchanged.
        previous: attachments of the previous version, which were cleaned then.

    Raises:
        BadInput: a file isn't in the blob store, can't be cleaned, or doesn't match its declared type.
    """
    return tuple(
        attachment if _is_clean(runner, attachment, previous) else _clean_attachment(runner, attachment)
        for attachment in attachments
    )


def require_checked_files(attachments: Iterable[Attachment]) -> None:
    """Check that each file's declared type was compared with its content and matches it, however long ago it was
    attached.

    Raises:
        WrongStep: a file wasn't checked, since an earlier version attached it.
    """
    for attachment in attachments:
        if attachment.blob and not _is_checked(attachment):
            raise WrongStep(
                "The real type of attachment {file!r} was never checked: attach the file again.",
                file=attachment.name or attachment.kind,
            )


def check_video(rules: VideoRules, video: VideoFacts, size: int) -> None:
    """Check that a video keeps to the profile's limits.

    Raises:
        BadInput: it exceeds a limit or has a format that can't be sent; the error names the limit and the value.
    """
    if video.container not in rules.containers:
        allowed = ", ".join(rules.containers) or "nothing"
        raise BadInput(
            "Videos can be sent only as {allowed}, but this one is {container}: convert it, or send a link.",
            allowed=allowed,
            container=video.container,
        )
    for codecs, accepted in ((video.video_codecs, rules.video_codecs), (video.audio_codecs, rules.audio_codecs)):
        if foreign := [codec for codec in codecs if codec not in accepted]:
            raise BadInput(
                "Videos can be sent only with the codecs {allowed}, but this one uses {codec}: convert it, "
                "or send a link.",
                allowed=tuple(accepted),
                codec=foreign[0],
            )
    if video.seconds > rules.max_seconds:
        raise BadInput(
            "Videos can have at most {most} seconds, but this one has {count}: shorten it, or send a link.",
            most=rules.max_seconds,
            count=video.seconds,
        )
    if size > rules.max_bytes:
        raise BadInput(
            "Videos can have at most {most} MB, but this one has {count}: shorten it, or send a link.",
            most=rules.max_bytes // _MEGABYTE,
            count=-(-size // _MEGABYTE),
        )


def _is_checked(attachment: Attachment) -> bool:
    file = attachment.file
    if file is None or find_false_claim(attachment.kind, attachment.name, file.media_type):
        return False
    return file.video is not None or not file.media_type.startswith(_VIDEO)


def _is_clean(runner: UseCaseRunner, attachment: Attachment, previous: Collection[Attachment]) -> bool:
    file = attachment.file
    if not attachment.blob:
        return attachment.kind not in _WITH_FILE
    if file is None or not _is_checked(attachment):
        return False
    return attachment in previous or (
        bool(file.proof) and file.proof == _build_proof(runner, attachment.blob, file.media_type)
    )


def _clean_attachment(runner: UseCaseRunner, attachment: Attachment) -> Attachment:
    try:
        data = EncryptedBlobs(runner, runner.context.blobs).get(attachment.blob)
    except (NotFound, Purged, Damaged):
        label = attachment.name or attachment.kind
        raise BadInput("Attachment {file!r} isn't in the blob store: upload the file again.", file=label) from None
    copy = store_clean(runner, data, attachment.kind, attachment.name)
    return evolve(attachment, name=copy.name, blob=copy.blob, file=copy.file)


def _name_copy(name: str, record: FileRecord) -> str:
    """Return the name of a cleaned copy, with another extension if cleaning changed the file's type."""
    ending = get_extension(record.shown_type)
    return replace_extension(name, ending) if ending and record.shown_type != record.media_type else name


def _require_inspector(runner: UseCaseRunner) -> FileInspector:
    inspector = runner.context.inspector
    if inspector is None:
        raise BadInput(
            "No file can be sent, because the app has no `inspector` that cleans files: ask the operator to set one."
        )
    return inspector


def _build_proof(runner: UseCaseRunner, blob: str, media_type: str) -> str:
    return runner.context.keys.blind("cleaned", f"{blob} {media_type}")[:_PROOF_DIGITS]
