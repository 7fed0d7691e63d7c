"""Downloads: the requester gets an id, and can fetch an operation's file with it repeatedly."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.operations.files.tickets import SealedIds
from anninh_core.operations.gateway import OperationGateway
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import Download, view

KEPT_FOR = timedelta(minutes=15)
MAX_ARGUMENTS = 2_000
"""Maximum size of the arguments in bytes; they are encrypted in the id, which must fit into a URL."""


@view
class DownloadTicket:
    """The id with which the caller of an operation can fetch its file.

    Attributes:
        until: time at which the id expires.
    """

    id: str
    until: datetime


@frozen
class _Ticket:
    """Content of a download's id, which is encrypted."""

    actor: str
    operation: str
    arguments: str
    until: datetime


_TICKETS = msgspec.json.Decoder(_Ticket)


class Downloads:
    """Issues ids for the files of operations, and fetches files by id: an id is the encrypted call itself, which is
    carried out each time.

    So permissions are checked each time, and each time leaves the audit log entry of the operation.
    """

    def __init__(self, gateway: OperationGateway, runner: UseCaseRunner) -> None:
        self._gateway = gateway
        self._clock = runner.context.clock
        self._tickets = SealedIds(runner, b"download")

    def prepare(self, actor: Actor, name: str, arguments: bytes) -> DownloadTicket:
        """Return the id for the file of an operation; nothing is carried out yet.

        Args:
            actor: only this actor can use the id.
            arguments: a JSON object.

        Raises:
            NotFound: there is no such operation.
            Refused: the actor's sign-in isn't permitted to use it.
            BadInput: the operation returns no file, changes something or requires a second factor, so it must be called
                directly. Or the arguments are too long or invalid.
        """
        operation = self._gateway.find(name)
        self._gateway.admit(actor, operation)
        if not is_downloadable(operation):
            raise BadInput(
                "Operation {operation} can't be downloaded, because it returns no file or does more than "
                "read: call it with POST.",
                operation=name,
            )
        if len(arguments) > MAX_ARGUMENTS:
            raise BadInput(
                "The arguments of {operation} have {count:,} bytes, but a download can have at most "
                "{most:,}: call it with POST.",
                count=len(arguments),
                most=MAX_ARGUMENTS,
                operation=name,
            )
        self._gateway.decode(name, arguments)
        until = self._clock.now() + KEPT_FOR
        facts = msgspec.json.encode(_Ticket(actor.label, name, arguments.decode(), until))
        return DownloadTicket(id=self._tickets.seal(facts), until=until)

    def take(self, actor: Actor, id: str) -> Download:
        """Carry out the call that an id contains, and return its file; errors of the operation are raised too.

        Raises:
            NotFound: the id is invalid, was issued to another actor, or has expired; the message doesn't distinguish
                these.
        """
        facts = self._tickets.open(id)
        ticket = None if facts is None else _TICKETS.decode(facts)
        if ticket is None or ticket.actor != actor.label or self._clock.now() >= ticket.until:
            raise NotFound(
                "This download doesn't exist or has expired: request it again, and use it within {minutes} minutes.",
                minutes=_MINUTES,
            )
        arguments: Mapping[str, object] = self._gateway.decode(ticket.operation, ticket.arguments.encode())
        file = self._gateway.call(actor, ticket.operation, arguments)
        assert isinstance(file, Download)  # The operation's result type guarantees that this is a file.
        return file


_MINUTES = int(KEPT_FOR.total_seconds() // 60)


def is_downloadable(operation: Operation) -> bool:
    """Return whether an operation returns a file and changes nothing."""
    return operation.answer is Download and operation.kind is not UseCaseKind.COMMAND and not operation.step_up
