"""What the clock purges, and the keys that it wraps anew."""

from datetime import date, timedelta

import pytest
from attrs import evolve
from tests.domain.audit.office import storage_of
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


def told(app: App, dialog: Dialog, handler: Actor, name: str) -> Tip:
    """Let somebody report, and hear the outcome."""
    dialog.says(name, THEFT)
    app.worker.jobs["tell_new_tips"].run()
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return app.tips.get(handler, tip.id)


def readable(app: App, tip: Tip) -> bool:
    record = app.internals.context.storage.records.get(TIP.name, tip.id)
    assert record is not None
    try:
        return app.internals.context.open_record(TIP, record).id == tip.id
    except DecryptionError:
        return False


def years_later(app: App, clock: FixedClock, days: int = 0) -> int:
    """Let five years pass, as the profile says of content, and some days; returns how much the clock's round purged."""
    clock.advance(DAY * (app.district.retention_days["content"] + days))
    return RetentionJobs(app.internals.services).purge_expired()


def test_what_was_kept_for_long_enough_goes(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """A case that ended is purged the day after its last; one still open and one under hold stay, and it is traced."""
    ended, held = (told(app, dialog, handler, name) for name in ("Thử Văn An", "Thử Văn Bình"))
    dialog.says("Thử Thị Cúc", THEFT)
    (waiting, *_) = app.tips.list(handler).items
    operator = appoint("operator")
    app.retention.hold(operator, f"tip:{held.id}", reason="Điều tra", review_on=date(2031, 1, 1))
    assert years_later(app, clock) == 0
    assert years_later(app, clock, 1 - app.district.retention_days["content"]) == 0
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    assert [readable(app, tip) for tip in (ended, held, waiting)] == [False, True, True]
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


def test_a_question_is_kept_until_it_is_answered(app: App, clock: FixedClock, dialog: Dialog, appoint: Appoint) -> None:
    """Time doesn't count as long as somebody waits for an answer."""
    dialog.says("Thử Văn An", QUESTION)
    assert years_later(app, clock, 1) == 0
    (inquiry,) = app.inquiries.list(appoint("tip_supervisor")).items
    assert app.internals.context.storage.records.get(PURGE_ORDER.name, f"inquiry:{inquiry.id}") is None


def test_it_goes_in_portions(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round looks at a few, and the next one goes on; once all were seen, it is over for the day."""
    monkeypatch.setattr(retention, "_BATCH", 1)
    for name in ("Thử Văn An", "Thử Văn Bình"):
        told(app, dialog, handler, name)
    keeper = RetentionJobs(app.internals.services)
    assert [years_later(app, clock, 1), *(keeper.purge_expired() for _ in range(3))] == [0, 0, 0, 0]
    clock.advance(DELAY)
    assert [keeper.purge_expired() for _ in range(3)] == [1, 1, 0]


def test_a_message_whose_clear_hour_was_altered_holds_no_clock_up(
    *,
    app: App,
    clock: FixedClock,
    dialog: Dialog,
    handler: Actor,
    appoint: Appoint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What ended is purged, and what hangs on the message is kept, which the log names; the preview is refused."""
    ended = told(app, dialog, handler, "Thử Văn An")
    dialog.says("Thử Văn Bình", "chúc mừng năm mới")
    messages = storage_of(app).tables.records[MESSAGE.name]
    damaged = next(record for record in messages.values() if not record.columns["case"])
    messages[damaged.id] = evolve(damaged, columns={**damaged.columns, "hour": "2021-09-18T02x"})
    for after in (1, DELAY.days):
        clock.advance(DAY * (app.district.retention_days["content"] if after == 1 else 0) + DAY * after)
        app.worker.jobs["purge_expired"].run()
        app.worker.jobs["delete_files"].run()
    assert not readable(app, ended)
    assert f"Message {damaged.id} has the invalid hour '2021-09-18T02x' because it was altered" in caplog.text
    with pytest.raises(Damaged):
        app.retention.preview_counts(appoint("operator"))


def test_an_open_case_is_not_purged(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """Nobody may order it; and an order given waits where the case was opened again meanwhile."""
    operator = appoint("operator")
    dialog.says("Thử Thị Cúc", THEFT)
    (waiting,) = app.tips.list(handler).items
    with pytest.raises(WrongStep, match="isn't over"):
        app.retention.order_purge(operator, f"tip:{waiting.id}", reason="request")
    ended = told(app, dialog, handler, "Thử Văn An")
    app.retention.order_purge(operator, f"tip:{ended.id}", reason="request")
    app.tips.reopen(appoint("tip_supervisor"), ended.id, "new_facts")
    clock.advance(DELAY)
    assert (app.retention.purge(operator), readable(app, ended)) == ((), True)


def test_keys_go_under_the_new_epoch(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In portions, traced; what they sealed is opened as before, also once the key of the epoch before is gone."""
    monkeypatch.setattr(retention, "_BATCH", 2)
    monkeypatch.setattr(retention, "_MAX_KEY_BATCHES", 1)
    tip = told(app, dialog, handler, "Thử Văn An")
    keyring = app.internals.context.storage.keyring
    keys = app.internals.context.keys
    keeper = RetentionJobs(app.internals.services)
    old = keys.epoch
    old_keys = len(keyring.wrapped_by(keys.epoch))
    assert keeper.rewrap_keys() == 0
    keys.turn_epoch()
    clock.advance(DAY)
    rounds = [keeper.rewrap_keys() for _ in range(old_keys)]
    assert (rounds[0], sum(rounds)) == (2, old_keys)
    assert keyring.wrapped_by(old) == []
    keys.destroy_epoch(old)
    assert app.tips.get(handler, tip.id).text == tip.text
    assert list(find_mismatches(app.internals.context)) == []
    noted = [entry for entry in journal(app) if entry.action == "governance.rewrap"]
    assert sum(int(str(entry.facts["keys"])) for entry in noted) == old_keys
    assert {(entry.actor, entry.events) for entry in noted} == {("system:keeper", ("keys.rewrapped",))}


def test_a_key_that_is_lost_holds_no_other_up(
    app: App, clock: FixedClock, dialog: Dialog, caplog: pytest.LogCaptureFixture
) -> None:
    """Where an epoch was destroyed too early, its keys are named in the log, and the others go on."""
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


def test_a_recount_after_a_purge_shows_no_difference(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """What a purged case counted is still known, and no record counts as unreadable."""
    told(app, dialog, handler, "Thử Văn An")
    dialog.says("Thử Văn Bình", QUESTION)
    auditor = appoint("standing_officer")
    before = app.reports.recount(auditor)
    years_later(app, clock, 1)
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    after = app.reports.recount(auditor)
    assert (before.differences, after.differences, after.unreadable) == ((), (), ())


def test_a_purge_killed_in_the_middle_is_carried_out_by_the_next_round(
    *, app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is gone, and the rest isn't: the next round deletes it, and the reports count as before."""
    tip = told(app, dialog, handler, "Thử Văn An")
    years_later(app, clock, 1)
    clock.advance(DELAY)
    queues = type(app.internals.context.storage.queues)
    with monkeypatch.context() as broken:
        broken.setattr(queues, "remove_ended", kill)
        with pytest.raises(KeyboardInterrupt):
            RetentionJobs(app.internals.services).purge_expired()
    assert not readable(app, tip)
    assert app.internals.context.storage.queues.outbox(cause=f"tip:{tip.id}") != []
    assert RetentionJobs(app.internals.services).purge_expired() == 1
    assert app.internals.context.storage.queues.outbox(cause=f"tip:{tip.id}") == []
    assert app.reports.recount(appoint("standing_officer")).differences == ()
    assert [*find_mismatches(app.internals.context), *find_altered_columns(app.internals.context, KINDS)] == []


def kill(*_: object) -> int:
    raise KeyboardInterrupt


def test_a_case_opened_again_while_its_purge_waits_stays(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """The clock's order is cancelled; once the case is over again its time counts from then."""
    tip = told(app, dialog, handler, "Thử Văn An")
    years_later(app, clock, 1)
    app.tips.reopen(appoint("tip_supervisor"), tip.id, "new_facts")
    clock.advance(DELAY)
    assert RetentionJobs(app.internals.services).purge_expired() == 0
    record = app.internals.context.storage.records.get(PURGE_ORDER.name, f"tip:{tip.id}")
    assert record is not None
    assert app.internals.context.open_record(PURGE_ORDER, record).cancelled_at == clock.now()
    assert years_later(app, clock, 1) == 0
    assert readable(app, tip)


def test_a_hold_between_order_and_deed_keeps_the_case(
    app: App, clock: FixedClock, dialog: Dialog, handler: Actor, appoint: Appoint
) -> None:
    """It is previewed as held, with the hold, and goes once that is released."""
    tip = told(app, dialog, handler, "Thử Văn An")
    operator = appoint("operator")
    years_later(app, clock, 1)
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
    assert not readable(app, tip)
