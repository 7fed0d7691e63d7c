"""Messages between people and the domain: receiving, sending through the outbox, and handling failures."""

from anninh_core._lazy import lazy

lazy(__name__)
