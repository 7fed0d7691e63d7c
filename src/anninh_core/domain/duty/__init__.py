"""Who is on duty, what they have to know of, and whether somebody has taken it up."""

from anninh_core._lazy import lazy

lazy(__name__)
