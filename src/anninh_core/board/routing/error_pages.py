"""What people see where a page can't be shown."""

import logging

from starlette.exceptions import HTTPException
from starlette.responses import Response

from anninh_core.board.browser.form_tokens import WrongFormToken
from anninh_core.board.pages.request import PageRequest
from anninh_core.door.error_words import explain_error
from anninh_core.kernel import errors

_log = logging.getLogger(__name__)

_PAGES: tuple[tuple[type[Exception], int, str], ...] = (
    (WrongFormToken, 403, "expired_form"),
    (errors.NotVisible, 404, "page_not_found"),
    (errors.NotFound, 404, "page_not_found"),
    (errors.Refused, 403, "page_refused"),
    (errors.BadInput, 404, "page_not_found"),  # of an address: forms tell their own
    (errors.TooManyRequests, 429, "page_busy"),
    (errors.StorageBusy, 503, "page_busy"),
    (errors.Purged, 410, "page_purged"),
    (errors.Damaged, 503, "page_damaged"),
    (errors.KeysUnavailable, 503, "page_without_keys"),
)
_BROKEN = (500, "page_broken")
_QUARANTINE = "quarantine.items"
"""Actors who may carry this out are shown which record can't be opened, and why."""

_BY_STATUS = {404: "page_not_found", 403: "page_refused", 413: "page_too_large", 429: "page_busy", 503: "page_busy"}


def error_page(page: PageRequest, error: Exception) -> Response:
    """Return the page for an error; of what isn't foreseen only the log has the place."""
    if isinstance(error, HTTPException):
        return _show(page, error.status_code, _BY_STATUS.get(error.status_code, "page_broken"))
    status, key = next(((status, key) for kind, status, key in _PAGES if isinstance(error, kind)), _BROKEN)
    if status == 500:
        _log.error("a page failed: %s", _place(error))
    if isinstance(error, errors.Damaged) and page.has(_QUARANTINE):
        return _show(page, status, key, explain_error(error, page.language))
    return _show(page, status, key)


def _show(page: PageRequest, status: int, key: str, reason: str = "") -> Response:
    page.failure = None  # the page says it
    return page.render("templates/error.html", status, sentence=page.words[key], reason=reason)


def _place(error: BaseException) -> str:
    """Name an error's class and place, without its message, which may quote what a person wrote."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f" at {at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
    return f"{type(error).__name__}{place}"
