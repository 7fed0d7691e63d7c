"""A mock chat service and its messenger."""

from anninh_core._moved import keep_moved

keep_moved(__name__)
