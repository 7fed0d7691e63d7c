"""The retention job purges records after their retention and rewraps data keys for a new key epoch."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from tests.domain.audit.office import get_storage
from tests.messaging.conftest import QUESTION, THEFT, Appoint, journal

from anninh_core.app import App
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.audit.record_check_columns import find_altered_columns
from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.registry import KINDS
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import Damaged, DecryptionError, WrongStep
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor
from anninh_core.worker.jobs import retention
from anninh_core.worker.jobs.retention import RetentionJobs

DAY = timedelta(days=1)
DELAY = timedelta(days=7)


def report_and_answer(app: App, dialog: Dialog, handler: Actor, name: str) -> Tip:
    """Let a resident report a theft, settle and answer the tip, and return it."""
    dialog.says(name, THEFT)
    app.worker.jobs["tell_new_tips"].run()
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return app.tips.get(handler, tip.id)


def is_readable(app: App, tip: Tip) -> bool:
    record = app.internals.context.storage.records.get(TIP.name, tip.id)
    assert record is not None
    try:
        return app.internals.context.open_record(TIP, record).id == tip.id
    except DecryptionError:
        return False


def purge_after_retention(app: App, clock: FixedClock, days: int = 0) -> int:
    """Let the retention of content and `days` more days pass, run the retention job, and return the number of its
    purges.
    """
    clock.advance(DAY * (app.district.retention_days["content"] + days))
    return RetentionJobs(app.internals.services).purge_expired()


def test_ended_case_is_purged_after_retention(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """An ended case is purged the day after its retention, with a journal entry, while an open case and one under a
    hold stay.
    """
    ended, held = (report_and_answer(app, dialog, handler, name) for name in ("Thử Văn An", "Thử Văn Bình"))
    dialog.says("Thử Thị Cúc", THEFT)
    (waiting, *_) = app.tips.list(handler).items
    operator = appoint("operator")
    app.retention.hold(operator, f"tip:{held.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    assert purge_after_retention(app, clock) == 0
    assert purge_after_retention(app, clock, 1 - app.district.retention_days["content"]) == 0
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    assert [is_readable(app, tip) for tip in (ended, held, waiting)] == [False, True, True]
    assert [*find_mismatches(app.internals.context), *find_altered_columns(app.internals.context, KINDS)] == []
    entries = [entry for entry in journal(app) if entry.actor == "system:keeper"]
    assert [name.partition("@")[0] for entry in entries for name in entry.named if name.startswith("tip:")] == [
        f"tip:{ended.id}"
    ]
    assert [(entry.action, entry.events) for entry in entries] == [
        ("governance.order_purge", ("purge.ordered",)),
        ("governance.begin_purge", ()),
        ("governance.finish_purge", ("purge.done",)),
    ]
    assert entries[0].facts == {"scope": f"tip:{ended.id}", "reason": "retention"}
    clock.advance(DAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 0


def test_unanswered_inquiry_is_kept(app: App, clock: FixedClock, dialog: Dialog, appoint: Appoint) -> None:
    """An unanswered inquiry is kept, however old."""
    dialog.says("Thử Văn An", QUESTION)
    assert purge_after_retention(app, clock, 1) == 0
    (inquiry,) = app.inquiries.list(appoint("tip_supervisor")).items
    assert app.internals.context.storage.records.get(PURGE_ORDER.name, f"inquiry:{inquiry.id}") is None


def test_purging_runs_in_batches(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round of the retention job checks a limited number of records, the next one continues, and all are checked once
    a day.
    """
    monkeypatch.setattr(retention, "_BATCH", 1)
    for name in ("Thử Văn An", "Thử Văn Bình"):
        report_and_answer(app, dialog, handler, name)
    jobs = RetentionJobs(app.internals.services)
    assert [purge_after_retention(app, clock, 1), *(jobs.purge_expired() for _ in range(3))] == [0, 0, 0, 0]
    clock.advance(DELAY)
    assert [jobs.purge_expired() for _ in range(3)] == [1, 1, 0]


