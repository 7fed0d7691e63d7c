"""Frozen values shared by hooks, ports and the domain, and open to plugin authors."""

from anninh_core._lazy import lazy

lazy(__name__)
