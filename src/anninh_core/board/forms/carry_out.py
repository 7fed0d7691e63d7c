"""Execution of submitted forms: the act is done once, or the page shows why it failed and keeps the text."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from attrs import evolve
from starlette.responses import Response

from anninh_core.board.browser.form_tokens import FORM_TOKEN, is_form_token
from anninh_core.board.forms.act_table import has_form, load_act_table
from anninh_core.board.forms.plain_sentences import find_plain_sentence
from anninh_core.board.forms.step_up import requires_second_factor, verify_second_factor
from anninh_core.board.forms.values import read_arguments, set_at_path
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.words import failures
from anninh_core.kernel import errors
from anninh_core.language.catalogue import marked
from anninh_core.operations import BadArguments
from anninh_core.operations.faults import MISSING
from anninh_core.operations.inputs import InputKind, describe_inputs
from anninh_core.operations.operation import Operation

Again = Callable[[PageRequest, FailedAct], Response]
"""Type of a function that shows the page again, with the failed act and the reason."""

_FAILURES = (
    (
        errors.Stale,
        412,
        marked(
            "The record changed while you were working. Nothing was saved; your text is still below. Check "
            "it, then send it again."
        ),
    ),
    (
        errors.Conflict,
        409,
        marked("Another person changed this record at the same time. Nothing was saved; send it again."),
    ),
    (errors.WrongStep, 409, marked("The state of the record doesn't allow this now.")),
    (errors.StepUpNeeded, 403, failures.STEP_UP),
    (errors.NotFound, 404, failures.NOT_FOUND),
    (errors.NotSignedIn, 403, marked("The password, code or passkey is wrong or has expired. Nothing was saved.")),
    (errors.Refused, 403, marked("You have no permission to do this here. An officer with the right role can do it.")),
    (errors.TooLarge, 413, failures.TOO_LARGE),
    (errors.BadInput, 422, failures.BAD_INPUT),
    (errors.TooManyRequests, 429, failures.BUSY),
    (errors.StorageBusy, 503, failures.BUSY),
)


def carry_out(
    page: PageRequest, operation_name: str, given: Mapping[str, Any], again: Again, done: str | Callable[[Any], str]
) -> Response:
    """Carry out the act of a submitted form.

    Args:
        given: arguments from the address, such as the record's id, as JSON values.
        again: shows the page again after a failure.
        done: address to redirect to after the act, or a function that makes it from the operation's result.

    Raises:
        NotFound: the board has no form for this operation.
    """
    try:
        result = attempt_act(page, operation_name, given)
    except errors.AlreadyDone:
        return page.redirect(_find_redirect_target(done, None, page), done="before")
    except Failed as failed:
        return again(page, failed.failure)
    return page.redirect(_find_redirect_target(done, result, page), done=operation_name)


class Failed(Exception):
    """An act failed for a reason that the page can show."""

    def __init__(self, failure: FailedAct) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


def has_own_form_token(page: PageRequest) -> bool:
    """Return whether a form's page was made for this session."""
    return is_form_token(page.sent(FORM_TOKEN), page.token)


def _find_redirect_target(done: str | Callable[[Any], str], result: object, page: PageRequest) -> str:
    if isinstance(done, str):
        return done
    return done(result) if result is not None else page.path.partition("/do/")[0] or "/"


def attempt_act(page: PageRequest, operation_name: str, given: Mapping[str, Any]) -> Any:
    """Carry out the act of a submitted form and return its result, for pages that show it once.

    Args:
        given: arguments from the address, as JSON values.

    Raises:
        Failed: the act failed for a reason that the page can show.
        AlreadyDone: this form was submitted before.
        NotFound: the board has no form for this operation.
    """
    if not has_form(page.desk.gateway, operation_name):
        raise errors.NotFound("The board has no form for the operation {operation!r}.", operation=operation_name)
    operation = page.desk.gateway.find(operation_name)
    try:
        return _call_operation(page, operation, given)
    except Failed as failed:
        page.failure = evolve(failed.failure, words=tuple(_iter_submitted_texts(page, operation)))
        raise


def _call_operation(page: PageRequest, operation: Operation, given: Mapping[str, Any]) -> Any:
    layout = load_act_table().get(operation.name, {})
    words = page.words
    if not has_own_form_token(page):
        raise Failed(
            FailedAct(
                operation=operation.name,
                status=403,
                sentence=words("This screen was out of date. Check it, then send it again."),
            )
        )
    if operation.irreversible and page.sent("confirmed") != "yes":
        raise Failed(
            FailedAct(
                operation=operation.name, status=422, sentence=words("Tick the confirmation first."), keeps_key=True
            )
        )
    try:
        page = _verify_factor(page, operation, layout)
        arguments = {**read_arguments(describe_inputs(operation), page.form), **given}
        for path, file_id in _iter_uploads(page, operation):
            set_at_path(arguments, path, file_id)
        decoded = operation.arguments.decode(msgspec.json.encode(arguments))
        actor = _build_actor(page, operation, decoded)
        return page.desk.gateway.call(actor, operation.name, decoded)
    except errors.AlreadyDone:
        raise
    except BadArguments as error:
        raise Failed(_describe_failure(page, operation, error)) from error
    except errors.AnninhError as error:
        raise Failed(_explain_refusal(page, operation, error)) from error