def test_altered_message_stops_no_purge(
    *,
    app: App,
    clock: FixedClock,
    dialog: Dialog,
    handler: Actor,
    appoint: Appoint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A message whose stored hour was altered doesn't stop the retention job: it is kept and logged, other cases are
    purged, and the preview is refused.
    """
    ended = report_and_answer(app, dialog, handler, "Thử Văn An")
    dialog.says("Thử Văn Bình", "chúc mừng năm mới")
    messages = get_storage(app).tables.records[MESSAGE.name]
    damaged = next(record for record in messages.values() if not record.columns["case"])
    messages[damaged.id] = evolve(damaged, columns={**damaged.columns, "hour": "2021-09-18T02x"})
    for after in (1, DELAY.days):
        clock.advance(DAY * (app.district.retention_days["content"] if after == 1 else 0) + DAY * after)
        app.worker.jobs["purge_expired"].run()
        app.worker.jobs["delete_files"].run()
    assert not is_readable(app, ended)
    assert f"Message {damaged.id} has the invalid hour '2021-09-18T02x' because it was altered" in caplog.text
    with pytest.raises(Damaged):
        app.retention.preview_counts(appoint("operator"))


def test_open_case_is_not_purged(app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint) -> None:
    """The purge of an open case can't be ordered, and the order for a case that was reopened isn't carried out."""
    operator = appoint("operator")
    dialog.says("Thử Thị Cúc", THEFT)
    (waiting,) = app.tips.list(handler).items
    with pytest.raises(WrongStep, match="isn't over"):
        app.retention.order_purge(operator, f"tip:{waiting.id}", reason="request")
    ended = report_and_answer(app, dialog, handler, "Thử Văn An")
    app.retention.order_purge(operator, f"tip:{ended.id}", reason="request")
    app.tips.reopen(appoint("tip_supervisor"), ended.id, "new_facts")
    clock.advance(DELAY)
    assert (app.retention.purge(operator), is_readable(app, ended)) == ((), True)


def test_keys_are_rewrapped_for_a_new_epoch(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data keys are rewrapped for the new key epoch in batches, with journal entries, and can be unwrapped after the
    old epoch's key was destroyed.
    """
    monkeypatch.setattr(retention, "_BATCH", 2)
    monkeypatch.setattr(retention, "_MAX_KEY_BATCHES", 1)
    tip = report_and_answer(app, dialog, handler, "Thử Văn An")
    keyring = app.internals.context.storage.keyring
    keys = app.internals.context.keys
    jobs = RetentionJobs(app.internals.services)
    old = keys.epoch
    old_keys = len(keyring.wrapped_by(keys.epoch))
    assert jobs.rewrap_keys() == 0
    keys.turn_epoch()
    clock.advance(DAY)
    rounds = [jobs.rewrap_keys() for _ in range(old_keys)]
    assert (rounds[0], sum(rounds)) == (2, old_keys)
    assert keyring.wrapped_by(old) == []
    keys.destroy_epoch(old)
    assert app.tips.get(handler, tip.id).text == tip.text
    assert list(find_mismatches(app.internals.context)) == []
    entries = [entry for entry in journal(app) if entry.action == "governance.rewrap"]
    assert sum(int(str(entry.facts["keys"])) for entry in entries) == old_keys
    assert {(entry.actor, entry.events) for entry in entries} == {("system:keeper", ("keys.rewrapped",))}


def test_lost_key_stops_no_other(app: App, clock: FixedClock, dialog: Dialog, caplog: pytest.LogCaptureFixture) -> None:
    """Data keys of an epoch whose key was destroyed too early are logged, and the others are rewrapped."""
    dialog.says("Thử Văn An", THEFT)
    keys = app.internals.context.keys
    keyring = app.internals.context.storage.keyring
    first = keys.epoch
    second = keys.turn_epoch()
    dialog.says("Thử Văn Bình", THEFT)
    keys.turn_epoch()
    keys.destroy_epoch(first)
    lost = len(keyring.wrapped_by(first))
    RetentionJobs(app.internals.services).rewrap_keys()
    assert (len(keyring.wrapped_by(first)), keyring.wrapped_by(second)) == (lost, [])
    assert f"a key of epoch {first} can't be wrapped anew" in caplog.text


def test_recount_after_purge_has_no_difference(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """After a purge a recount shows no difference and no unreadable record."""
    report_and_answer(app, dialog, handler, "Thử Văn An")
    dialog.says("Thử Văn Bình", QUESTION)
    auditor = appoint("standing_officer")
    before = app.reports.recount(auditor)
    purge_after_retention(app, clock, 1)
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    after = app.reports.recount(auditor)
    assert (before.differences, after.differences, after.unreadable) == ((), (), ())


def test_killed_purge_is_finished(
    *, app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a purge was killed after it destroyed the key, the next round finishes it, and the figures of the reports
    don't change.
    """
    tip = report_and_answer(app, dialog, handler, "Thử Văn An")
    purge_after_retention(app, clock, 1)
    clock.advance(DELAY)
    queues = type(app.internals.context.storage.queues)
    with monkeypatch.context() as broken:
        broken.setattr(queues, "remove_ended", raise_interrupt)
        with pytest.raises(KeyboardInterrupt):
            RetentionJobs(app.internals.services).purge_expired()
    assert not is_readable(app, tip)
    assert app.internals.context.storage.queues.outbox(cause=f"tip:{tip.id}") != []
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    assert app.internals.context.storage.queues.outbox(cause=f"tip:{tip.id}") == []
    assert app.reports.recount(appoint("standing_officer")).differences == ()
    assert [*find_mismatches(app.internals.context), *find_altered_columns(app.internals.context, KINDS)] == []


def raise_interrupt(*_: object) -> int:
    raise KeyboardInterrupt


def test_reopening_cancels_the_purge(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """Reopening a case cancels its purge order by the retention job, and its retention starts again once the case ends
    again.
    """
    tip = report_and_answer(app, dialog, handler, "Thử Văn An")
    purge_after_retention(app, clock, 1)
    app.tips.reopen(appoint("tip_supervisor"), tip.id, "new_facts")
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 0
    record = app.internals.context.storage.records.get(PURGE_ORDER.name, f"tip:{tip.id}")
    assert record is not None
    assert app.internals.context.open_record(PURGE_ORDER, record).cancelled_at == clock.now()
    assert purge_after_retention(app, clock, 1) == 0
    assert is_readable(app, tip)


def test_hold_stops_an_ordered_purge(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """A hold that begins between order and purge keeps the case; the preview names the hold, and the case is purged
    after its release.
    """
    tip = report_and_answer(app, dialog, handler, "Thử Văn An")
    operator = appoint("operator")
    purge_after_retention(app, clock, 1)
    (ordered,) = app.retention.preview(operator, days=10).items
    assert (ordered.scope, ordered.fate, ordered.goes_on) == (f"tip:{tip.id}", "ordered", (clock.now() + DELAY).date())
    hold = app.retention.hold(operator, f"tip:{tip.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 0
    (held,) = app.retention.preview(operator, days=10).items
    assert (held.fate, held.holds) == ("held", (hold.id,))
    app.retention.release_hold(operator, hold.id)
    clock.advance(DAY)
    RetentionJobs(app.internals.services).purge_expired()
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    assert not is_readable(app, tip)
