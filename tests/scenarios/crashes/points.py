"""Points of the pipeline where a process may be killed, before and after each durable step."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from anninh_core.messaging.outbound.sender import OutboxSender
from anninh_core.messaging.rows import is_being_sent_by_fallback
from anninh_core.ports.storages.changes import ChangeSet
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.testing.mock.account import MockAccount
from anninh_storage.sql.queues.queues import SqlQueues
from anninh_storage.sql.storage import SqlStorage

WEB_STEPS = ("intake",)
WORKER_STEPS = (
    *("claim inbox", "process", "claim outbox", "start", "send", "settle"),
    *("mark rung", "send by rung", "fetch", "keep file", "settle by echo"),
)


def name_points_around(steps: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the points before and after each of the steps."""
    return tuple(f"{side} {step}" for step in steps for side in ("before", "after"))


Tell = Callable[[str], None]
"""Function that is called with each point that the process passes, in the thread that passes it."""


def report_points(tell: Tell) -> None:
    """Report every point to the given function from now on; nothing is restored, since this process ends with its
    test.
    """
    _report_around(SqlStorage, "commit", tell, _find_step)
    for name in ("claim_inbox", "claim_outbox"):
        step = name.replace("_", " ")
        _report_around(SqlQueues, name, tell, lambda *_, step=step: step)
    _report_around(SqlQueues, "start", tell, lambda *_: "start")
    _report_around(MockAccount, "send", tell, lambda *args: "send by rung" if args[2].startswith("[") else "send")
    _report_around(MockAccount, "fetch", tell, lambda *_: "fetch")


def hold_while_sending(hold: Callable[[], AbstractContextManager[None]]) -> None:
    """Keep the context manager `hold` entered in this process from before a row is started until it is settled."""
    sound = OutboxSender.send

    def send_while_held(self: OutboxSender, row: OutboxRow) -> None:
        with hold():
            sound(self, row)

    OutboxSender.send = send_while_held  # type: ignore[method-assign]


def _find_step(_storage: object, changes: Sequence[ChangeSet]) -> str:
    if any(change.inbox for change in changes):
        return "intake"
    if any(change.inbox_settled for change in changes):
        return "process"
    if any(change.request.startswith("found:") for change in changes):
        return "settle by echo"
    if any(change.entry is not None and change.entry.action == "dispatch.fetched" for change in changes):
        return "keep file"
    if any(change.outbox_settled and is_being_sent_by_fallback(change.outbox_settled) for change in changes):
        return "mark rung"
    return "settle" if any(change.outbox_settled for change in changes) else "other"


def _report_around(owner: type, name: str, tell: Tell, step_of: Callable[..., str]) -> None:
    """Report a point before and after each call of a method; if a claim or a commit has no result, only the point
    before it.
    """
    sound: Callable[..., Any] = getattr(owner, name)

    def call_and_report(*args: Any, **kwargs: Any) -> Any:
        step = step_of(*args)
        tell(f"before {step}")
        result = sound(*args, **kwargs)
        if result:
            tell(f"after {step}")
        return result

    setattr(owner, name, call_and_report)
