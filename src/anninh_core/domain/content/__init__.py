"""Content: items from a draft through four gates and a second person to the groups, and their corrections."""

from anninh_core._lazy import lazy

lazy(__name__)
