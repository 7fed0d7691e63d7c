"""Why something failed, in clear."""

from anninh_core.kernel.errors import RequestRejected, RetryLater
from anninh_core.messaging.redaction import redact_error

ROW = "017bec1e-1680-7188-ab51-84c5216e51d7"


def test_our_own_errors_speak() -> None:
    """What is to be done stands there whole, with our own ids, although their digits look like a number plate."""
    assert redact_error(RetryLater(f"task {ROW} waits; log in again")) == f"task {ROW} waits; log in again"


def test_personal_data_is_masked() -> None:
    """Numbers and plates by their shape, and what is known to be the recipient's or to have been said, by itself."""
    said = "no user u77 with 0912 345 678 may read 'Bà Mẫu báo tin' of 35B1-123.45"
    shown = redact_error(RequestRejected(said), ["u77", "Bà Mẫu báo tin", ""])
    assert shown == "no user … with … may read '…' of …"


def test_of_foreign_errors_only_the_class_is_named() -> None:
    """A library's error may quote anything."""
    assert redact_error(KeyError("Bà Mẫu")) == "KeyError"


def test_a_reason_is_short() -> None:
    """A platform that answers with a page fills no column."""
    assert len(redact_error(RequestRejected("no " * 1000))) == 500
