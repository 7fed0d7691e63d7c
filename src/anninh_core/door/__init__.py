"""The former name of `anninh_core.operations`, until 1.0."""

from anninh_core._moved import keep_old_imports

keep_old_imports(__name__, "problems")
