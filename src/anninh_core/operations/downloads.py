"""Files on their way out: an id by which whoever asked for it gets an operation's file, as often as they like."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.operations.files.tickets import SealedIds
from anninh_core.operations.gateway import Door
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import Download, view

KEPT_FOR = timedelta(minutes=15)
MAX_ARGUMENTS = 2_000
"""Bytes of the arguments, which stand sealed in the id, and that in an address."""


@view
class DownloadTicket:
    """The id by which its caller gets a file.

    Attributes:
        until: from when on it is worth nothing.
    """

    id: str
    until: datetime


@frozen
class _Ticket:
    """What a download's id says, sealed."""

    actor: str
    operation: str
    arguments: str
    until: datetime


_TICKETS = msgspec.json.Decoder(_Ticket)


class Downloads:
    """Gives ids for files, and the files for ids: an id is the sealed call itself, which is carried out each time.

    So whoever may no more get a file gets none, and each time leaves the trace that the operation leaves.
    """

    def __init__(self, door: Door, runner: UseCaseRunner) -> None:
        self._door = door
        self._clock = runner.context.clock
        self._tickets = SealedIds(runner, b"download")

    def prepare(self, actor: Actor, name: str, arguments: bytes) -> DownloadTicket:
        """Return the id of a file that an operation answers; nothing is carried out yet.

        Args:
            actor: who may use the id.
            arguments: a JSON object.

        Raises:
            NotFound: there is no such operation.
            Refused: the actor's sign-in isn't good for it.
            BadInput: it answers no file, or changes something, or takes a second factor: call it itself. Or the
                arguments are too long, or don't fit.
        """
        operation = self._door.find(name)
        self._door.admit(actor, operation)
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
        self._door.decode(name, arguments)
        until = self._clock.now() + KEPT_FOR
        facts = msgspec.json.encode(_Ticket(actor.label, name, arguments.decode(), until))
        return DownloadTicket(id=self._tickets.seal(facts), until=until)

    def take(self, actor: Actor, id: str) -> Download:
        """Carry the call out that an id stands for, and return its file; raises what the operation does.

        Raises:
            NotFound: no such id was given, or to another, or it is too old: told alike.
        """
        facts = self._tickets.open(id)
        ticket = None if facts is None else _TICKETS.decode(facts)
        if ticket is None or ticket.actor != actor.label or self._clock.now() >= ticket.until:
            raise NotFound(
                "This download doesn't exist or has expired: request it again, and use it within {minutes} minutes.",
                minutes=_MINUTES,
            )
        given: Mapping[str, object] = self._door.decode(ticket.operation, ticket.arguments.encode())
        file = self._door.call(actor, ticket.operation, given)
        assert isinstance(file, Download)  # as its answer says
        return file


_MINUTES = int(KEPT_FOR.total_seconds() // 60)


def is_downloadable(operation: Operation) -> bool:
    """Tell whether an operation answers a file, and does nothing but read."""
    return operation.answer is Download and operation.kind is not UseCaseKind.COMMAND and not operation.step_up
