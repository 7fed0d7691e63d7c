from anninh_core.app.settings import FileSettings
from anninh_core.cleaning.inspector import Inspector
from anninh_core.cleaning.results import FileLimits
from anninh_core.ports.scanner import FileInspector

_MEGABYTE = 1024 * 1024
_MEGAPIXEL = 1_000_000


def build_inspector(settings: FileSettings) -> FileInspector:
    """Return the inspector that scans and cleans files, configured by the settings.

    Raises:
        ConfigurationError: the scanner's address is invalid.
    """
    limits = FileLimits(
        size=settings.most_megabytes * _MEGABYTE,
        pixels=settings.most_megapixels * _MEGAPIXEL,
        unpacked=max(4 * settings.most_megabytes, 200) * _MEGABYTE,
    )
    scanner = None
    if settings.scanner:
        from anninh_core.cleaning.clamd import ClamdScanner  # noqa: PLC0415  most have none

        most_bytes = settings.scanner_megabytes * _MEGABYTE
        scanner = ClamdScanner(settings.scanner, settings.scanner_seconds, most_bytes)
    return Inspector(limits, scanner)
