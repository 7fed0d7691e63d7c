"""What becomes of a form that was sent: the act is done once, or the page says why not and keeps the words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from attrs import evolve
from starlette.responses import Response

from anninh_core.board.browser.form_tokens import FORM_TOKEN, is_form_token
from anninh_core.board.forms.act_table import act_table, has_form
from anninh_core.board.forms.plain_sentences import plain_sentence
from anninh_core.board.forms.step_up import show_second_factor, takes_second_factor
from anninh_core.board.forms.values import arguments_from, put_at
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.words import failures
from anninh_core.kernel import errors
from anninh_core.language.catalogue import marked
from anninh_core.operations import BadArguments
from anninh_core.operations.faults import MISSING
from anninh_core.operations.inputs import InputKind, describe_inputs
from anninh_core.operations.operation import Operation

Again = Callable[[PageRequest, FailedAct], Response]
"""Shows the page once more, with what was tried and why it wasn't done."""

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
    """Carry out the act that a form asks for.

    Args:
        given: arguments that the address names, such as the record's id, as JSON has them.
        again: shows the page once more.
        done: where the browser goes when it is done; or makes that of what the act answered.

    Raises:
        NotFound: there is no such operation among the board's acts.
    """
    try:
        answer = attempt(page, operation_name, given)
    except errors.AlreadyDone:
        return page.redirect(_target(done, None, page), done="before")
    except Failed as failed:
        return again(page, failed.failure)
    return page.redirect(_target(done, answer, page), done=operation_name)


class Failed(Exception):
    """An act wasn't done, and the page can say why."""

    def __init__(self, failure: FailedAct) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


def check_form(page: PageRequest) -> bool:
    """Tell whether a form stood on a page that was made for this sign-in."""
    return is_form_token(page.sent(FORM_TOKEN), page.token)


def _target(done: str | Callable[[Any], str], answer: object, page: PageRequest) -> str:
    if isinstance(done, str):
        return done
    return done(answer) if answer is not None else page.path.partition("/do/")[0] or "/"


def attempt(page: PageRequest, operation_name: str, given: Mapping[str, Any]) -> Any:
    """Carry the act out that a form asks for and return what it answers, for pages that show it once.

    Args:
        given: arguments that the address names, as JSON has them.

    Raises:
        Failed: it wasn't done, and the page can say why.
        AlreadyDone: this form was sent before.
        NotFound: there is no such operation among the board's acts.
    """
    if not has_form(page.desk.door, operation_name):
        raise errors.NotFound("The board has no form for the operation {operation!r}.", operation=operation_name)
    operation = page.desk.door.find(operation_name)
    try:
        return _attempt(page, operation, given)
    except Failed as failed:
        page.failure = evolve(failed.failure, words=tuple(_iter_written(page, operation)))
        raise


def _attempt(page: PageRequest, operation: Operation, given: Mapping[str, Any]) -> Any:
    layout = act_table().get(operation.name, {})
    words = page.words
    if not check_form(page):
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
        page = _stepped_up(page, operation, layout)
        arguments = {**arguments_from(describe_inputs(operation), page.form), **given}
        for path, kept in _iter_uploads(page, operation):
            put_at(arguments, path, kept)
        decoded = operation.arguments.decode(msgspec.json.encode(arguments))
        actor = _actor(page, operation, decoded)
        return page.desk.door.call(actor, operation.name, decoded)
    except errors.AlreadyDone:
        raise
    except BadArguments as error:
        raise Failed(_explain(page, operation, error)) from error
    except errors.AnninhError as error:
        raise Failed(_explain_refusal(page, operation, error)) from error


def _actor(page: PageRequest, operation: Operation, arguments: Mapping[str, object]) -> Any:
    """Return who acts: under the form's key, having seen what the page showed."""
    actor = page.signed_in
    key = page.sent("request_key")
    version = page.sent("version")
    if operation.takes_key and key:
        actor = actor.with_request(key[:100])
    if operation.takes_version and version.isascii() and version.isdigit():
        actor = operation.seen_by(actor, int(version), arguments)
    return actor


def _stepped_up(page: PageRequest, operation: Operation, layout: Mapping[str, Any]) -> PageRequest:
    """Return the page of somebody who has just shown a second factor, if the form has one."""
    if not takes_second_factor(operation, layout):
        return page
    try:
        is_shown = show_second_factor(page)
    except (errors.NotSignedIn, errors.BadInput) as error:
        again = evolve(page, actor=page.desk.admit(page.token, page.address))
        if again.signed_in.sign_in.is_fresh(page.now):  # the form is sent a second time, with the code of the first
            return again
        sentence = page.words("The code or passkey is wrong or has expired. Authenticate again.")
        raise Failed(FailedAct(operation=operation.name, status=403, sentence=sentence, keeps_key=True)) from error
    return evolve(page, actor=page.desk.admit(page.token, page.address)) if is_shown else page


def _iter_uploads(page: PageRequest, operation: Operation) -> Iterator[tuple[str, object]]:
    """Yield field and id of the files that the form sent along; they lie here sealed until the act takes them."""
    for one in describe_inputs(operation):
        sent = page.files.get(one.path)
        if one.kind is InputKind.FILE and sent is not None and sent.data:
            kept = page.desk.door.uploads.put(page.signed_in, sent.data, sent.name, sent.media_type)
            yield one.path, [kept] if one.many else kept


def _iter_written(page: PageRequest, operation: Operation) -> Iterator[str]:
    """Yield the sentences that the form brought, but for passwords and the like."""
    layout = act_table().get(operation.name, {}).get("fields", {})
    for one in describe_inputs(operation):
        if one.kind is InputKind.WORDS and layout.get(one.path, {}).get("widget") not in ("secret", "hidden"):
            yield from filter(str.strip, page.form.get(one.path, ()))


def _explain_refusal(page: PageRequest, operation: Operation, error: errors.AnninhError) -> FailedAct:
    """Return why an act was refused; raises the error itself where it is no refusal."""
    failure = next((row for row in _FAILURES if isinstance(error, row[0])), None)
    if failure is None:
        raise error
    kind, status, general = failure
    own = plain_sentence(error, page)
    path = _field_of(operation, error)
    if own and path:
        return FailedAct(
            operation=operation.name, status=status, sentence=page.words(general), errors={path: own}, cause=kind
        )
    return FailedAct(operation=operation.name, status=status, sentence=own or page.words(general), cause=kind)


def _field_of(operation: Operation, error: errors.AnninhError) -> str:
    """Return the path of the input that an error names as wrong, "" for none."""
    argument = error.argument if isinstance(error, errors.BadInput) else ""
    paths = [given.path for given in describe_inputs(operation) if given.path != operation.subject]
    return next((path for path in paths if argument and argument in (path, path.rpartition(".")[2])), "")


def _explain(page: PageRequest, operation: Operation, error: BadArguments) -> FailedAct:
    words = page.words
    paths = {one.path for one in describe_inputs(operation)}
    found: dict[str, str] = {}
    for one in error.errors:
        path = next((path for path in paths if one.path == path or one.path.startswith((f"{path}[", f"{path}."))), "")
        is_missing = one.message == MISSING or not page.sent(path).strip()
        found[path] = words("Not filled in") if is_missing else words("Not correct")
    return FailedAct(
        operation=operation.name,
        status=422,
        sentence=words("Some fields aren't correct. Nothing was saved; your text is still below."),
        errors=found,
    )
