"""Dispatch: from an event outside to the room it concerns, and from the outbox to a messenger."""
