"""Metadata of a received or sent file: its type, and the results of cleaning and of the malware scan."""

from anninh_core._moved import keep_moved
from anninh_core.vocabulary.files.record import Cleaning, FileReason, FileRecord, Scan, VideoFacts

__all__ = ["Cleaning", "FileReason", "FileRecord", "Scan", "VideoFacts"]

keep_moved(__name__, "states")
