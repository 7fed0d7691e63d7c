"""Tips: from a resident's words to an answered, closed case."""

from anninh_core._lazy import lazy

lazy(__name__)
