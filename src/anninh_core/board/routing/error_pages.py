"""The pages that are shown for errors."""

import logging

from starlette.exceptions import HTTPException
from starlette.responses import Response

from anninh_core.board.browser.form_tokens import WrongFormToken
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.words import failures
from anninh_core.kernel import errors
from anninh_core.language.catalogue import marked
from anninh_core.operations.problems import explain_error

_log = logging.getLogger(__name__)

_REFUSED = marked("This part doesn't belong to your work.")
_PURGED = marked("The content here was destroyed as the rules require.")
_DAMAGED = marked(
    "This record can't be opened: its data or its key was altered or lost. Notify an operator; the "
    "record can be restored from a backup."
)
_WITHOUT_KEYS = marked("The system's keys can't open any data now. Notify an operator at once.")
_BROKEN_PAGE = marked(
    "An error occurred on the server, and nothing was saved. The operator can find the error in the server's log."
)
_PAGES: tuple[tuple[type[Exception], int, str], ...] = (
    (WrongFormToken, 403, failures.EXPIRED_FORM),
    (errors.NotVisible, 404, failures.NOT_FOUND),
    (errors.NotFound, 404, failures.NOT_FOUND),
    (errors.Refused, 403, _REFUSED),
    # Wrong input comes from an address here, because forms show their own errors.
    (errors.BadInput, 404, failures.NOT_FOUND),
    (errors.TooManyRequests, 429, failures.BUSY),
    (errors.StorageBusy, 503, failures.BUSY),
    (errors.Purged, 410, _PURGED),
    (errors.Damaged, 503, _DAMAGED),
    (errors.KeysUnavailable, 503, _WITHOUT_KEYS),
)
_BROKEN = (500, _BROKEN_PAGE)
_QUARANTINE = "quarantine.items"
"""Name of an operation; actors who may call it are shown which record can't be opened, and why."""

_BY_STATUS = {404: failures.NOT_FOUND, 403: _REFUSED, 413: failures.TOO_LARGE, 429: failures.BUSY, 503: failures.BUSY}


def render_error_page(page: PageRequest, error: Exception) -> Response:
    """Return the page for an error; the place of an unforeseen error is only logged."""
    if isinstance(error, HTTPException):
        return _render_failure(page, error.status_code, _BY_STATUS.get(error.status_code, _BROKEN_PAGE))
    status, message = next(((status, message) for kind, status, message in _PAGES if isinstance(error, kind)), _BROKEN)
    if status == 500:
        _log.error("a page failed: %s", _describe_place(error))
    if isinstance(error, errors.Damaged) and page.has(_QUARANTINE):
        return _render_failure(page, status, message, explain_error(error, page.phrasing))
    return _render_failure(page, status, message)


def _render_failure(page: PageRequest, status: int, message: str, reason: str = "") -> Response:
    page.failure = None  # This page itself shows the failure, so no form has to show it.
    return page.render("templates/error.html", status, sentence=page.words(message), reason=reason)


def _describe_place(error: BaseException) -> str:
    """Return an error's class and place, without its message, which may quote a person's words."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f" at {at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
    return f"{type(error).__name__}{place}"
