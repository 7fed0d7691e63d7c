"""Content: items from draft through four gates and four-eyes approval to the groups, and their corrections."""

from anninh_core._lazy import lazy

lazy(__name__)
