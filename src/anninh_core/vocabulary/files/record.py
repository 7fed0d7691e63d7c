"""What is known of a file."""

from attrs import field, frozen

from anninh_core.vocabulary.files.states import Cleaning, Scan
from anninh_core.vocabulary.files.video import VideoFacts


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
