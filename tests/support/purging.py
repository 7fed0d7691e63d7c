"""A helper that purges a scope: it destroys the scope's key and stores a purge order."""

from datetime import UTC, datetime

from attrs import evolve

from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.ports.storages.changes import ChangeSet, Outcome, Record
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import build_associated_data


def purge_scope(context: UseCaseContext, scope: str) -> None:
    """Destroy the key of a scope and store its purge order, as a purge does; the storage must have the kind of purge
    orders.
    """
    at = datetime(2021, 9, 1, tzinfo=UTC)
    root = context.district.root
    order = PurgeOrder(id=scope, unit=root, reason="retention", ordered_by="o", ordered_at=at, begun_at=at, done_at=at)
    stored = context.storage.records.get(PURGE_ORDER.name, scope)
    key = context.encryptor.get_key(PURGE_ORDER.scope(order))
    record = Record(
        kind=PURGE_ORDER.name,
        id=scope,
        unit=root,
        version=stored.version + 1 if stored else 1,
        schema=PURGE_ORDER.schema,
        body=b"",
        scope=key.scope,
        columns=PURGE_ORDER.columns(order),
    )
    body = context.encryptor.encrypt(key, PURGE_ORDER.encode(order), build_associated_data(record))
    change = ChangeSet(records=(evolve(record, body=body),), keys=(key.new,) if key.new else ())
    assert context.storage.commit([change]) == [Outcome.COMMITTED]
    context.storage.keyring.destroy(scope)
    context.encryptor.forget(scope)
