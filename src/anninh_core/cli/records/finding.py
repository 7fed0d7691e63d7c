"""Search for the record that a command is about, by the type of the argument that names it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from attrs import evolve

from anninh_core.cli.frame.declaration import CommandSubject, Given, Read
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.subjects import build_finder, build_lister, require_single
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
"""Module of this package and name of the subject in it, by argument type. A record of another type is found by its id
alone.
"""

_NO_RECORDS = frozenset({"AnyOfficerId", "OfficerId", "OwnUnitId", "UnitId", "WithinUnit"})
"""Argument types that state where or for whom an act is done, so that these arguments become options."""


def find_subject(operation: Operation) -> CommandSubject | None:
    """Return the subject of an operation's command, or None if the operation is about no record."""
    kind = operation.subject_type
    if kind is None or kind.name in _NO_RECORDS:
        return None
    if subject := _find_declared_subject(kind.name):
        return evolve(subject, argument=operation.subject)
    finds = _build_finder(kind.name)
    return CommandSubject(
        argument=operation.subject,
        metavar=operation.subject.removesuffix("_id").upper(),
        question=marked("Which one? Its id"),
        finds=finds,
    )


def build_reader(kind: str) -> Read | None:
    """Return a function that converts a person's name for a record to an argument, or None if the argument is taken as
    it is.
    """
    subject = _find_declared_subject(kind)
    finds = subject.finds if subject else None
    if subject is None or finds is None:
        return None

    def read_id(desk: Desk, word: str, given: Given) -> str:  # noqa: ARG001  as other readers
        record = finds(desk, word)
        return word if record is None else subject.names(record)

    return read_id


def _find_declared_subject(kind: str) -> CommandSubject | None:
    if kind not in _DRAWN:
        return None
    module, name = _DRAWN[kind]
    subject: CommandSubject = getattr(import_module(f"anninh_core.cli.records.{module}"), name)
    return subject


def _build_finder(kind: str) -> Callable[[Desk, str], Any] | None:
    """Return a function that finds a record of a type without a subject in this package."""
    if kind == "RequestId":
        return _find_request
    lists = {
        "CustodianKeyId": "identity.custodians.list",
        "DifficultyId": "programme.difficulties",
        "SubcaseId": "tips.subcases.list",
    }
    return build_finder("", "", build_lister(lists[kind])) if kind in lists else None


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
    return listed[require_single(word, ids)]
