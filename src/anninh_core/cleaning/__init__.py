"""Files are made fit to be seen: recognised by content, refused where they do harm, cleaned of what tells too much.

Knows nothing of messages, cases and storage. Libraries are loaded when a file needs them.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.cleaning.clamd import ClamdScanner
    from anninh_core.cleaning.inspector import Inspector
    from anninh_core.cleaning.isolation import clean_file
    from anninh_core.cleaning.results import CleanedFile, FileLimits

__all__ = ["ClamdScanner", "CleanedFile", "FileLimits", "Inspector", "clean_file"]

lazy(
    __name__,
    {
        "ClamdScanner": "clamd",
        "CleanedFile": "results",
        "FileLimits": "results",
        "Inspector": "inspector",
        "clean_file": "isolation",
    },
)
