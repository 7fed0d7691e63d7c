"""What is known of a file."""

from enum import StrEnum

from attrs import field, frozen


class Cleaning(StrEnum):
    """What was done to a file before anybody sees it. The values are stored and stay."""

    CLEANED = "cleaned"
    """There is a copy without what tells who made it, where and with what."""
    NOT_CLEANED = "not_cleaned"
    """Nothing here can clean it: it is shown as it came, and marked."""
    REFUSED = "refused"
    """Nobody is shown it; the original stays sealed."""


class Scan(StrEnum):
    """What a malware scanner said of a file. The values are stored and stay."""

    UNSCANNED = "unscanned"
    """There is none, or it couldn't be asked."""
    CLEAN = "clean"
    """It found nothing."""
    INFECTED = "infected"
    """It found something."""
    TOO_LARGE = "too_large"
    """For the scanner, which takes no more."""


class FileReason(StrEnum):
    """Why a file is refused, or shown as it came. The values are stored and stay."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    MARKUP = "markup"  # SVG, HTML or XML: it may do things where it is opened
    EXECUTABLE = "executable"
    ARCHIVE = "archive"
    OLD_OFFICE = "old_office"  # DOC, XLS, PPT, RTF: whether there are macros in it can't be told
    MACROS = "macros"
    EMBEDDED = "embedded"  # something in it that can't be looked into
    ENCRYPTED = "encrypted"
    POLYGLOT = "polyglot"  # two types at once
    BOMB = "bomb"  # it unpacks to more than is allowed
    DAMAGED = "damaged"
    INFECTED = "infected"  # a scanner knows it; its name stands in the signature
    FAILED = "failed"  # cleaning broke off; the detail names the error
    NOT_PLAYABLE = "not_playable"  # called a video, and nothing in it can be seen
    NO_LIBRARY = "no_library"  # an extra isn't installed; the detail has the install line
    NO_CLEANER = "no_cleaner"  # nothing here cleans this type


@frozen(kw_only=True)
class VideoFacts:
    """What a video really is, as a library measured it.

    Attributes:
        container: media type of the file.
        video_codecs, audio_codecs: of its tracks, such as `AVC` and `AAC`, each once.
        seconds: how long its longest track plays, or says that it does; rounded, at least one.
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
    """What is known of a file, kept with whatever it came with and sealed like that.

    Attributes:
        sha256: of the bytes as they came, in hex: by it the original can be told apart from a copy. Never in the
            journal, where whoever has a file could test whether it came.
        size: of those bytes.
        media_type: by content, whatever the platform said; "" where nothing is known.
        cleaning: what was done to it.
        reason: why it is refused or wasn't cleaned, "" for a cleaned one.
        detail: more on that: a limit, the name of an error, an install line.
        blob: under which name the cleaned copy lies, "" for none.
        shown_type: media type of the cleaned copy, which may be another one.
        flags: what is odd about the original: `polyglot`, `unlike_claim`.
        scan: what a scanner said.
        signature: the name of what it found.
        proof: keyed hash of the copy's name and type, where it goes out: only a copy made and checked here has one.
        video: what was measured of a video that goes out; None for anything else.
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
        """Whether nobody is shown it, but by the door to originals."""
        return self.cleaning is Cleaning.REFUSED
