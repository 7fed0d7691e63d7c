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
from anninh_core.operations import BadArguments, Door
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import action_of
from anninh_core.usecase.named_values.request_digests import RequestDigests
from anninh_core.vocabulary.former_operations import first_name
from anninh_core.web.api.replies import to_reply
from anninh_core.workflows.changes import READERS

REPLAYED = "Idempotency-Replayed"
"""Header of an answer to a request that was carried out before."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class KeyReused(BadInput):
    """An idempotency key came before with other words. Nothing was done."""


class Replays:
    """Carries commands out under keys of their callers.

    What was answered isn't kept: whoever sends a request again is shown the record as it is now, if they may read it.
    In which version they saw it before is no question then: the act itself has made another one of it.
    """

    def __init__(self, app: App, door: Door) -> None:
        self._app = app
        self._door = door
        self._digests = RequestDigests(app.internals.runner)

    def carry_out(
        self, actor: Actor, operation: Operation, key: str, arguments: Mapping[str, object], body: bytes
    ) -> Response:
        """Carry a command out, or answer what became of it.

        Raises:
            BadArguments: it takes no key, or this is none.
            KeyReused: the key came before with another body.
            AlreadyDone: it was carried out before, and what it did can't be shown, or is known no more.
        """
        if not operation.takes_key:
            raise _refuse(operation, Sentence("isn't accepted by this operation"))
        if _KEY.fullmatch(key) is None:
            raise _refuse(operation, Sentence("isn't a key of 1 to 100 visible ASCII characters"))
        request = f"{actor.label} {first_name(operation.name)} {key}"
        said = _normalize(body)
        keyed = actor.with_request(key)
        try:
            answer = self._door.call(keyed, operation.name, arguments)
        except AlreadyDone as done:
            return self._replay(actor, operation, done, self._digests.compare(request, said))
        self._digests.remember(request, said, self._scope(keyed, operation))
        return to_reply(self._door, answer)

    def _replay(self, actor: Actor, operation: Operation, done: AlreadyDone, is_same: bool | None) -> Response:
        if is_same is False:
            raise KeyReused(
                "This Idempotency-Key was sent before with another body: use a new key for a new request."
            ) from done
        if is_same is None:
            raise done
        if operation.answer is NoneType:
            return _mark(to_reply(self._door, None))
        for kind, id, _ in done.touched:
            if (read := self._reader(operation, kind)) is not None:
                context = self._door.view_context()
                shown = operation.shown.show(read(evolve(actor, seen=()), id), context)
                return _mark(to_reply(self._door, shown))
        raise done

    def _reader(self, operation: Operation, kind: str) -> Callable[..., Any] | None:
        """Return the query that reads a record of a kind, if that is what the operation answers too."""
        if kind not in READERS:
            return None
        read = self._door.find(READERS[kind]).verb
        answers_it = signature(read).return_annotation is signature(operation.verb).return_annotation
        return read if answers_it else None

    def _scope(self, actor: Actor, operation: Operation) -> str:
        """Return the erasure scope of what a command has just written, "" where it wrote nothing that has one."""
        done = self._app.internals.runner.find_done(actor, action_of(operation.verb))
        records = self._app.internals.context.storage.records
        written = (records.get(kind, id) for kind, id, _ in (done.touched if done else ()))
        return next((record.scope for record in written if record is not None and record.scope), "")


def _normalize(body: bytes) -> bytes:
    """Return a JSON object as it reads, whatever its spaces and the order of its members."""
    return msgspec.json.encode(msgspec.json.decode(body or b"{}"), order="deterministic")


def _mark(response: Response) -> Response:
    response.headers[REPLAYED] = "true"
    return response


def _refuse(operation: Operation, message: Sentence) -> BadArguments:
    return BadArguments(operation.name, [ArgumentError("Idempotency-Key", message)])
