"""The header `Idempotency-Key`: a command that is sent again with the same key is carried out only once."""

import re
from collections.abc import Callable, Mapping
from inspect import signature
from types import NoneType
from typing import Any

import msgspec
from attrs import evolve
from starlette.responses import Response

from anninh_core.app.app import App
from anninh_core.kernel.errors import AlreadyDone, BadInput
from anninh_core.kernel.sentences import Sentence
from anninh_core.operations import BadArguments, OperationGateway
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import get_action_name
from anninh_core.usecase.named_values.request_digests import RequestDigests
from anninh_core.vocabulary.former_operations import get_original_name
from anninh_core.web.api.replies import build_response
from anninh_core.workflows.changes import READERS

REPLAYED = "Idempotency-Replayed"
"""Response header which marks that the request was carried out before."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class KeyReused(BadInput):
    """The caller sent an idempotency key before with another request body. Nothing was done."""


class Replays:
    """Carries out commands with idempotency keys, so that a repeated request has no second effect.

    Results aren't kept: a caller who repeats a request is shown the record as it is now, if they may read it. The
    version that the caller had seen isn't checked then: the act itself has made a new version.
    """

    def __init__(self, app: App, gateway: OperationGateway) -> None:
        self._app = app
        self._gateway = gateway
        self._digests = RequestDigests(app.internals.runner)

    def carry_out(
        self, actor: Actor, operation: Operation, key: str, arguments: Mapping[str, object], body: bytes
    ) -> Response:
        """Carry out a command under an idempotency key, or return the outcome of the first request with this key.

        Raises:
            BadArguments: the operation takes no key, or the key is malformed.
            KeyReused: the key was sent before with another body.
            AlreadyDone: the command was carried out before, and its result can't be shown or is no longer known.
        """
        if not operation.takes_key:
            raise _build_key_error(operation, Sentence("isn't accepted by this operation"))
        if _KEY.fullmatch(key) is None:
            raise _build_key_error(operation, Sentence("isn't a key of 1 to 100 visible ASCII characters"))
        request = f"{actor.label} {get_original_name(operation.name)} {key}"
        normalized = _normalize_json(body)
        keyed_actor = actor.with_request(key)
        try:
            result = self._gateway.call(keyed_actor, operation.name, arguments)
        except AlreadyDone as done:
            return self._repeat_outcome(actor, operation, done, self._digests.compare(request, normalized))
        self._digests.store_digest(request, normalized, self._find_erasure_scope(keyed_actor, operation))
        return build_response(self._gateway, result)

    def _repeat_outcome(self, actor: Actor, operation: Operation, done: AlreadyDone, is_same: bool | None) -> Response:
        if is_same is False:
            raise KeyReused(
                "This Idempotency-Key was sent before with another body: use a new key for a new request."
            ) from done
        if is_same is None:
            raise done
        if operation.answer is NoneType:
            return _mark_as_replayed(build_response(self._gateway, None))
        for kind, id, _ in done.touched:
            if (read := self._find_reader(operation, kind)) is not None:
                context = self._gateway.view_context()
                view = operation.shown.show(read(evolve(actor, seen=()), id), context)
                return _mark_as_replayed(build_response(self._gateway, view))
        raise done

    def _find_reader(self, operation: Operation, kind: str) -> Callable[..., Any] | None:
        """Return the query that reads a record of the kind `kind`, or None unless it returns the same class as the
        operation.
        """
        if kind not in READERS:
            return None
        read = self._gateway.find(READERS[kind]).verb
        answers_it = signature(read).return_annotation is signature(operation.verb).return_annotation
        return read if answers_it else None

    def _find_erasure_scope(self, actor: Actor, operation: Operation) -> str:
        """Return the erasure scope of the records that a command has just written, "" if none has a scope."""
        done = self._app.internals.runner.find_done(actor, get_action_name(operation.verb))
        records = self._app.internals.context.storage.records
        written = (records.get(kind, id) for kind, id, _ in (done.touched if done else ()))
        return next((record.scope for record in written if record is not None and record.scope), "")


def _normalize_json(body: bytes) -> bytes:
    """Return a JSON object in a normal form, in which spaces and the order of members make no difference."""
    return msgspec.json.encode(msgspec.json.decode(body or b"{}"), order="deterministic")


def _mark_as_replayed(response: Response) -> Response:
    response.headers[REPLAYED] = "true"
    return response


def _build_key_error(operation: Operation, message: Sentence) -> BadArguments:
    return BadArguments(operation.name, [ArgumentError("Idempotency-Key", message)])
