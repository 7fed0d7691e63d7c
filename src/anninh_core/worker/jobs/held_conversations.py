"""Conversations that are held by a message of unknown outcome."""

from datetime import timedelta

from anninh_core.usecase.context import UseCaseContext

UNKNOWN_HOLD_TIME = timedelta(minutes=10)
"""How long a message of unknown outcome holds its conversation before the next ones may go."""


def release_held(context: UseCaseContext) -> int:
    """Let conversations go on that were held for long enough; return how many."""
    return context.storage.queues.release_held(context.clock.now(), UNKNOWN_HOLD_TIME)
