"""Acts of persons that span several subjects."""

from anninh_core._lazy import lazy

lazy(__name__)
