"""Failures that can be scripted for the mock service, by name."""

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


def _build_rate_limit_error(after: timedelta | None) -> DeliveryError:
    delay = after or _DEFAULT_DELAY
    return RetryLater(
        "Too many messages were sent: try again in {seconds} s (scripted: rate_limit).",
        delay,
        seconds=delay.total_seconds(),
    )


def _build_error_factory(error: type[DeliveryError], sentence: str) -> Callable[[timedelta | None], DeliveryError]:
    return lambda _after: error(sentence)


FAILURES_BEFORE: dict[str, Callable[[timedelta | None], DeliveryError]] = {
    "expired_token": _build_error_factory(
        NeedsPerson, "the token ran out; somebody has to log in again (scripted: expired_token)"
    ),
    "lost_before": _build_error_factory(
        UnknownOutcome, "the connection broke before an answer (scripted: lost_before)"
    ),
    "not_json": _build_error_factory(UnknownOutcome, "a web page came instead of an answer (scripted: not_json)"),
    "rate_limit": _build_rate_limit_error,
    "recipient_gone": _build_error_factory(
        RecipientUnreachable, "the recipient left for good (scripted: recipient_gone)"
    ),
    "window_closed": _build_error_factory(
        RecipientUnreachable, "the recipient hasn't written for too long to be written to (scripted: window_closed)"
    ),
    "refused": _build_error_factory(RetryLater, "no connection, nothing was sent (scripted: refused)"),
    "rejected": _build_error_factory(RequestRejected, "the service won't take this message (scripted: rejected)"),
    "server_error": _build_error_factory(
        UnknownOutcome, "the service had a problem of its own (scripted: server_error)"
    ),
}
"""Failures after which a call has had no effect, by name."""

FAILURES_AFTER: dict[str, Callable[[timedelta | None], DeliveryError]] = {
    "cut_off": _build_error_factory(UnknownOutcome, "the answer ended in the middle (scripted: cut_off)"),
    "lost_answer": _build_error_factory(
        UnknownOutcome, "the connection broke before an answer (scripted: lost_answer)"
    ),
}
"""Failures of a call that has had its effect all the same, by name."""

CRASH = "crash_after_send"
"""Name of the failure in which a call has its effect and the process ends at once, as by `kill -9`."""

FETCH_FAILURES: dict[str, Callable[[timedelta | None], Exception]] = {
    "fetch_breaks": lambda _after: OSError("the connection broke while a file came (scripted: fetch_breaks)"),
    "fetch_later": lambda after: RetryLater(
        "The file isn't available now: try again later (scripted: fetch_later).", after
    ),
}
"""Failures of the next fetch of a file, by name; sending works as before."""

EVENT_TRICKS = ("duplicate", "reorder")
"""Tricks that can be scripted for events: the next event comes twice, or comes after the event that follows it."""

CALL_FAILURES = (*sorted([*FAILURES_BEFORE, *FAILURES_AFTER]), CRASH)
