"""Inspection of a file: it is scanned first, so that no library opens known malware, and then cleaned."""

from collections.abc import Callable
from hashlib import sha256

from anninh_core.cleaning.extras import find_missing_extras
from anninh_core.cleaning.results import CleanedFile, FileLimits, MeasuredVideo
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.scanner import FileScanner, InspectedFile, ScanResult
from anninh_core.vocabulary.files import Cleaning, FileReason, FileRecord, Scan, VideoFacts


class Inspector:
    """Scans and cleans files.

    Args:
        scanner: virus scanner; if None, files stay unscanned.
        clean: function that cleans one file; default `clean_file`.
    """

    def __init__(
        self,
        limits: FileLimits | None = None,
        scanner: FileScanner | None = None,
        clean: Callable[[bytes, str, FileLimits], CleanedFile] | None = None,
    ) -> None:
        self._limits = limits or FileLimits()
        self._scanner = scanner
        self._clean = clean

    @property
    def scans(self) -> bool:
        """Whether files are scanned for viruses."""
        return self._scanner is not None

    def inspect(self, data: bytes, claim: str = "") -> InspectedFile:
        """Scan and clean a file; the returned record names every problem."""
        scanned = self._scanner.scan(data) if self._scanner else ScanResult(Scan.UNSCANNED)
        if scanned.state is Scan.INFECTED:
            cleaned = CleanedFile(media_type="", cleaning=Cleaning.REFUSED, reason=FileReason.INFECTED)
        else:
            cleaned = self._clean_file(data, claim)
        record = FileRecord(
            sha256=sha256(data).hexdigest(),
            size=len(data),
            media_type=cleaned.media_type,
            cleaning=cleaned.cleaning,
            reason=cleaned.reason,
            detail=cleaned.detail,
            shown_type=cleaned.shown_type,
            flags=cleaned.flags,
            scan=scanned.state,
            signature=scanned.signature,
        )
        return InspectedFile(record, cleaned.data)

    def _clean_file(self, data: bytes, claim: str) -> CleanedFile:
        if self._clean is None:
            from anninh_core.cleaning.isolation import clean_file  # noqa: PLC0415  many programs see no file

            self._clean = clean_file
        return self._clean(data, claim, self._limits)

    def measure_video(self, data: bytes) -> VideoFacts:
        """Return the facts about a video.

        Raises:
            BadInput: the video isn't playable, or the library that measures it isn't installed; the reason is given.
        """
        from anninh_core.cleaning.isolation import measure_file  # noqa: PLC0415  many programs see no file

        measured: MeasuredVideo = measure_file(data)
        if measured.facts is None:
            raise BadInput(
                "This video can't be checked ({reason}): choose another video, or install the missing program.",
                reason=tuple(filter(None, (measured.reason, measured.detail))),
            )
        return measured.facts

    def problems(self) -> tuple[str, ...]:
        """Return the reasons why files can't be cleaned or scanned on this machine, one sentence each."""
        missing = [_describe_missing(extra) for extra in find_missing_extras()]
        problem = self._scanner.find_problem() if self._scanner else ""
        return (*missing, f"The scanner of files: {problem}.") if problem else tuple(missing)


def _describe_missing(extra: str) -> str:
    if extra == "video":
        return "No video goes out, as nothing here checks whether it is one: pip install 'anninh[video]'."
    return f"Files that need the extra '{extra}' are shown as they came: pip install 'anninh[{extra}]'."
