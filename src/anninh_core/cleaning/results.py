"""What comes of cleaning a file, and the limits it is held to."""

from attrs import frozen

from anninh_core.vocabulary.files import Cleaning, FileReason, VideoFacts

_MEGABYTE = 1024 * 1024


@frozen(kw_only=True)
class FileLimits:
    """What a file may be at most, so that no file takes the memory or the time of everything else.

    Attributes:
        size: bytes as it came.
        pixels: of a picture, all frames and pages together.
        unpacked: bytes that a document may unpack to.
        parts: entries of an office document, objects of a PDF, boxes of a film.
        ratio: how many times its packed size an entry of an office document may unpack to, from a megabyte on.
    """

    size: int = 50 * _MEGABYTE
    pixels: int = 60_000_000
    unpacked: int = 200 * _MEGABYTE
    parts: int = 50_000
    ratio: int = 200


@frozen(kw_only=True)
class CleanedFile:
    """What came of cleaning a file.

    Attributes:
        media_type: by content, "" where it isn't known.
        data: the bytes to show, None where it is refused or shown as it came.
        shown_type: their media type.
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
    """What the process is asked that a file is cleaned in.

    Attributes:
        claim: what the platform called the file.
        seconds: of computing that it may take.
        measures: whether the file is a video to be measured, and not a file to be cleaned.
    """

    claim: str
    limits: FileLimits
    seconds: int
    measures: bool = False


@frozen(kw_only=True)
class MeasuredVideo:
    """What came of measuring a video: its facts, or why there are none."""

    facts: VideoFacts | None = None
    reason: str = ""
    detail: str = ""


class FileRefused(Exception):
    """A file, or something in it, that nobody is to be shown."""

    def __init__(self, reason: FileReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class FileNotCleaned(Exception):
    """A file that nothing here can clean."""

    def __init__(self, reason: FileReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
