"""Revocation of the application's permission by the account. Zalo reports it once, by the event `permission_revoked`.

The tokens look valid until they are used, and an application that only receives events uses none for a day. So the
event is remembered until an administrator consents again.
"""

import logging
from datetime import datetime

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, problem
from anninh_core.ports.messengers.adapter import AdapterState

_STATE_NAME = "revoked"
_REVOKED = "revoked"
_LIFTED = "lifted"
_TRIES = 10  # Maximum number of tries; a process that was faster stores the same state, or a later one.
_log = logging.getLogger(__name__)


class Revocation:
    """Stores the last revocation of the application's permission. Threads and processes may share it."""

    def __init__(self, state: AdapterState) -> None:
        self._state = state

    def record(self, at: datetime) -> None:
        """Store a revocation; an old event from before the last login, delivered again, has no effect.

        A storage failure must not fail the event: it is only logged.
        """
        _log.warning("the official account took the application's right away; log in again: anninh zalo login")
        try:
            version, state, changed_at = self._read_state()
            if changed_at is None or (state == _LIFTED and changed_at <= at):
                self._state.put(_STATE_NAME, f"{_REVOKED} {at.isoformat()}".encode(), version)
        except StorageError as error:
            _log.warning("that the right was taken away couldn't be noted: %s", type(error).__name__)

    def clear(self, now: datetime) -> None:
        """Clear the revocation after a new consent."""
        value = f"{_LIFTED} {now.isoformat()}".encode()
        any(self._state.put(_STATE_NAME, value, self._read_state()[0]) for _ in range(_TRIES))

    def since(self) -> datetime | None:
        """Return the time of the revocation, or None if the permission wasn't revoked or was granted again."""
        _, state, changed_at = self._read_state()
        return changed_at if state == _REVOKED else None

    def check(self) -> tuple[Check, ...]:
        """Return the health check of the application's permission, or nothing if the permission isn't revoked."""
        since = self.since()
        if since is None:
            return ()
        what = Sentence("The account withdrew the application's permission at {time}, Vietnam time.", time=since)
        todo = Sentence("Ask its administrator for the reason, and let them consent again with `anninh zalo login`.")
        return (problem("permission", what, todo),)

    def _read_state(self) -> tuple[int, str, datetime | None]:
        stored = self._state.get(_STATE_NAME)
        state, _, changed_at = stored.value.decode().partition(" ")
        return stored.version, state, datetime.fromisoformat(changed_at) if changed_at else None