def _build_actor(page: PageRequest, operation: Operation, arguments: Mapping[str, object]) -> Any:
    """Return the actor with the form's request key and the record's version that the page showed."""
    actor = page.signed_in
    key = page.sent("request_key")
    version = page.sent("version")
    if operation.takes_key and key:
        actor = actor.with_request(key[:100])
    if operation.takes_version and version.isascii() and version.isdigit():
        actor = operation.add_seen_version(actor, int(version), arguments)
    return actor


def _verify_factor(page: PageRequest, operation: Operation, layout: Mapping[str, Any]) -> PageRequest:
    """Return the page with an actor whose second factor was verified just now, if the form contains one."""
    if not requires_second_factor(operation, layout):
        return page
    try:
        is_verified = verify_second_factor(page)
    except (errors.NotSignedIn, errors.BadInput) as error:
        refreshed = evolve(page, actor=page.desk.admit(page.token, page.address))
        # This is a repeated submission, and its code was accepted the first time.
        if refreshed.signed_in.sign_in.is_fresh(page.now):
            return refreshed
        sentence = page.words("The code or passkey is wrong or has expired. Authenticate again.")
        raise Failed(FailedAct(operation=operation.name, status=403, sentence=sentence, keeps_key=True)) from error
    return evolve(page, actor=page.desk.admit(page.token, page.address)) if is_verified else page


def _iter_uploads(page: PageRequest, operation: Operation) -> Iterator[tuple[str, object]]:
    """Yield field and file id of each uploaded file; the files are stored encrypted until the act takes them."""
    for input_field in describe_inputs(operation):
        file = page.files.get(input_field.path)
        if input_field.kind is InputKind.FILE and file is not None and file.data:
            file_id = page.desk.gateway.uploads.put(page.signed_in, file.data, file.name, file.media_type)
            yield input_field.path, [file_id] if input_field.many else file_id


def _iter_submitted_texts(page: PageRequest, operation: Operation) -> Iterator[str]:
    """Yield the submitted texts, without passwords and hidden fields."""
    layout = load_act_table().get(operation.name, {}).get("fields", {})
    for input_field in describe_inputs(operation):
        if input_field.kind is InputKind.WORDS and layout.get(input_field.path, {}).get("widget") not in (
            "secret",
            "hidden",
        ):
            yield from filter(str.strip, page.form.get(input_field.path, ()))


def _explain_refusal(page: PageRequest, operation: Operation, error: errors.AnninhError) -> FailedAct:
    """Return why an act was refused; raise the error itself if it is no refusal."""
    failure = next((row for row in _FAILURES if isinstance(error, row[0])), None)
    if failure is None:
        raise error
    kind, status, general = failure
    sentence = find_plain_sentence(error, page)
    path = _find_wrong_field(operation, error)
    if sentence and path:
        return FailedAct(
            operation=operation.name, status=status, sentence=page.words(general), errors={path: sentence}, cause=kind
        )
    return FailedAct(operation=operation.name, status=status, sentence=sentence or page.words(general), cause=kind)


def _find_wrong_field(operation: Operation, error: errors.AnninhError) -> str:
    """Return the path of the input that an error names as wrong, or ""."""
    argument = error.argument if isinstance(error, errors.BadInput) else ""
    paths = [input_field.path for input_field in describe_inputs(operation) if input_field.path != operation.subject]
    return next((path for path in paths if argument and argument in (path, path.rpartition(".")[2])), "")


def _describe_failure(page: PageRequest, operation: Operation, error: BadArguments) -> FailedAct:
    words = page.words
    paths = {input_field.path for input_field in describe_inputs(operation)}
    by_path: dict[str, str] = {}
    for problem in error.errors:
        path = next(
            (path for path in paths if problem.path == path or problem.path.startswith((f"{path}[", f"{path}."))), ""
        )
        is_missing = problem.message == MISSING or not page.sent(path).strip()
        by_path[path] = words("Not filled in") if is_missing else words("Not correct")
    return FailedAct(
        operation=operation.name,
        status=422,
        sentence=words("Some fields aren't correct. Nothing was saved; your text is still below."),
        errors=by_path,
    )
