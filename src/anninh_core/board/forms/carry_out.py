"""What becomes of a form that was sent: the act is done once, or the page says why not and keeps the words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from attrs import evolve
from starlette.responses import Response

from anninh_core.board.browser.form_tokens import FORM_TOKEN, is_form_token
from anninh_core.board.forms.plain_sentences import plain_sentence
from anninh_core.board.forms.step_up import show_second_factor, takes_second_factor
from anninh_core.board.forms.values import arguments_from, put_at
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.words.catalogue import act_table
from anninh_core.door import BadArguments
from anninh_core.door.faults import MISSING
from anninh_core.door.inputs import InputKind, describe_inputs
from anninh_core.door.operation import Operation
from anninh_core.kernel import errors

Again = Callable[[PageRequest, FailedAct], Response]
"""Shows the page once more, with what was tried and why it wasn't done."""

_FAILURES = (
    (errors.Stale, 412, "stale"),
    (errors.Conflict, 409, "conflict"),
    (errors.WrongStep, 409, "wrong_step"),
    (errors.StepUpNeeded, 403, "step_up_help"),
    (errors.NotVisible, 404, "page_not_found"),
    (errors.NotSignedIn, 403, "proof_wrong"),
    (errors.Refused, 403, "refused"),
    (errors.TooLarge, 413, "page_too_large"),
    (errors.BadInput, 422, "bad_input"),
    (errors.TooManyRequests, 429, "page_busy"),
    (errors.StorageBusy, 503, "page_busy"),
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
    if operation_name not in act_table():
        raise errors.NotFound(f"the board has no act {operation_name!r}")
    operation = page.desk.door.find(operation_name)
    try:
        return _attempt(page, operation, given)
    except Failed as failed:
        page.failure = evolve(failed.failure, words=tuple(_iter_written(page, operation)))
        raise


def _attempt(page: PageRequest, operation: Operation, given: Mapping[str, Any]) -> Any:
    told = act_table()[operation.name]
    words = page.words
    if not check_form(page):
        raise Failed(FailedAct(operation=operation.name, status=403, sentence=words["expired_form"]))
    if told.get("danger") and page.sent("confirmed") != "yes":
        raise Failed(FailedAct(operation=operation.name, status=422, sentence=words["confirm_first"], keeps_key=True))
    try:
        page = _stepped_up(page, operation, told)
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
        found = next(((status, key) for kind, status, key in _FAILURES if isinstance(error, kind)), None)
        if found is None:
            raise
        status, key = found
        sentence = plain_sentence(error, words.language) or words[key]
        raise Failed(FailedAct(operation=operation.name, status=status, sentence=sentence, cause=key)) from error


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


def _stepped_up(page: PageRequest, operation: Operation, told: Mapping[str, Any]) -> PageRequest:
    """Return the page of somebody who has just shown a second factor, if the form has one."""
    if not takes_second_factor(operation, told):
        return page
    try:
        is_shown = show_second_factor(page)
    except (errors.NotSignedIn, errors.BadInput) as error:
        again = evolve(page, actor=page.desk.admit(page.token, page.address))
        if again.signed_in.sign_in.is_fresh(page.now):  # the form is sent a second time, with the code of the first
            return again
        sentence = page.words["step_up_wrong"]
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
    told = act_table()[operation.name].get("fields", {})
    for one in describe_inputs(operation):
        if one.kind is InputKind.WORDS and told.get(one.path, {}).get("widget") not in ("secret", "hidden"):
            yield from filter(str.strip, page.form.get(one.path, ()))


def _explain(page: PageRequest, operation: Operation, error: BadArguments) -> FailedAct:
    words = page.words
    paths = {one.path for one in describe_inputs(operation)}
    found: dict[str, str] = {}
    for one in error.errors:
        path = next((path for path in paths if one.path == path or one.path.startswith((f"{path}[", f"{path}."))), "")
        is_missing = one.message == MISSING or not page.sent(path).strip()
        found[path] = words["field_missing" if is_missing else "field_wrong"]
    return FailedAct(operation=operation.name, status=422, sentence=words["bad_input"], errors=found)
