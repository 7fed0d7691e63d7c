"""What an act gathers, and what its change set says."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

import pytest
from attrs import evolve
from tests.usecase.conftest import NOTE, Note, Notes

from anninh_core.kernel.errors import BadInput, DecryptionError, Refused
from anninh_core.ports.storages.changes import (
    Counter,
    Guard,
    InboxSettled,
    JournalLine,
    NewInbox,
    NoneLeft,
    OutboxSettled,
    Outcome,
    Touched,
)
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Find, Journal
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.context import Prefetched
from anninh_core.usecase.decision import DECISION, require_reason_code
from anninh_core.usecase.encryption.encryptor import row_associated_data
from anninh_core.usecase.journal.entries import key_columns_hash, read_lines
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.outbox_message import OutboxAction, OutboxMessage, attachments_in, decode_message, messenger_of
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment

LAN = person("lan")
FOUND: Kind[Note] = evolve(NOTE, found_by=lambda note: note.text)


def begin(runner: UseCaseRunner, actor: Actor = LAN) -> UnitOfWork:
    return UnitOfWork(runner.context, runner.permits, actor, "notes.act")


def note(id: str = "n1", text: str = "Chào") -> Note:
    return Note(id=id, unit="ninh-hoa/kdc-1", colour="red", text=text)


def test_a_model_is_seen_as_the_act_left_it(runner: UseCaseRunner, notes: Notes) -> None:
    """What it saved, else what it read first, else what is stored; what isn't there isn't."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    uow = begin(runner)
    assert uow.get(NOTE, "nowhere") is None
    assert uow.get(NOTE, stored.id) == stored
    notes.paint(LAN, stored.id, "blue")
    assert uow.get(NOTE, stored.id) == stored
    saved = uow.save(NOTE, evolve(stored, colour="green"))
    assert uow.get(NOTE, stored.id) == saved == uow.load(NOTE, stored.id)
    assert begin(runner).load(NOTE, stored.id).colour == "blue"


def test_a_change_set_says_all_that_was_gathered(runner: UseCaseRunner, notes: Notes) -> None:
    """Records in their order at their next versions, sealed; one entry; keys that are new, and those that seal."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    uow = begin(runner, LAN.with_request("r-1"))
    uow.unit = "ninh-hoa"
    uow.save(NOTE, note("zzz"))
    uow.save(NOTE, note("aaa"))
    uow.save(NOTE, evolve(uow.load(NOTE, stored.id), text="Chào lại"))
    uow.facts["n"] = 3
    uow.add_event("one")
    uow.add_event("two")
    change = uow.build_change_set()
    assert [(record.id, record.version) for record in change.records] == sorted(
        [(stored.id, 2), ("aaa", 1), ("zzz", 1)]
    )
    assert {(record.unit, record.schema) for record in change.records} == {("ninh-hoa", 1)}
    assert {key.scope for key in change.keys} == {"note:aaa", "note:zzz"}
    assert [key.scope for key in change.sealed_under] == [f"note:{stored.id}"]
    entry = change.entry
    assert entry is not None
    assert (entry.actor, entry.action, entry.unit, entry.outcome) == ("person:lan", "notes.act", "ninh-hoa", "done")
    assert (entry.at, entry.events) == (runner.context.clock.now(), ("one", "two"))
    assert entry.facts == {"n": 3, "request_key": change.request}
    names = runner.context.names
    assert {*entry.touched} == {
        Touched("note", record.id, record.version, sha256(record.body).hexdigest(), key_columns_hash(record, names))
        for record in change.records
    }
    assert change.request.startswith("request:")
    assert (change.guards, change.outbox, change.inbox, change.search) == ((), (), (), ())
    assert runner.context.storage.commit([change]) == [Outcome.COMMITTED]


def test_what_must_not_change_is_guarded(runner: UseCaseRunner, notes: Notes) -> None:
    """A model that was only read, and that there is none of something."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    for colour, outcome in (("red", Outcome.COMMITTED), ("blue", Outcome.CONFLICT)):
        uow = begin(runner)
        uow.guard_version(NOTE, uow.load(NOTE, stored.id))
        uow.guard_absent(NOTE, {"colour": "white"})
        change = uow.build_change_set()
        assert change.guards == (Guard("note", stored.id, 1), NoneLeft("note", {"colour": "white"}))
        if colour != "red":
            notes.paint(LAN, stored.id, colour)
        assert runner.context.storage.commit([change]) == [outcome]
    notes.paint(LAN, stored.id, "white")
    uow = begin(runner)
    uow.guard_absent(NOTE, {"colour": "white"})
    assert runner.context.storage.commit([uow.build_change_set()]) == [Outcome.CONFLICT]


