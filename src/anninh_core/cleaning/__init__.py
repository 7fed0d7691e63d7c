"""Files are made fit to be seen: recognised by content, refused where they do harm, cleaned of what tells too much.

Knows nothing of messages, cases and storage. Libraries are loaded when a file needs them.
"""

from anninh_core.cleaning.isolation import clean_file
from anninh_core.cleaning.results import CleanedFile, FileLimits

__all__ = ["CleanedFile", "FileLimits", "clean_file"]
