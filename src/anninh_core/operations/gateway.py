"""The door itself: decode, call, encode."""

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
from anninh_core.usecase.permissions.limits import explain_owed
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import ViewContext, to_json
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.permissions import Permission

_UPLOAD = "uploads.put"
"""How the journal names an upload that is refused."""


class Door:
    """Every public use case of an app, for callers outside the process. Thread-safe."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.operations: Mapping[str, Operation] = OperationTable(app)
        self.uploads: Uploads = Uploads(app.internals.runner, self._admit_upload)

    def find(self, name: str) -> Operation:
        """Return an operation.

        Raises:
            NotFound: there is none of this name.
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
        """Return the arguments in a JSON object, by name; what was left out isn't among them.

        Raises:
            NotFound: there is no such operation.
            BadArguments: it is no JSON object, has more than 1 MiB, or arguments don't fit, with the path of each.
        """
        return self.find(name).arguments.decode(body)

    def call(self, actor: Actor, name: str, arguments: Mapping[str, object]) -> object:
        """Carry an operation out and return its answer as it leaves.

        Args:
            actor: who asks. A token that is limited to some operations is held to them.
            arguments: as `decode` returned them.

        Raises:
            NotFound: there is no such operation, or the actor has no such upload.
            Refused: the actor's sign-in isn't good for this operation; the refusal stands in the journal. And whatever
                the use case raises.
        """
        operation = self.find(name)
        self.admit(actor, operation)
        given: Mapping[str, Any] = self.uploads.resolve(actor, arguments)
        context = self.view_context()
        answer = operation.shown.show(operation.verb(actor, **given), context)
        return self.uploads.hand_out(actor, answer) if isinstance(answer, Attachment) else answer

    def read_together(self, actor: Actor, reads: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Any, ...]:
        """Carry queries out as one look, which leaves one journal entry, and return their answers as they leave.

        Args:
            reads: name and arguments of each; the journal names the look by the first.

        Raises:
            NotFound: there is no such operation.
            TypeError: one is no query, or takes a second factor. And whatever the queries raise.
        """
        operations = [self.find(name) for name, _ in reads]
        for operation in operations:
            self.admit(actor, operation)
        readings = [QueryCall(one.verb, given) for one, (_, given) in zip(operations, reads, strict=True)]
        found = read_together(actor, operations[0].name, readings)
        context = self.view_context()
        return tuple(one.shown.show(answer, context) for one, answer in zip(operations, found, strict=True))

    def view_context(self) -> ViewContext:
        """Return the moment that it is now, and the profile, for what is shown."""
        return ViewContext(self._app.district, self._app.internals.context.clock.now())

    def encode(self, answer: object) -> bytes:
        """Return an answer as JSON."""
        return to_json(answer)

    def admit(self, actor: Actor, operation: Operation) -> None:
        """Check that the actor's sign-in is good for an operation.

        Raises:
            Refused: it is limited to others; the refusal is in the journal.
        """
        allowed = actor.sign_in.operations
        if allowed is None or operation.name in allowed:
            return
        why = Sentence(
            "This sign-in by {method} isn't permitted to use {operation}.",
            method=actor.sign_in.method,
            operation=operation.name,
        )
        self._refuse(actor, operation.name, operation.permission, why)

    def _admit_upload(self, actor: Actor) -> None:
        """Check that the actor's sign-in is good for an operation that takes a file; raises as `admit` does."""
        if actor.sign_in.owes_second_factor:
            self._refuse(actor, _UPLOAD, Permission.OWN_ACCOUNT, explain_owed(actor))
        allowed = actor.sign_in.operations
        if allowed is None or any(name in self.operations and self.operations[name].takes_file for name in allowed):
            return
        why = Sentence(
            "This sign-in by {method} isn't permitted to upload files: it must be permitted to use one of "
            "{operations}.",
            method=actor.sign_in.method,
            operations=tuple(name for name, operation in self.operations.items() if operation.takes_file),
        )
        self._refuse(actor, _UPLOAD, Permission.OWN_ACCOUNT, why)

    def _refuse(self, actor: Actor, action: str, permission: Permission, why: Sentence) -> None:
        """Refuse what a sign-in isn't good for, in the journal too."""

        def refuse(_: ReadSession) -> None:
            raise Refused(why)

        self._app.internals.runner.run_query(actor, action, permission, False, refuse)
