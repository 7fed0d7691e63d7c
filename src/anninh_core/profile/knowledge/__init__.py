"""Articles of a knowledge base as files, and those that come with the library."""

from anninh_core._lazy import lazy

lazy(__name__)
