"""Tips: from a resident's message to an answered, closed case."""

from anninh_core._lazy import lazy

lazy(__name__)
