"""The nouns of an app: one class per subject, one line per verb."""

from anninh_core._lazy import lazy

lazy(__name__)
