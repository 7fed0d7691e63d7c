"""Metadata of a file, which is stored with a message or record."""

from enum import StrEnum

from attrs import field, frozen


class Cleaning(StrEnum):
    """The result of cleaning a file before it is shown. The values are stored and never change."""

    CLEANED = "cleaned"
    """There is a cleaned copy, without metadata about the author, place and device."""
    NOT_CLEANED = "not_cleaned"
    """There is no cleaner for the file's type: the file is shown unchanged, and marked."""
    REFUSED = "refused"
    """The file is shown to no one; the original stays encrypted."""


class Scan(StrEnum):
    """The result of a malware scan. The values are stored and never change."""

    UNSCANNED = "unscanned"
    """No scanner is configured, or it couldn't be reached."""
    CLEAN = "clean"
    """The scanner found no malware."""
    INFECTED = "infected"
    """The scanner found malware."""
    TOO_LARGE = "too_large"
    """The file is larger than the scanner's limit."""


class FileReason(StrEnum):
    """The reason why a file is refused, or shown uncleaned. The values are stored and never change."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    MARKUP = "markup"  # The file is SVG, HTML or XML, which may run code when opened.
    EXECUTABLE = "executable"
    ARCHIVE = "archive"
    OLD_OFFICE = "old_office"  # The file is DOC, XLS, PPT or RTF, in which macros can't be detected.
    MACROS = "macros"
    EMBEDDED = "embedded"  # The file contains an object that can't be inspected.
    ENCRYPTED = "encrypted"
    POLYGLOT = "polyglot"  # The file has two types at once.
    BOMB = "bomb"  # The file unpacks to more data than is allowed.
    DAMAGED = "damaged"
    INFECTED = "infected"  # A scanner recognised malware in the file; `signature` has its name.
    FAILED = "failed"  # Cleaning failed; the detail has the error's name.
    NOT_PLAYABLE = "not_playable"  # The file is declared as a video, but has no visible track.
    NO_LIBRARY = "no_library"  # An optional dependency isn't installed; the detail has the command that installs it.
    NO_CLEANER = "no_cleaner"  # There is no cleaner for the file's type.


@frozen(kw_only=True)
class VideoFacts:
    """Measured properties of a video.

    Attributes:
        container: media type of the file.
        video_codecs, audio_codecs: codecs of its tracks, such as `AVC` and `AAC`, each once.
        seconds: length of its longest track, by measurement or its own metadata; rounded, at least one.
        width, height: of its largest picture, in pixels.
    """

    container: str
    video_codecs: tuple[str, ...]
    audio_codecs: tuple[str, ...]
    seconds: int
    width: int
    height: int


@frozen(kw_only=True)
class FileRecord:
    """Metadata of a file, stored with the message or record that it belongs to, encrypted like that.

    Attributes:
        sha256: digest of the original bytes, in hex, to distinguish the original from a copy. Never in the journal,
            where anyone with a file could test whether it was received.
        size: size of the original bytes.
        media_type: type by content, whatever the platform reported; "" if unknown.
        cleaning: result of the cleaning.
        reason: why it is refused or wasn't cleaned, "" for a cleaned file.
        detail: details of the reason: a limit, the name of an error, an install command.
        blob: blob name of the cleaned copy, "" for none.
        shown_type: media type of the cleaned copy, which may differ.
        flags: oddities of the original: `polyglot`, `unlike_claim`.
        scan: result of the malware scan.
        signature: name of the malware found.
        proof: keyed hash of the copy's name and type, for outgoing files: only a copy made and checked here has a
            proof.
        video: measured properties of an outgoing video; None for anything else.
    """

    sha256: str = field(repr=False)
    size: int
    media_type: str
    cleaning: Cleaning
    reason: str = ""
    detail: str = field(default="", repr=False)
    blob: str = ""
    shown_type: str = ""
    flags: tuple[str, ...] = ()
    scan: Scan = Scan.UNSCANNED
    signature: str = ""
    proof: str = field(default="", repr=False)
    video: VideoFacts | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether the file is shown to no one, except by the operation for originals."""
        return self.cleaning is Cleaning.REFUSED
