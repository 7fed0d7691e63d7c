"""For tests: a mock messenger, fixed clocks and ids, conformance kits, fixtures for pytest."""

from anninh_core._lazy import lazy

lazy(__name__)
