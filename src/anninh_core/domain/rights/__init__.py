"""Rights of data subjects: to access, correct, restrict, erase, and object."""

from anninh_core._lazy import lazy

lazy(__name__)
