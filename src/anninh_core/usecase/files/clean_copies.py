"""Files that go out are copies cleaned here, before anybody approves them: a picture tells where it was taken.

Each is what it is called, by its kind and by the ending of its name. A video is measured, and held to the limits of the
profile.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256

from attrs import evolve

from anninh_core.kernel.errors import BadInput, Damaged, NotFound, Purged, WrongStep
from anninh_core.ports.scanner import FileInspector
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.files import Cleaning, FileRecord, VideoFacts
from anninh_core.vocabulary.files.claims import find_false_claim, with_ending
from anninh_core.vocabulary.files.shown import ending_of
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.rules import VideoRules

_PROOF_DIGITS = 32  # 128 bits; half a digest, so that nobody takes it for the name of a file
_WITH_FILE = ("image", "video", "audio", "file")
_VIDEO = "video/"
_MEGABYTE = 1024 * 1024


def store_clean(runner: UseCaseRunner, data: bytes, kind: str, name: str) -> Attachment:
    """Clean a file, store the copy alone, and return it as an attachment.

    Raises:
        BadInput: it can't be cleaned here, is refused, isn't what it is called, or is a video that doesn't go out; it
            says why.
    """
    inspector = _inspector(runner)
    inspected = inspector.inspect(data, kind)
    known = inspected.record
    copy = inspected.data
    if known.cleaning is not Cleaning.CLEANED or copy is None:
        raise BadInput(
            "Attachment {file!r} can't be sent as it is ({reason}): convert it to another type of file.",
            file=name,
            reason=tuple(filter(None, (known.reason, known.detail, known.signature))),
        )
    if claim := find_false_claim(kind, name, known.media_type):
        raise BadInput(
            "Attachment {file!r} is named as {claim}, but its content is {media_type:media}: choose the right "
            "file, or attach it as its real type.",
            file=name,
            claim=claim,
            media_type=known.media_type,
        )
    video = None
    if known.shown_type.startswith(_VIDEO):
        video = inspector.measure_video(copy)
        check_video(runner.context.district.video, video, len(copy))
    blob = EncryptedBlobs(runner, runner.context.blobs).put(copy)
    described = evolve(  # of the copy: what came before is nobody's business
        known,
        sha256=sha256(copy).hexdigest(),
        size=len(copy),
        media_type=known.shown_type,
        flags=(),
        video=video,
        proof=_proof(runner, blob, known.shown_type),
    )
    return Attachment(kind, _name_copy(name, known), blob=blob, file=described)


def clean_attachments(
    runner: UseCaseRunner, attachments: Iterable[Attachment], known: Collection[Attachment] = ()
) -> tuple[Attachment, ...]:
    """Return attachments whose files are copies cleaned here; those that aren't yet are cleaned now.

    Args:
        attachments: what is to go out; what lies elsewhere, as a link does, is left as it is.
        known: attachments of the version before, which were cleaned then.

    Raises:
        BadInput: a file that isn't in the blob store, can't be cleaned, or isn't what it is called.
    """
    return tuple(one if _is_clean(runner, one, known) else _clean(runner, one) for one in attachments)


def require_checked_files(attachments: Iterable[Attachment]) -> None:
    """Check that files that are to go out were found to be what they are called, however long ago they were attached.

    Raises:
        WrongStep: one wasn't, as earlier versions attached it.
    """
    for attachment in attachments:
        if attachment.blob and not _is_checked(attachment):
            raise WrongStep(
                "The real type of attachment {file!r} was never checked: attach the file again.",
                file=attachment.name or attachment.kind,
            )


def check_video(rules: VideoRules, video: VideoFacts, size: int) -> None:
    """Check that a video goes out by the profile's limits.

    Raises:
        BadInput: it is over one of them, or of a kind that doesn't go out; it names both.
    """
    if video.container not in rules.containers:
        allowed = ", ".join(rules.containers) or "nothing"
        raise BadInput(
            "Videos can be sent only as {allowed}, but this one is {container}: convert it, or send a link.",
            allowed=allowed,
            container=video.container,
        )
    for codecs, taken in ((video.video_codecs, rules.video_codecs), (video.audio_codecs, rules.audio_codecs)):
        if foreign := [codec for codec in codecs if codec not in taken]:
            raise BadInput(
                "Videos can be sent only with the codecs {allowed}, but this one uses {codec}: convert it, "
                "or send a link.",
                allowed=tuple(taken),
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


def _is_clean(runner: UseCaseRunner, attachment: Attachment, known: Collection[Attachment]) -> bool:
    file = attachment.file
    if not attachment.blob:
        return attachment.kind not in _WITH_FILE
    if file is None or not _is_checked(attachment):
        return False
    return attachment in known or (bool(file.proof) and file.proof == _proof(runner, attachment.blob, file.media_type))


def _clean(runner: UseCaseRunner, attachment: Attachment) -> Attachment:
    try:
        data = EncryptedBlobs(runner, runner.context.blobs).get(attachment.blob)
    except (NotFound, Purged, Damaged):
        what = attachment.name or attachment.kind
        raise BadInput("Attachment {file!r} isn't in the blob store: upload the file again.", file=what) from None
    copy = store_clean(runner, data, attachment.kind, attachment.name)
    return evolve(attachment, name=copy.name, blob=copy.blob, file=copy.file)


def _name_copy(name: str, known: FileRecord) -> str:
    """Return the name of a copy: with the ending of its own type, where it has another type than the file had."""
    ending = ending_of(known.shown_type)
    return with_ending(name, ending) if ending and known.shown_type != known.media_type else name


def _inspector(runner: UseCaseRunner) -> FileInspector:
    inspector = runner.context.inspector
    if inspector is None:
        raise BadInput(
            "No file can be sent, because the app has no `inspector` that cleans files: ask the operator to set one."
        )
    return inspector


def _proof(runner: UseCaseRunner, blob: str, media_type: str) -> str:
    return runner.context.keys.blind("cleaned", f"{blob} {media_type}")[:_PROOF_DIGITS]
