"""Results of cleaning a file, and its limits."""

from attrs import frozen

from anninh_core.vocabulary.files import Cleaning, FileReason, VideoFacts

_MEGABYTE = 1024 * 1024


@frozen(kw_only=True)
class FileLimits:
    """Limits of a file, so that no file uses up memory or time.

    Attributes:
        size: bytes of the file as received.
        pixels: pixels of a picture, all frames and pages together.
        unpacked: bytes that a document may unpack to.
        parts: entries of an office document, objects of a PDF, boxes of a video.
        ratio: largest ratio of unpacked to packed size of an entry of an office document, for entries over a megabyte.
    """

    size: int = 50 * _MEGABYTE
    pixels: int = 60_000_000
    unpacked: int = 200 * _MEGABYTE
    parts: int = 50_000
    ratio: int = 200


@frozen(kw_only=True)
class CleanedFile:
    """The result of cleaning a file.

    Attributes:
        media_type: type by content, "" if unknown.
        data: the bytes to show; None if the file is refused or shown as received.
        shown_type: media type of the bytes to show.
        flags: see `FileRecord.flags`.
    """

    media_type: str
    cleaning: Cleaning
    data: bytes | None = None
    shown_type: str = ""
    reason: str = ""
    detail: str = ""
    flags: tuple[str, ...] = ()


@frozen
class CleaningRequest:
    """The parent's request to the cleaning subprocess.

    Attributes:
        claim: type that the platform named.
        seconds: limit of CPU time.
        measures: whether to measure a video, instead of cleaning a file.
    """

    claim: str
    limits: FileLimits
    seconds: int
    measures: bool = False


@frozen(kw_only=True)
class MeasuredVideo:
    """The result of measuring a video: its facts, or the reason for their absence."""

    facts: VideoFacts | None = None
    reason: str = ""
    detail: str = ""


class FileRefused(Exception):
    """Raised if a file, or a part of a file, must not be shown."""

    def __init__(self, reason: FileReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class FileNotCleaned(Exception):
    """Raised if no available cleaner can clean the file."""

    def __init__(self, reason: FileReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
