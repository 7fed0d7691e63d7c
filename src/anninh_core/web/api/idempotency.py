"""`Idempotency-Key`: a command that is sent again is carried out once."""

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
from anninh_core.usecase.marks import action_of
from anninh_core.usecase.named_values.request_digests import RequestDigests
from anninh_core.vocabulary.former_operations import first_name
from anninh_core.web.api.replies import to_reply
from anninh_core.workflows.changes import READERS

REPLAYED = "Idempotency-Replayed"
"""Header of the response to a request that was carried out before."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class KeyReused(BadInput):
    """An idempotency key was sent before with another body. Nothing was done."""


class Replays:
    """Carries commands out under idempotency keys of their callers.

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
        """Carry a command out, or return the outcome of its first request.

        Raises:
            BadArguments: the operation takes no key, or the key is malformed.
            KeyReused: the key was sent before with another body.
            AlreadyDone: the command was carried out before, and its result can't be shown or is no longer known.
        """
        if not operation.takes_key:
            raise _refuse(operation, Sentence("isn't accepted by this operation"))
        if _KEY.fullmatch(key) is None:
            raise _refuse(operation, Sentence("isn't a key of 1 to 100 visible ASCII characters"))
        request = f"{actor.label} {first_name(operation.name)} {key}"
        normalized = _normalize(body)
        keyed_actor = actor.with_request(key)
        try:
            result = self._gateway.call(keyed_actor, operation.name, arguments)
        except AlreadyDone as done:
            return self._replay(actor, operation, done, self._digests.compare(request, normalized))
        self._digests.remember(request, normalized, self._scope(keyed_actor, operation))
        return to_reply(self._gateway, result)

    def _replay(self, actor: Actor, operation: Operation, done: AlreadyDone, is_same: bool | None) -> Response:
        if is_same is False:
            raise KeyReused(
                "This Idempotency-Key was sent before with another body: use a new key for a new request."
            ) from done
        if is_same is None:
            raise done
        if operation.answer is NoneType:
            return _mark(to_reply(self._gateway, None))
        for kind, id, _ in done.touched:
            if (read := self._reader(operation, kind)) is not None:
                context = self._gateway.view_context()
                view = operation.shown.show(read(evolve(actor, seen=()), id), context)
                return _mark(to_reply(self._gateway, view))
        raise done

    def _reader(self, operation: Operation, kind: str) -> Callable[..., Any] | None:
        """Return the query that reads records of a kind if it returns the same class as the operation, or None."""
        if kind not in READERS:
            return None
        read = self._gateway.find(READERS[kind]).verb
        answers_it = signature(read).return_annotation is signature(operation.verb).return_annotation
        return read if answers_it else None

    def _scope(self, actor: Actor, operation: Operation) -> str:
        """Return the erasure scope of the records that a command has just written, "" if none has a scope."""
        done = self._app.internals.runner.find_done(actor, action_of(operation.verb))
        records = self._app.internals.context.storage.records
        written = (records.get(kind, id) for kind, id, _ in (done.touched if done else ()))
        return next((record.scope for record in written if record is not None and record.scope), "")


def _normalize(body: bytes) -> bytes:
    """Return a JSON object in a normal form, independent of its spaces and the order of its members."""
    return msgspec.json.encode(msgspec.json.decode(body or b"{}"), order="deterministic")


def _mark(response: Response) -> Response:
    response.headers[REPLAYED] = "true"
    return response


def _refuse(operation: Operation, message: Sentence) -> BadArguments:
    return BadArguments(operation.name, [ArgumentError("Idempotency-Key", message)])