def test_a_message_waits_in_the_outbox_as_it_was_written(runner: UseCaseRunner) -> None:
    """Sealed for its row; at once and as a reply, unless something else is said."""
    uow = begin(runner)
    later = uow.at + timedelta(hours=1)
    picture = Attachment("image", "a.png")
    first = uow.send("oa.1", "Cha\u0300o", purpose="note", cause="note:1", scope="note:1")
    second = uow.send(
        "oa.2", "Hai", purpose="x", cause="note:2", scope="", lane=Lane.EMERGENCY, attachments=(picture,),
        reply_to="m-1", after=first, due_at=later,
    )  # fmt: skip
    third = uow.queue_action("bot.3", OutboxAction.DELETE, "m-9", purpose="y", cause="post:1", scope="note:1")
    change = uow.build_change_set()
    rows = {row.id: row for row in change.outbox}
    assert [*rows] == [first, second, third]
    told = [(row.messenger, row.conversation, row.lane, row.due_at, row.after) for row in rows.values()]
    assert told == [
        ("oa", "oa.1", Lane.REPLY, uow.at, ""),
        ("oa", "oa.2", Lane.EMERGENCY, later, first),
        ("bot", "bot.3", Lane.REPLY, uow.at, ""),
    ]
    assert [(row.cause, row.purpose, row.scope) for row in rows.values()] == [
        ("note:1", "note", "note:1"),
        ("note:2", "x", ""),
        ("post:1", "y", "note:1"),
    ]
    assert runner.context.storage.commit([change]) == [Outcome.COMMITTED]
    opened = runner.context.encryptor.decrypt("note:1", rows[first].body, row_associated_data("outbox", first))
    assert decode_message(opened) == OutboxMessage(to="oa.1", text="Chào")
    assert decode_message(rows[second].body) == OutboxMessage(
        to="oa.2", text="Hai", attachments=(picture,), reply_to="m-1"
    )
    assert attachments_in(rows[second].body) == (picture,)
    acted = decode_message(
        runner.context.encryptor.decrypt("note:1", rows[third].body, row_associated_data("outbox", third))
    )
    assert (acted.act, acted.target, acted.text) == (OutboxAction.DELETE, "m-9", "")
    with pytest.raises(DecryptionError):
        runner.context.encryptor.decrypt("note:1", rows[first].body, row_associated_data("outbox", third))


def test_what_no_version_knows_is_not_guessed() -> None:
    """A row that asks for an unknown act, or is no message; a conversation tells its messenger."""
    for body in (b'{"to":"oa.1","act":"explode"}', b'{"to":1}'):
        with pytest.raises(BadInput, match="An outbox row asks for an action that this version doesn't know"):
            decode_message(body)
    assert attachments_in(b'{"to":"oa.1","act":"explode"}') == ()
    assert [messenger_of(one) for one in ("oa.1", "oa.1.2", "oa", "")] == ["oa", "oa", "oa", ""]
    assert "secret" not in repr(OutboxMessage(to="oa.1", text="secret", target="secret"))


def test_an_act_is_empty_until_it_gathers_something(runner: UseCaseRunner) -> None:
    """Whatever that is; of the program it then leaves no entry, of a person it does."""
    at = runner.context.clock.now()
    inbox = NewInbox(id="i", source="oa", dedupe="k", conversation="c", received_at=at, scope="", body=b"")
    acts = {
        "save": lambda uow: uow.save(NOTE, note()),
        "event": lambda uow: uow.add_event("x"),
        "send": lambda uow: uow.send("oa.1", "x", purpose="p", cause="c:1", scope=""),
        "inbox": lambda uow: uow.add_inbox_row(inbox),
        "settle_inbox": lambda uow: uow.settle_inbox(InboxSettled(id="i", token=1)),
        "settle_outbox": lambda uow: uow.settle_outbox(OutboxSettled(id="o", token=1, state=OutboxState.FAILED, at=at)),
        "counters": lambda uow: uow.adjust_counters(Counter(indicator="a", unit="u", day=at.date(), dims="", amount=1)),
    }
    for actor in (LAN, system("keeper")):
        uow = begin(runner, actor)
        assert uow.is_empty
        assert uow.leaves_no_entry is (actor != LAN)
        for act in acts.values():
            uow = begin(runner, actor)
            act(uow)  # type: ignore[no-untyped-call]
            assert (uow.is_empty, uow.leaves_no_entry) == (False, False)


