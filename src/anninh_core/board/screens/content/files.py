"""Files of items, cleaned on upload, so that a photo reveals neither its place nor its author."""

from collections.abc import Callable

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.carry_out import has_own_form_token
from anninh_core.board.forms.plain_sentences import find_plain_sentence
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.kernel.errors import BadInput

_FIELD = "piece.attachments"
_KINDS = ("image", "video", "audio")


def attach_clean_file(
    page: PageRequest,
    operation: str,
    unit: str,
    again: Callable[[PageRequest, FailedAct], Response],
    go_on: Callable[[PageRequest], Response],
) -> Response:
    """Clean and store a form's file, then carry out the act; show the reason at the field of a file that can't be used.

    Args:
        unit: unit that publishes the item.
        again: shows the page again after a failure.
        go_on: carries out the act.
    """
    upload = page.files.get(_FIELD)
    if upload is None or not upload.data or not has_own_form_token(page):
        return go_on(page)
    kind = next((kind for kind in _KINDS if upload.media_type.startswith(f"{kind}/")), "file")
    try:
        attachment = page.call("content.attach", unit=unit, data=upload.data, kind=kind, name=upload.name)
    except BadInput as refused:
        sentence = find_plain_sentence(refused, page) or page.words(
            "This file can't be used. Choose another picture (JPEG or PNG) or another PDF file."
        )
        failure = FailedAct(
            operation=operation,
            status=422,
            sentence=page.words("Some fields aren't correct. Nothing was saved; your text is still below."),
            errors={_FIELD: sentence},
        )
        return again(page, failure)
    return go_on(evolve(page, files={}, form={**page.form, _FIELD: (attachment.id,)}))
