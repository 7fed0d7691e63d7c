"""Rights of the people behind the data: to know, to correct, to restrict, to be erased, to object."""

from anninh_core._lazy import lazy

lazy(__name__)
