"""What must come from outside: storage, messengers, keys, blobs, formatters, time."""

from anninh_core._lazy import lazy

lazy(__name__)
