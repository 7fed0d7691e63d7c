"""The ports for files: a malware scanner, and an inspector that cleans files for display."""

from typing import Protocol

from attrs import field, frozen

from anninh_core.vocabulary.files import FileRecord, Scan, VideoFacts


@frozen
class ScanResult:
    """Result of a malware scan.

    Attributes:
        signature: name of the malware found.
        detail: why the scan failed.
    """

    state: Scan
    signature: str = ""
    detail: str = ""


class FileScanner(Protocol):
    """A malware scanner. May be called from several threads at once."""

    def scan(self, data: bytes) -> ScanResult:
        """Return the scanner's verdict on a file, or `UNSCANNED` with a reason if the scanner is unavailable."""
        ...

    def find_problem(self) -> str:
        """Return why the scanner is unavailable now, or "" if it is available."""
        ...


@frozen
class InspectedFile:
    """A file after its inspection: the facts about it, and a cleaned copy.

    Attributes:
        record: facts about the file; its `blob` is "" until the copy is stored.
        data: the cleaned copy, or None.
    """

    record: FileRecord
    data: bytes | None = field(default=None, repr=False)


class FileInspector(Protocol):
    """Scans files for malware, recognises their type and cleans them. May be called from several threads at once."""

    @property
    def scans(self) -> bool:
        """Whether files are scanned for malware."""
        ...

    def inspect(self, data: bytes, claim: str = "") -> InspectedFile:
        """Scan and clean a file; the returned record names every problem.

        Args:
            data: the file as received.
            claim: type that the platform named: `image`, `video`, `audio`, `file`.

        Raises:
            OSError: a temporary failure of the machine; the cause isn't the file.
        """
        ...

    def measure_video(self, data: bytes) -> VideoFacts:
        """Return the facts about a video that is to be published.

        Raises:
            BadInput: the video isn't playable, or no library to measure it is installed; the message gives the reason
                and the install command.
            OSError: as `inspect`.
        """
        ...

    def problems(self) -> tuple[str, ...]:
        """Return the reasons why files can't be cleaned or scanned on this machine, one sentence each."""
        ...
