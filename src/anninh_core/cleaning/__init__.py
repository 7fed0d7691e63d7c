"""Files are made fit to be seen: recognised by content, refused where they do harm, cleaned of what tells too much.

Knows nothing of messages, cases and storage. Libraries are loaded when a file needs them.
"""

from anninh_core._lazy import lazy

lazy(__name__)