def test_a_row_that_is_settled_stands_in_the_change_set(runner: UseCaseRunner) -> None:
    """With corrections of counters."""
    uow = begin(runner)
    taken = InboxSettled(id="i", token=1)
    sent = OutboxSettled(id="o", token=1, state=OutboxState.FAILED, at=uow.at)
    counter = Counter(indicator="a", unit="u", day=uow.today, dims="", amount=1)
    uow.settle_inbox(taken)
    uow.settle_outbox(sent)
    uow.adjust_counters(counter, counter)
    uow.guard_request("late")
    change = uow.build_change_set()
    assert (change.inbox_settled, change.outbox_settled, change.counters) == (taken, sent, (counter, counter))
    assert (change.request, change.entry and change.entry.actor) == ("late", "person:lan")


def test_a_record_is_found_by_a_text(runner: UseCaseRunner) -> None:
    """One that the act just saved, one that is stored; by no other text, and no more once its key is gone."""
    uow = begin(runner)
    uow.add_event("x")
    assert uow.find_id(FOUND, "Chào") == ""
    uow.save(FOUND, note("n1"))
    uow.save(FOUND, note("n2", "Khác"))
    assert [uow.find_id(FOUND, text) for text in ("Chào", "Khác", "chào")] == ["n1", "n2", ""]
    assert runner.commit(uow)
    assert [begin(runner).find_id(FOUND, text) for text in ("Chào", "Khác", "chào")] == ["n1", "n2", ""]
    assert begin(runner).find_id(evolve(FOUND, spec=evolve(NOTE.spec, kind="other")), "Chào") == ""
    stored = runner.context.storage.keyring.get("note:n1")
    assert stored is not None
    assert (len(stored.blind_index), "Chào" in stored.blind_index) == (32, False)
    runner.context.storage.keyring.destroy("note:n1")
    assert [begin(runner).find_id(FOUND, text) for text in ("Chào", "Khác")] == ["", "n2"]


def test_only_a_person_decides_and_gives_a_code(runner: UseCaseRunner) -> None:
    """The decision is a record of the unit and the moment; the words are not shown."""
    uow = begin(runner)
    uow.unit = "ninh-hoa"
    made = uow.decide("note:1", rule="Điều 9", reason="too_loud", text="bí mật", evidence="e")
    assert (made.subject, made.unit, made.by, made.at) == ("note:1", "ninh-hoa", "lan", uow.at)
    assert (made.rule, made.reason, made.text, made.evidence) == ("Điều 9", "too_loud", "bí mật", "e")
    assert uow.get(DECISION, made.id) == made
    assert "bí mật" not in repr(made)
    assert DECISION.columns(made) == {"subject": "note:1", "reason": "too_loud", "at": "2021-09-01T01:00:00+00:00"}
    assert uow.decide("note:1", rule="r", reason="x", text="").evidence == ""
    with pytest.raises(Refused, match="Only a person decides about note:1, not system:router"):
        begin(runner, system("router")).decide("note:1", rule="r", reason="x", text="")
    for wrong in ("", "Hai từ", "Too", "a b", "é"):
        with pytest.raises(BadInput):
            require_reason_code(wrong)


def test_consequences_are_the_programs_and_the_entry_the_persons(runner: UseCaseRunner) -> None:
    """Also where they fail."""
    uow = begin(runner)
    with uow.acting_as(system("router")):
        assert uow.actor == system("router")
    assert uow.actor == LAN
    with pytest.raises(RuntimeError), uow.acting_as(system("router")):
        raise RuntimeError
    assert uow.actor == LAN


