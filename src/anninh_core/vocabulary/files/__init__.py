"""What is known of a file that came or goes: what it is, whether it was cleaned, and whether a scanner saw it."""

from anninh_core.vocabulary.files.record import FileRecord
from anninh_core.vocabulary.files.states import Cleaning, FileReason, Scan
from anninh_core.vocabulary.files.video import VideoFacts

__all__ = ["Cleaning", "FileReason", "FileRecord", "Scan", "VideoFacts"]
