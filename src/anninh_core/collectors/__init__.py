"""What collectors are written with: asking a source within limits, and the plain words of what it says."""

from anninh_core._lazy import lazy

lazy(__name__)
