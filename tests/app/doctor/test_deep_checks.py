"""The doctor reports missing blobs."""

from datetime import date, timedelta

import pytest
from tests.app.doctor.conftest import Visit, get_finding, select_faults

from anninh_core.app import App
from anninh_core.app.doctor.deep_checks import find_blob_references
from anninh_core.ports import ChangeSet, Entry, NewOutbox
from anninh_core.ports.health import Level
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.journal.entries import build_queued
from anninh_core.usecase.outbox_message import OutboxMessage
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment


@pytest.fixture
def officer(app: App) -> Actor:
    """An officer with every role of the profile."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)


def store_blob(app: App, data: bytes) -> str:
    return EncryptedBlobs(app.internals.runner, app.internals.context.blobs).put(data)


def issue_plan(app: App, officer: Actor, digest: str) -> str:
    plan = app.programme.issue_plan(
        officer, "hoa-lu", number="12/KH", day=date(2021, 9, 1), title="Kế hoạch", blob=digest
    )
    return plan.id


def enqueue_message(app: App, digest: str) -> str:
    """Put a message with an attachment into the outbox."""
    id = app.internals.context.ids.new()
    key = app.internals.context.encryptor.get_key(f"outbox:{id}")
    parcel = OutboxMessage(to="oa.x", text="Ảnh", attachments=(Attachment("image", "anh.png", blob=digest),))
    row = NewOutbox(
        id=id,
        messenger="oa",
        conversation="oa.x",
        lane=Lane.REPLY,
        due_at=app.internals.context.clock.now(),
        cause="",
        purpose="test",
        scope=key.scope,
        body=app.internals.context.encryptor.encrypt(key, parcel.encode(), build_row_associated_data("outbox", id)),
    )
    keys = (key.new,) if key.new else ()
    entry = Entry(
        id=app.internals.context.ids.new(),
        at=app.internals.context.clock.now(),
        actor="system:delivery",
        action="test.send",
        unit=app.district.root,
        queued=(build_queued(row, app.internals.context.names),),
    )
    app.internals.context.storage.commit([ChangeSet(entry=entry, outbox=(row,), keys=keys)])
    return id


def test_existing_blobs_are_no_fault(app: App, examine_parts: Visit, officer: Actor) -> None:
    """References of records and messages to existing blobs are found, and are no fault."""
    plan = store_blob(app, b"plan")
    message = store_blob(app, b"picture")
    issue_plan(app, officer, plan)
    enqueue_message(app, message)

    assert dict(find_blob_references(app.internals.runner)).keys() == {plan, message}
    assert select_faults(examine_parts(deep=True)) == {}


def test_missing_blob_of_record_is_a_problem(app: App, examine_parts: Visit, officer: Actor) -> None:
    """A record's missing blob is a problem that names the record, found only in a deep examination."""
    digest = store_blob(app, b"plan")
    id = issue_plan(app, officer, digest)
    app.internals.context.blobs.delete(digest)
    checks = examine_parts(deep=True)

    assert select_faults(examine_parts()) == {}
    assert select_faults(checks) == {"blobs": Level.PROBLEM}
    assert id in get_finding(checks, "blobs").what


def test_missing_blob_of_message_is_a_problem(app: App, examine_parts: Visit) -> None:
    """A missing blob of an unsent message is a problem that names the message."""
    digest = store_blob(app, b"picture")
    id = enqueue_message(app, digest)
    app.internals.context.blobs.delete(digest)

    assert id in get_finding(examine_parts(deep=True), "blobs").what


def test_purged_message_refers_to_no_blob(app: App, examine_parts: Visit, officer: Actor) -> None:
    """A purged message won't be sent, and refers to no blob."""
    id = enqueue_message(app, store_blob(app, b"picture"))
    order = app.internals.services.retention.purges.order_destruction
    run_step(order, officer, f"outbox:{id}", app.district.root, timedelta(0), "retention")
    app.retention.purge(officer)

    assert list(find_blob_references(app.internals.runner)) == []
    assert select_faults(examine_parts(deep=True)) == {}
