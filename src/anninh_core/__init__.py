"""Official security chat groups: tips, reviewed content, moderation by people, signed reports."""

from anninh_core._version import __version__

__all__ = ["__version__"]
