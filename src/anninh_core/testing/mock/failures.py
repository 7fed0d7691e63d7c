"""Failures of the mock service, by name."""

from collections.abc import Callable
from datetime import timedelta

from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
)

_DEFAULT_DELAY = timedelta(seconds=30)


def _raise_rate_limit(after: timedelta | None) -> DeliveryError:
    delay = after or _DEFAULT_DELAY
    return RetryLater(
        "Too many messages were sent: try again in {seconds} s (scripted: rate_limit).",
        delay,
        seconds=delay.total_seconds(),
    )


def _always_raise(error: type[DeliveryError], sentence: str) -> Callable[[timedelta | None], DeliveryError]:
    return lambda _after: error(sentence)


FAILURES_BEFORE: dict[str, Callable[[timedelta | None], DeliveryError]] = {
    "expired_token": _always_raise(
        NeedsPerson, "the token ran out; somebody has to log in again (scripted: expired_token)"
    ),
    "lost_before": _always_raise(UnknownOutcome, "the connection broke before an answer (scripted: lost_before)"),
    "not_json": _always_raise(UnknownOutcome, "a web page came instead of an answer (scripted: not_json)"),
    "rate_limit": _raise_rate_limit,
    "recipient_gone": _always_raise(RecipientUnreachable, "the recipient left for good (scripted: recipient_gone)"),
    "window_closed": _always_raise(
        RecipientUnreachable, "the recipient hasn't written for too long to be written to (scripted: window_closed)"
    ),
    "refused": _always_raise(RetryLater, "no connection, nothing was sent (scripted: refused)"),
    "rejected": _always_raise(RequestRejected, "the service won't take this message (scripted: rejected)"),
    "server_error": _always_raise(UnknownOutcome, "the service had a problem of its own (scripted: server_error)"),
}
"""The call fails without any effect."""

FAILURES_AFTER: dict[str, Callable[[timedelta | None], DeliveryError]] = {
    "cut_off": _always_raise(UnknownOutcome, "the answer ended in the middle (scripted: cut_off)"),
    "lost_answer": _always_raise(UnknownOutcome, "the connection broke before an answer (scripted: lost_answer)"),
}
"""The call has its effect and fails all the same."""

CRASH = "crash_after_send"
"""The call has its effect and the process ends at once, as by `kill -9`."""

FETCH_FAILURES: dict[str, Callable[[timedelta | None], Exception]] = {
    "fetch_breaks": lambda _after: OSError("the connection broke while a file came (scripted: fetch_breaks)"),
    "fetch_later": lambda after: RetryLater(
        "The file isn't available now: try again later (scripted: fetch_later).", after
    ),
}
"""The next fetch of a file fails, and sending works as before."""

EVENT_TRICKS = ("duplicate", "reorder")
"""Applied to events: the next event comes twice, or it waits for another and comes after it."""

CALL_FAILURES = (*sorted([*FAILURES_BEFORE, *FAILURES_AFTER]), CRASH)
