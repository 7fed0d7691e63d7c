"""The operations gateway, which decodes arguments, calls the use case and encodes the result."""

from collections.abc import Mapping, Sequence
from typing import Any

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.kernel.sentences import Sentence
from anninh_core.operations.files.uploads import Uploads
from anninh_core.operations.operation import Operation
from anninh_core.operations.operation_table import OperationTable
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.composition.query_composition import QueryCall, read_together
from anninh_core.usecase.permissions.limits import explain_missing_factor
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import ViewContext, to_json
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

_UPLOAD = "uploads.put"
"""Action name of a refused upload in the audit log."""


class OperationGateway:
    """Offers every public use case of an app to callers outside the process. Thread-safe."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.operations: Mapping[str, Operation] = OperationTable(app)
        self.uploads: Uploads = Uploads(app.internals.runner, self._check_may_upload)

    def find(self, name: str) -> Operation:
        """Return the operation with this name.

        Raises:
            NotFound: there is no such operation.
        """
        try:
            return self.operations[name]
        except KeyError:
            raise NotFound(
                "Operation {operation!r} doesn't exist: `anninh call --list` lists all operations.",
                kind="operation",
                id=name,
                operation=name,
            ) from None

    def decode(self, name: str, body: bytes) -> Mapping[str, object]:
        """Decode the arguments of an operation from a JSON object, by name; omitted arguments are missing in the
        result.

        Raises:
            NotFound: there is no such operation.
            BadArguments: the body isn't a JSON object, has more than 1 MiB, or arguments are invalid; the error has the
                path of each.
        """
        return self.find(name).arguments.decode(body)

    def call(self, actor: Actor, name: str, arguments: Mapping[str, object]) -> object:
        """Carry out an operation, and return its converted result.

        Args:
            actor: the caller. A token that is limited to some operations can call only these.
            arguments: from `decode`.

        Raises:
            NotFound: there is no such operation, or the actor has no such upload.
            Refused: the actor's sign-in isn't permitted to use this operation; the refusal is in the audit log. Errors
                of the use case are raised too.
        """
        operation = self.find(name)
        self.admit(actor, operation)
        resolved: Mapping[str, Any] = self.uploads.resolve(actor, arguments)
        context = self.view_context()
        result = operation.shown.show(operation.verb(actor, **resolved), context)
        return self.uploads.issue_id(actor, result) if isinstance(result, Attachment) else result

    def read_together(self, actor: Actor, reads: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Any, ...]:
        """Carry out queries as one read with one audit log entry, and return their converted results.

        Args:
            reads: name and arguments of each query; the entry is named after the first.

        Raises:
            NotFound: there is no such operation.
            TypeError: an operation isn't a query, or requires a second factor. Errors of the queries are raised too.
        """
        operations = [self.find(name) for name, _ in reads]
        for operation in operations:
            self.admit(actor, operation)
        readings = [
            QueryCall(operation.verb, arguments) for operation, (_, arguments) in zip(operations, reads, strict=True)
        ]
        results = read_together(actor, operations[0].name, readings)
        context = self.view_context()
        return tuple(
            operation.shown.show(result, context) for operation, result in zip(operations, results, strict=True)
        )

    def view_context(self) -> ViewContext:
        """Return the context for converting results: the current time and the profile."""
        return ViewContext(self._app.district, self._app.internals.context.clock.now())

    def encode(self, result: object) -> bytes:
        """Encode a result as JSON."""
        return to_json(result)

    def admit(self, actor: Actor, operation: Operation) -> None:
        """Check that the actor's sign-in is permitted to use an operation.

        Raises:
            Refused: it is limited to other operations; the refusal is in the audit log.
        """
        allowed = actor.sign_in.operations
        if allowed is None or operation.name in allowed:
            return
        why = Sentence(
            "This sign-in by {method} isn't permitted to use {operation}.",
            method=actor.sign_in.method,
            operation=operation.name,
        )
        self._record_refusal(actor, operation.name, operation.permission, why)

    def _check_may_upload(self, actor: Actor) -> None:
        """Check that the actor's sign-in is permitted to use an operation that takes a file; raises as `admit` does."""
        if actor.sign_in.owes_second_factor:
            self._record_refusal(actor, _UPLOAD, Permission.OWN_ACCOUNT, explain_missing_factor(actor))
        allowed = actor.sign_in.operations
        if allowed is None or any(name in self.operations and self.operations[name].takes_file for name in allowed):
            return
        why = Sentence(
            "This sign-in by {method} isn't permitted to upload files: it must be permitted to use one of "
            "{operations}.",
            method=actor.sign_in.method,
            operations=tuple(name for name, operation in self.operations.items() if operation.takes_file),
        )
        self._record_refusal(actor, _UPLOAD, Permission.OWN_ACCOUNT, why)

    def _record_refusal(self, actor: Actor, action: str, permission: Permission, why: Sentence) -> None:
        """Raise `Refused`, and record the refusal in the audit log."""

        def raise_refused(_: ReadSession) -> None:
            raise Refused(why)

        self._app.internals.runner.run_query(actor, action, permission, False, raise_refused)
