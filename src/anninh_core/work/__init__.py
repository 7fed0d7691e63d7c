"""One use case: actor, permission, change set, sealing, one journal entry."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.work.actor import SYSTEM_PERMISSIONS, Actor, ActorKind, person, system
    from anninh_core.work.adapter_state import SealedState
    from anninh_core.work.context import UseCaseContext
    from anninh_core.work.decision import DECISION, Decision
    from anninh_core.work.kinds import Fact, Kind, Model, Searchable, counted, dims
    from anninh_core.work.marks import Service, command, query, step, use_case_of, workflow
    from anninh_core.work.parcel import OutboxAction, Parcel, attachments_in, messenger_of, unpacked
    from anninh_core.work.permits import Permits, Verdict
    from anninh_core.work.read_session import Listing, ReadSession, UseCase, UseCaseKind
    from anninh_core.work.runner import CommitObserver, UseCaseRunner
    from anninh_core.work.sealed_blobs import SealedBlobs
    from anninh_core.work.sealing import DataKey, Sealer, binding, bindings, row_binding
    from anninh_core.work.searching import Reach, search
    from anninh_core.work.terms import Terms
    from anninh_core.work.unit_of_work import UnitOfWork

__all__ = [
    "DECISION",
    "SYSTEM_PERMISSIONS",
    "Actor",
    "ActorKind",
    "CommitObserver",
    "DataKey",
    "Decision",
    "Fact",
    "Kind",
    "Listing",
    "Model",
    "OutboxAction",
    "Parcel",
    "Permits",
    "Reach",
    "ReadSession",
    "SealedBlobs",
    "SealedState",
    "Sealer",
    "Searchable",
    "Service",
    "Terms",
    "UnitOfWork",
    "UseCase",
    "UseCaseContext",
    "UseCaseKind",
    "UseCaseRunner",
    "Verdict",
    "attachments_in",
    "binding",
    "bindings",
    "command",
    "counted",
    "dims",
    "messenger_of",
    "person",
    "query",
    "row_binding",
    "search",
    "step",
    "system",
    "unpacked",
    "use_case_of",
    "workflow",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Actor": "actor",
        "ActorKind": "actor",
        "CommitObserver": "runner",
        "DECISION": "decision",
        "DataKey": "sealing",
        "Decision": "decision",
        "Fact": "kinds",
        "Kind": "kinds",
        "Listing": "read_session",
        "Model": "kinds",
        "OutboxAction": "parcel",
        "Parcel": "parcel",
        "Permits": "permits",
        "Reach": "searching",
        "ReadSession": "read_session",
        "SYSTEM_PERMISSIONS": "actor",
        "SealedBlobs": "sealed_blobs",
        "SealedState": "adapter_state",
        "Sealer": "sealing",
        "Searchable": "kinds",
        "Service": "marks",
        "Terms": "terms",
        "UnitOfWork": "unit_of_work",
        "UseCase": "read_session",
        "UseCaseContext": "context",
        "UseCaseKind": "read_session",
        "UseCaseRunner": "runner",
        "Verdict": "permits",
        "attachments_in": "parcel",
        "binding": "sealing",
        "bindings": "sealing",
        "command": "marks",
        "counted": "kinds",
        "dims": "kinds",
        "messenger_of": "parcel",
        "person": "actor",
        "query": "marks",
        "row_binding": "sealing",
        "search": "searching",
        "step": "marks",
        "system": "actor",
        "unpacked": "parcel",
        "use_case_of": "marks",
        "workflow": "marks",
    },
)
