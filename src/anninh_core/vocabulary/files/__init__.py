"""What is known of a file that came or goes: what it is, whether it was cleaned, and whether a scanner saw it."""

from anninh_core._moved import keep_moved
from anninh_core.vocabulary.files.record import Cleaning, FileReason, FileRecord, Scan, VideoFacts

__all__ = ["Cleaning", "FileReason", "FileRecord", "Scan", "VideoFacts"]

keep_moved(__name__, "states")
