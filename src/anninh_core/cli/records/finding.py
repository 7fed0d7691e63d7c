"""Find the record that a command is about, by the type of the argument that names it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from attrs import evolve

from anninh_core.cli.frame.declaration import CommandSubject, Given, Read
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.subjects import by_end, list_all, only_one
from anninh_core.language.catalogue import marked
from anninh_core.operations.operation import Operation

_DRAWN: Mapping[str, tuple[str, str]] = {
    "CaseRef": ("disclosures", "CASE"),
    "DisclosureId": ("disclosures", "DISCLOSURE"),
    "DutyId": ("duties", "DUTY"),
    "GroupId": ("groups", "GROUP"),
    "IncidentId": ("incidents", "INCIDENT"),
    "InquiryId": ("inquiries", "INQUIRY"),
    "ItemId": ("items", "ITEM"),
    "PieceId": ("pieces", "PIECE"),
    "PostId": ("posts", "POST"),
    "ReportId": ("reports", "REPORT"),
    "TipId": ("tips", "TIP"),
}
"""Argument type -> module of this package and the subject in it. A record of another type is found by its id alone."""

_NO_RECORDS = frozenset({"AnyOfficerId", "OfficerId", "OwnUnitId", "UnitId", "WithinUnit"})
"""Argument types that say where or for whom something is done: they are options."""


def find_subject(operation: Operation) -> CommandSubject | None:
    """Return the subject of an operation's command, or None if the operation is about no record."""
    kind = operation.subject_type
    if kind is None or kind.name in _NO_RECORDS:
        return None
    if subject := _find_declared(kind.name):
        return evolve(subject, argument=operation.subject)
    finds = _finder(kind.name)
    return CommandSubject(
        argument=operation.subject,
        metavar=operation.subject.removesuffix("_id").upper(),
        question=marked("Which one? Its id"),
        finds=finds,
    )


def reader_of(kind: str) -> Read | None:
    """Return a function that converts a person's name for a record to an argument, or None if the argument is taken as
    it is.
    """
    subject = _find_declared(kind)
    finds = subject.finds if subject else None
    if subject is None or finds is None:
        return None

    def read(desk: Desk, word: str, given: Given) -> str:  # noqa: ARG001  as other readers
        record = finds(desk, word)
        return word if record is None else subject.names(record)

    return read


def _find_declared(kind: str) -> CommandSubject | None:
    if kind not in _DRAWN:
        return None
    module, name = _DRAWN[kind]
    subject: CommandSubject = getattr(import_module(f"anninh_core.cli.records.{module}"), name)
    return subject


def _finder(kind: str) -> Callable[[Desk, str], Any] | None:
    """Return a function that finds a record of a type without a subject in this package."""
    if kind == "RequestId":
        return _find_request
    lists = {
        "CustodianKeyId": "identity.custodians.list",
        "DifficultyId": "programme.difficulties",
        "SubcaseId": "tips.subcases.list",
    }
    return by_end("", "", list_all(lists[kind])) if kind in lists else None


def _find_request(desk: Desk, word: str) -> Any:
    """Return the request with a number or an id, answered or not, among those that the officer may handle or check."""
    lists: Mapping[str, Mapping[str, object]] = {"rights.requests": {"pending": False}, "rights.requests_to_check": {}}
    listed = {
        request.id: request
        for operation, arguments in lists.items()
        if desk.may(operation)
        for request in desk.read_all(operation, **arguments)
    }
    ids = [id for id, request in listed.items() if word.upper() == request.number or word == id]
    return listed[only_one(word, ids)]
