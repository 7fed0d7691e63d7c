"""The reasons of failures are stored unencrypted, so personal data is removed from them."""

from anninh_core.kernel.errors import RequestRejected, RetryLater
from anninh_core.messaging.redaction import redact_error

ROW = "017bec1e-1680-7188-ab51-84c5216e51d7"


def test_own_error_text_is_kept() -> None:
    """The text of our own errors is kept, with our ids, although their digits look like a number plate."""
    assert redact_error(RetryLater(f"task {ROW} waits; log in again")) == f"task {ROW} waits; log in again"


def test_personal_data_is_masked() -> None:
    """Personal data is masked by its format, and the recipient and the message's text are masked wherever they
    occur.
    """
    error_text = "no user u77 with 0912 345 678 may read 'Bà Mẫu báo tin' of 35B1-123.45"
    redacted = redact_error(RequestRejected(error_text), ["u77", "Bà Mẫu báo tin", ""])
    assert redacted == "no user … with … may read '…' of …"


def test_foreign_errors_keep_only_their_class() -> None:
    """Of an error of another library only the class is kept, since its text may quote anything."""
    assert redact_error(KeyError("Bà Mẫu")) == "KeyError"


def test_a_reason_is_short() -> None:
    """A reason is cut to 500 characters."""
    assert len(redact_error(RequestRejected("no " * 1000))) == 500
