"""The former name of `anninh_core.operations`, until 1.0."""

from anninh_core._moved import keep_moved

keep_moved(__name__, "problems")
