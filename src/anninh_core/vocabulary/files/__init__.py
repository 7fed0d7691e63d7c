"""Metadata of files that were received or are sent: their type, and the results of cleaning and of the malware scan."""

from anninh_core._moved import keep_old_imports
from anninh_core.vocabulary.files.record import Cleaning, FileReason, FileRecord, Scan, VideoFacts

__all__ = ["Cleaning", "FileReason", "FileRecord", "Scan", "VideoFacts"]

keep_old_imports(__name__, "states")
