"""Messages between people and the domain: what leaves by the outbox, and what failed on its way."""

from anninh_core._lazy import lazy

lazy(__name__)
