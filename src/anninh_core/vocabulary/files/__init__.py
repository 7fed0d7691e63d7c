"""What is known of a file that came or goes: what it is, whether it was cleaned, and whether a scanner saw it."""

from anninh_core.vocabulary.files.record import Cleaning, FileReason, FileRecord, Scan, VideoFacts

__all__ = ["Cleaning", "FileReason", "FileRecord", "Scan", "VideoFacts"]
