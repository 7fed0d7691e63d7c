"""Duty: who is on duty, the alarms for them, and whether an officer has acknowledged an alarm."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