@pytest.mark.parametrize("saves", [True, False])
def test_what_was_read_is_not_sealed_by_a_new_key(runner: UseCaseRunner, notes: Notes, saves: bool) -> None:
    """Its key was destroyed meanwhile: it stays gone, and so does what would be sealed beside it."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    scope = f"note:{stored.id}"
    uow = begin(runner)
    if saves:
        uow.save(NOTE, uow.load(NOTE, stored.id))
        assert (uow.stored_scope(NOTE, stored.id), uow.stored_scope(NOTE, "other")) == (scope, "")
    else:
        uow.send("oa.1", "x", purpose="p", cause=scope, scope=scope)
    runner.context.storage.keyring.destroy(scope)
    with pytest.raises(DecryptionError, match=f"'{scope}' was purged in the meantime: its data can't be sealed again"):
        uow.build_change_set()
    again = begin(runner)
    again.send("oa.1", "x", purpose="p", cause="note:new", scope="note:new")
    assert [key.scope for key in again.build_change_set().keys] == ["note:new"]


def test_the_scopes_of_an_act_are_all_that_it_seals(runner: UseCaseRunner) -> None:
    """Records, messages, and keys that were asked for; what is public has none."""
    uow = begin(runner)
    assert uow.scopes == frozenset()
    uow.save(NOTE, note("n1"))
    uow.save(evolve(NOTE, scope=lambda _: ""), note("n2"))
    uow.send("oa.1", "x", purpose="p", cause="c:1", scope="box:1")
    uow.send("oa.1", "x", purpose="p", cause="c:1", scope="")
    key = uow.data_key("file:1")
    assert uow.data_key("file:1") is key
    assert uow.scopes == {"note:n1", "box:1", "file:1"}
    change = uow.build_change_set()
    assert {one.scope for one in change.keys} == uow.scopes
    assert key.new in change.keys
    (public,) = [record for record in change.records if record.id == "n2"]
    assert (public.scope, NOTE.decode(public.body, 1)) == ("", note("n2"))


def test_records_that_were_read_ahead_are_not_read_again(runner: UseCaseRunner, notes: Notes) -> None:
    """Nor those of which it is known that they aren't there."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.storage.records.get("note", stored.id)
    ahead = {("note", stored.id): record, ("note", "gone"): None, ("note", "moved"): record}
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.act", Prefetched(ahead))
    runner.context.storage.maintenance.scan("note")
    notes.paint(LAN, stored.id, "blue")
    assert uow.load(NOTE, stored.id).colour == "red"
    assert uow.get(NOTE, "gone") is None


def test_a_page_that_was_read_ahead_is_not_asked_for_again(runner: UseCaseRunner, notes: Notes) -> None:
    """It answers just that question; any other is asked of the storage."""
    red = Find(kind="note", order="id", where={"colour": "red"})
    blue = {"colour": "blue"}
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    ahead = Prefetched(pages=[(red, runner.context.storage.records.find(red))])
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.act", ahead)
    notes.paint(LAN, stored.id, "blue")
    assert [note.id for note in uow.find(NOTE, "id", where={"colour": "red"}).items] == [stored.id]
    assert [note.id for note in uow.find(NOTE, "id", where=blue).items] == [stored.id]
    assert uow.find(NOTE, "id", where={"colour": "red"}, limit=1).items == ()


def test_an_id_that_was_found_ahead_is_not_looked_for_again(runner: UseCaseRunner) -> None:
    """Nor one of which it is known that there is none; what the act itself saves is found all the same."""
    ahead = Prefetched(ids={("note", "Chào"): "n1", ("note", "Khác"): ""})
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.act", ahead)
    assert [uow.find_id(FOUND, text) for text in ("Chào", "Khác", "chào")] == ["n1", "", ""]
    uow.save(FOUND, note("n2", "Khác"))
    assert uow.find_id(FOUND, "Khác") == "n2"


class Lines:
    """A journal of so many lines."""

    def __init__(self, count: int) -> None:
        self._lines = [JournalLine(seq=seq, previous="", hash="", content=b"") for seq in range(1, count + 1)]

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        return self._lines[after : after + limit]


@pytest.mark.parametrize("count", [0, 1, 1999, 2000, 2001, 4001])
def test_the_journal_is_read_to_its_end(count: int) -> None:
    """However long it is, from the first line or behind another."""
    journal: Journal = Lines(count)  # type: ignore[assignment]
    assert [line.seq for line in read_lines(journal)] == [*range(1, count + 1)]
    assert [line.seq for line in read_lines(journal, max(0, count - 1))] == ([count] if count else [])
