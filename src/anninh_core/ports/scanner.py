"""The ports for files: one asks a malware scanner, one makes a file fit to be seen."""

from typing import Protocol

from attrs import field, frozen

from anninh_core.vocabulary.files import FileRecord, Scan, VideoFacts


@frozen
class ScanResult:
    """What a scanner said.

    Attributes:
        signature: the name of what it found.
        detail: why it couldn't be asked.
    """

    state: Scan
    signature: str = ""
    detail: str = ""


class FileScanner(Protocol):
    """Asks a malware scanner about files. May be called from several threads at once."""

    def scan(self, data: bytes) -> ScanResult:
        """Return what the scanner says of a file; `UNSCANNED`, with a reason, where it can't be asked."""
        ...

    def find_problem(self) -> str:
        """Return why the scanner can't be asked now, "" if it can."""
        ...


@frozen
class InspectedFile:
    """What came of looking at a file.

    Attributes:
        record: what is known of it; its `blob` is "" until somebody stores the copy.
        data: the cleaned copy, None where there is none.
    """

    record: FileRecord
    data: bytes | None = field(default=None, repr=False)


class FileInspector(Protocol):
    """Scans, recognises and cleans files. May be called from several threads at once."""

    @property
    def scans(self) -> bool:
        """Whether there is a scanner."""
        ...

    def inspect(self, data: bytes, claim: str = "") -> InspectedFile:
        """Look at a file; whatever is wrong with it is said in the record.

        Args:
            data: as it came.
            claim: what the platform called it: `image`, `video`, `audio`, `file`.

        Raises:
            OSError: the machine can't, now; it has nothing to do with the file.
        """
        ...

    def measure_video(self, data: bytes) -> VideoFacts:
        """Return what a video is that is to go out.

        Raises:
            BadInput: it is none that plays, or nothing here measures one; it says why, and what to install.
            OSError: as `inspect`.
        """
        ...

    def problems(self) -> tuple[str, ...]:
        """Return what keeps files from being cleaned or scanned on this machine, a sentence each."""
        ...
