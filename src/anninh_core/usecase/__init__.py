"""One use case: actor, permission, change set, sealing, one journal entry."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.usecase.actor import SYSTEM_PERMISSIONS, Actor, ActorKind, person, system
    from anninh_core.usecase.combining.composition import Composition
    from anninh_core.usecase.context import UseCaseContext
    from anninh_core.usecase.decision import DECISION, Decision
    from anninh_core.usecase.encryption.adapter_state import EncryptedState
    from anninh_core.usecase.encryption.blobs import EncryptedBlobs
    from anninh_core.usecase.encryption.encryptor import (
        DataKey,
        Encryptor,
        associated_data,
        associated_data_variants,
        row_associated_data,
    )
    from anninh_core.usecase.indexing.record_search import SearchScope, search
    from anninh_core.usecase.indexing.term_hashing import TermHasher
    from anninh_core.usecase.kinds import Fact, HasId, Kind, Searchable, counted, dims
    from anninh_core.usecase.marks import Service, command, query, step, use_case_of, workflow
    from anninh_core.usecase.outbox_message import (
        OutboxAction,
        OutboxMessage,
        attachments_in,
        decode_message,
        messenger_of,
    )
    from anninh_core.usecase.permissions.permits import PermissionVerdict, Permits, UseCase, UseCaseKind
    from anninh_core.usecase.read_session import Listing, ReadSession
    from anninh_core.usecase.runner import CommitObserver, UseCaseRunner
    from anninh_core.usecase.unit_of_work import UnitOfWork

__all__ = [
    "DECISION",
    "SYSTEM_PERMISSIONS",
    "Actor",
    "ActorKind",
    "CommitObserver",
    "Composition",
    "DataKey",
    "Decision",
    "EncryptedBlobs",
    "EncryptedState",
    "Encryptor",
    "Fact",
    "HasId",
    "Kind",
    "Listing",
    "OutboxAction",
    "OutboxMessage",
    "PermissionVerdict",
    "Permits",
    "ReadSession",
    "SearchScope",
    "Searchable",
    "Service",
    "TermHasher",
    "UnitOfWork",
    "UseCase",
    "UseCaseContext",
    "UseCaseKind",
    "UseCaseRunner",
    "associated_data",
    "associated_data_variants",
    "attachments_in",
    "command",
    "counted",
    "decode_message",
    "dims",
    "messenger_of",
    "person",
    "query",
    "row_associated_data",
    "search",
    "step",
    "system",
    "use_case_of",
    "workflow",
]

lazy(
    __name__,
    {
        "Actor": "actor",
        "ActorKind": "actor",
        "CommitObserver": "runner",
        "Composition": "combining.composition",
        "DECISION": "decision",
        "DataKey": "encryption.encryptor",
        "Decision": "decision",
        "EncryptedBlobs": "encryption.blobs",
        "EncryptedState": "encryption.adapter_state",
        "Encryptor": "encryption.encryptor",
        "Fact": "kinds",
        "Kind": "kinds",
        "Listing": "read_session",
        "HasId": "kinds",
        "OutboxAction": "outbox_message",
        "OutboxMessage": "outbox_message",
        "PermissionVerdict": "permissions.permits",
        "Permits": "permissions.permits",
        "ReadSession": "read_session",
        "SYSTEM_PERMISSIONS": "actor",
        "SearchScope": "indexing.record_search",
        "Searchable": "kinds",
        "Service": "marks",
        "TermHasher": "indexing.term_hashing",
        "UnitOfWork": "unit_of_work",
        "UseCase": "permissions.permits",
        "UseCaseContext": "context",
        "UseCaseKind": "permissions.permits",
        "UseCaseRunner": "runner",
        "associated_data": "encryption.encryptor",
        "associated_data_variants": "encryption.encryptor",
        "attachments_in": "outbox_message",
        "command": "marks",
        "counted": "kinds",
        "decode_message": "outbox_message",
        "dims": "kinds",
        "messenger_of": "outbox_message",
        "person": "actor",
        "query": "marks",
        "row_associated_data": "encryption.encryptor",
        "search": "indexing.record_search",
        "step": "marks",
        "system": "actor",
        "use_case_of": "marks",
        "workflow": "marks",
    },
)
