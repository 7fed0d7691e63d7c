"""A pretend chat service and the messenger that speaks to it."""

from anninh_core._moved import keep_moved

keep_moved(__name__)
