"""One use case: actor, permission, change set, sealing, one journal entry."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.work.actor import SYSTEM_PERMISSIONS, Actor, ActorKind, person, system
    from anninh_core.work.adapter_state import SealedState
    from anninh_core.work.context import UseCaseContext
    from anninh_core.work.decision import DECISION, Decision
    from anninh_core.work.draft import Draft
    from anninh_core.work.kinds import Fact, Kind, Model, Searchable, counted, dims
    from anninh_core.work.look import Listing, Look, Mark, MarkKind
    from anninh_core.work.marks import Room, command, mark_of, query, step, workflow
    from anninh_core.work.parcel import OutboxAction, Parcel, attachments_in, messenger_of, unpacked
    from anninh_core.work.permits import Permits, Verdict
    from anninh_core.work.runner import CommitObserver, UseCaseRunner
    from anninh_core.work.sealed_blobs import SealedBlobs
    from anninh_core.work.sealing import DataKey, Sealer, binding, bindings, row_binding
    from anninh_core.work.searching import Reach, search
    from anninh_core.work.terms import Terms

__all__ = [
    "DECISION",
    "SYSTEM_PERMISSIONS",
    "Actor",
    "ActorKind",
    "CommitObserver",
    "DataKey",
    "Decision",
    "Draft",
    "Fact",
    "Kind",
    "Listing",
    "Look",
    "Mark",
    "MarkKind",
    "Model",
    "OutboxAction",
    "Parcel",
    "Permits",
    "Reach",
    "Room",
    "SealedBlobs",
    "SealedState",
    "Sealer",
    "Searchable",
    "Terms",
    "UseCaseContext",
    "UseCaseRunner",
    "Verdict",
    "attachments_in",
    "binding",
    "bindings",
    "command",
    "counted",
    "dims",
    "mark_of",
    "messenger_of",
    "person",
    "query",
    "row_binding",
    "search",
    "step",
    "system",
    "unpacked",
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
        "Draft": "draft",
        "Fact": "kinds",
        "Kind": "kinds",
        "Listing": "look",
        "Look": "look",
        "Mark": "look",
        "MarkKind": "look",
        "Model": "kinds",
        "OutboxAction": "parcel",
        "Parcel": "parcel",
        "Permits": "permits",
        "Reach": "searching",
        "Room": "marks",
        "SYSTEM_PERMISSIONS": "actor",
        "SealedBlobs": "sealed_blobs",
        "SealedState": "adapter_state",
        "Sealer": "sealing",
        "Searchable": "kinds",
        "Terms": "terms",
        "UseCaseContext": "context",
        "UseCaseRunner": "runner",
        "Verdict": "permits",
        "attachments_in": "parcel",
        "binding": "sealing",
        "bindings": "sealing",
        "command": "marks",
        "counted": "kinds",
        "dims": "kinds",
        "mark_of": "marks",
        "messenger_of": "parcel",
        "person": "actor",
        "query": "marks",
        "row_binding": "sealing",
        "search": "searching",
        "step": "marks",
        "system": "actor",
        "unpacked": "parcel",
        "workflow": "marks",
    },
)
