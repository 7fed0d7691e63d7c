"""A file that goes out with an item: cleaned on its way in, so that a photo tells neither where nor by whom."""

from collections.abc import Callable

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.carry_out import check_form
from anninh_core.board.forms.plain_sentences import plain_sentence
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.kernel.errors import BadInput

_FIELD = "piece.attachments"
_KINDS = ("image", "video", "audio")


def with_clean_file(
    page: PageRequest,
    operation: str,
    unit: str,
    again: Callable[[PageRequest, FailedAct], Response],
    go_on: Callable[[PageRequest], Response],
) -> Response:
    """Go on with the file of a form cleaned and stored; a file that can't go out is told at its field.

    Args:
        unit: whose item it is.
        again: shows the page once more.
        go_on: carries the act out.
    """
    sent = page.files.get(_FIELD)
    if sent is None or not sent.data or not check_form(page):
        return go_on(page)
    kind = next((kind for kind in _KINDS if sent.media_type.startswith(f"{kind}/")), "file")
    try:
        kept = page.call("content.attach", unit=unit, data=sent.data, kind=kind, name=sent.name)
    except BadInput as refused:
        sentence = plain_sentence(refused, page) or page.words(
            "This file can't be used. Choose another picture (JPEG or PNG) or another PDF file."
        )
        failed = FailedAct(
            operation=operation,
            status=422,
            sentence=page.words("Some fields aren't correct. Nothing was saved; your text is still below."),
            errors={_FIELD: sentence},
        )
        return again(page, failed)
    return go_on(evolve(page, files={}, form={**page.form, _FIELD: (kept.id,)}))
