"""A unit of work collects the changes of an act, and builds a change set from them."""

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
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.journal.entries import key_columns_hash, read_lines
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.outbox_message import (
    OutboxAction,
    OutboxMessage,
    decode_attachments,
    decode_message,
    get_messenger_name,
)
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Attachment

LAN = person("lan")
FOUND: Kind[Note] = evolve(NOTE, found_by=lambda note: note.text)


def begin_unit_of_work(runner: UseCaseRunner, actor: Actor = LAN) -> UnitOfWork:
    return UnitOfWork(runner.context, runner.permits, actor, "notes.act")


def build_note(id: str = "n1", text: str = "Chào") -> Note:
    return Note(id=id, unit="ninh-hoa/kdc-1", colour="red", text=text)


def test_act_sees_its_own_state_of_a_model(runner: UseCaseRunner, notes: Notes) -> None:
    """An act sees a model as it saved it, else as it first read it, else as it is stored; a model that doesn't exist is
    None.
    """
    written = notes.write(LAN, "ninh-hoa", "Chào")
    uow = begin_unit_of_work(runner)
    assert uow.get(NOTE, "nowhere") is None
    assert uow.get(NOTE, written.id) == written
    notes.paint(LAN, written.id, "blue")
    assert uow.get(NOTE, written.id) == written
    saved = uow.save(NOTE, evolve(written, colour="green"))
    assert uow.get(NOTE, written.id) == saved == uow.load(NOTE, written.id)
    assert begin_unit_of_work(runner).load(NOTE, written.id).colour == "blue"


def test_change_set_has_everything_gathered(runner: UseCaseRunner, notes: Notes) -> None:
    """A change set has the encrypted records sorted by id with their next versions, one entry, the new keys and the
    used keys.
    """
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    uow = begin_unit_of_work(runner, LAN.with_request("r-1"))
    uow.unit = "ninh-hoa"
    uow.save(NOTE, build_note("zzz"))
    uow.save(NOTE, build_note("aaa"))
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


def test_guarded_state_must_not_change(runner: UseCaseRunner, notes: Notes) -> None:
    """A commit conflicts if a record that the act guards has changed, or if a record exists that must be absent."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    for colour, outcome in (("red", Outcome.COMMITTED), ("blue", Outcome.CONFLICT)):
        uow = begin_unit_of_work(runner)
        uow.guard_version(NOTE, uow.load(NOTE, stored.id))
        uow.guard_absent(NOTE, {"colour": "white"})
        change = uow.build_change_set()
        assert change.guards == (Guard("note", stored.id, 1), NoneLeft("note", {"colour": "white"}))
        if colour != "red":
            notes.paint(LAN, stored.id, colour)
        assert runner.context.storage.commit([change]) == [outcome]
    notes.paint(LAN, stored.id, "white")
    uow = begin_unit_of_work(runner)
    uow.guard_absent(NOTE, {"colour": "white"})
    assert runner.context.storage.commit([uow.build_change_set()]) == [Outcome.CONFLICT]


def test_message_waits_encrypted_in_the_outbox(runner: UseCaseRunner) -> None:
    """A message is encrypted for its outbox row, and by default due at once in the lane of replies."""
    uow = begin_unit_of_work(runner)
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
    row_fields = [(row.messenger, row.conversation, row.lane, row.due_at, row.after) for row in rows.values()]
    assert row_fields == [
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
    opened = runner.context.encryptor.decrypt("note:1", rows[first].body, build_row_associated_data("outbox", first))
    assert decode_message(opened) == OutboxMessage(to="oa.1", text="Chào")
    assert decode_message(rows[second].body) == OutboxMessage(
        to="oa.2", text="Hai", attachments=(picture,), reply_to="m-1"
    )
    assert decode_attachments(rows[second].body) == (picture,)
    action = decode_message(
        runner.context.encryptor.decrypt("note:1", rows[third].body, build_row_associated_data("outbox", third))
    )
    assert (action.act, action.target, action.text) == (OutboxAction.DELETE, "m-9", "")
    with pytest.raises(DecryptionError):
        runner.context.encryptor.decrypt("note:1", rows[first].body, build_row_associated_data("outbox", third))


def test_unknown_outbox_rows_are_refused() -> None:
    """An outbox row with an unknown action or an invalid message is refused, and a conversation id contains its
    messenger.
    """
    for body in (b'{"to":"oa.1","act":"explode"}', b'{"to":1}'):
        with pytest.raises(BadInput, match="An outbox row asks for an action that this version doesn't know"):
            decode_message(body)
    assert decode_attachments(b'{"to":"oa.1","act":"explode"}') == ()
    assert [get_messenger_name(conversation) for conversation in ("oa.1", "oa.1.2", "oa", "")] == ["oa", "oa", "oa", ""]
    assert "secret" not in repr(OutboxMessage(to="oa.1", text="secret", target="secret"))


def test_an_act_is_empty_until_it_gathers_something(runner: UseCaseRunner) -> None:
    """An act is empty until it collects a change; an empty act of the program leaves no entry, but that of a person
    does.
    """
    at = runner.context.clock.now()
    inbox = NewInbox(id="i", source="oa", dedupe="k", conversation="c", received_at=at, scope="", body=b"")
    acts = {
        "save": lambda uow: uow.save(NOTE, build_note()),
        "event": lambda uow: uow.add_event("x"),
        "send": lambda uow: uow.send("oa.1", "x", purpose="p", cause="c:1", scope=""),
        "inbox": lambda uow: uow.add_inbox_row(inbox),
        "settle_inbox": lambda uow: uow.settle_inbox(InboxSettled(id="i", token=1)),
        "settle_outbox": lambda uow: uow.settle_outbox(OutboxSettled(id="o", token=1, state=OutboxState.FAILED, at=at)),
        "counters": lambda uow: uow.adjust_counters(Counter(indicator="a", unit="u", day=at.date(), dims="", amount=1)),
    }
    for actor in (LAN, system("keeper")):
        uow = begin_unit_of_work(runner, actor)
        assert uow.is_empty
        assert uow.leaves_no_entry is (actor != LAN)
        for act in acts.values():
            uow = begin_unit_of_work(runner, actor)
            act(uow)  # type: ignore[no-untyped-call]
            assert (uow.is_empty, uow.leaves_no_entry) == (False, False)


def test_change_set_has_settled_rows(runner: UseCaseRunner) -> None:
    """A change set contains the settled rows, the corrections of counters and the request key of its act."""
    uow = begin_unit_of_work(runner)
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
    """A record is found by its exact text, whether it was just saved or is stored, but not after its key was
    destroyed.
    """
    uow = begin_unit_of_work(runner)
    uow.add_event("x")
    assert uow.find_id(FOUND, "Chào") == ""
    uow.save(FOUND, build_note("n1"))
    uow.save(FOUND, build_note("n2", "Khác"))
    assert [uow.find_id(FOUND, text) for text in ("Chào", "Khác", "chào")] == ["n1", "n2", ""]
    assert runner.commit(uow)
    assert [begin_unit_of_work(runner).find_id(FOUND, text) for text in ("Chào", "Khác", "chào")] == ["n1", "n2", ""]
    assert begin_unit_of_work(runner).find_id(evolve(FOUND, spec=evolve(NOTE.spec, kind="other")), "Chào") == ""
    stored = runner.context.storage.keyring.get("note:n1")
    assert stored is not None
    assert (len(stored.blind_index), "Chào" in stored.blind_index) == (32, False)
    runner.context.storage.keyring.destroy("note:n1")
    assert [begin_unit_of_work(runner).find_id(FOUND, text) for text in ("Chào", "Khác")] == ["", "n2"]


def test_only_a_person_decides_and_gives_a_code(runner: UseCaseRunner) -> None:
    """Only a person can decide; the decision is a record with unit and time, needs a valid reason code, and hides its
    text in the repr.
    """
    uow = begin_unit_of_work(runner)
    uow.unit = "ninh-hoa"
    decision = uow.decide("note:1", rule="Điều 9", reason="too_loud", text="bí mật", evidence="e")
    assert (decision.subject, decision.unit, decision.by, decision.at) == ("note:1", "ninh-hoa", "lan", uow.at)
    assert (decision.rule, decision.reason, decision.text, decision.evidence) == ("Điều 9", "too_loud", "bí mật", "e")
    assert uow.get(DECISION, decision.id) == decision
    assert "bí mật" not in repr(decision)
    assert DECISION.columns(decision) == {"subject": "note:1", "reason": "too_loud", "at": "2021-09-01T01:00:00+00:00"}
    assert uow.decide("note:1", rule="r", reason="x", text="").evidence == ""
    with pytest.raises(Refused, match="Only a person decides about note:1, not system:router"):
        begin_unit_of_work(runner, system("router")).decide("note:1", rule="r", reason="x", text="")
    for code in ("", "Hai từ", "Too", "a b", "é"):
        with pytest.raises(BadInput):
            require_reason_code(code)


def test_program_acts_only_inside_acting_as(runner: UseCaseRunner) -> None:
    """Inside `acting_as` the program is the actor, and afterwards the person again, even after an error."""
    uow = begin_unit_of_work(runner)
    with uow.acting_as(system("router")):
        assert uow.actor == system("router")
    assert uow.actor == LAN
    with pytest.raises(RuntimeError), uow.acting_as(system("router")):
        raise RuntimeError
    assert uow.actor == LAN


@pytest.mark.parametrize("saves", [True, False])
def test_purged_scope_gets_no_new_key(runner: UseCaseRunner, notes: Notes, saves: bool) -> None:
    """If the key of a read scope was destroyed, an act can't write anything under the scope with a new key."""
    written = notes.write(LAN, "ninh-hoa", "Chào")
    scope = f"note:{written.id}"
    uow = begin_unit_of_work(runner)
    if saves:
        uow.save(NOTE, uow.load(NOTE, written.id))
        assert (uow.get_stored_scope(NOTE, written.id), uow.get_stored_scope(NOTE, "other")) == (scope, "")
    else:
        uow.send("oa.1", "x", purpose="p", cause=scope, scope=scope)
    runner.context.storage.keyring.destroy(scope)
    with pytest.raises(DecryptionError, match=f"'{scope}' was purged in the meantime: its data can't be sealed again"):
        uow.build_change_set()
    new_uow = begin_unit_of_work(runner)
    new_uow.send("oa.1", "x", purpose="p", cause="note:new", scope="note:new")
    assert [key.scope for key in new_uow.build_change_set().keys] == ["note:new"]


def test_scopes_of_an_act(runner: UseCaseRunner) -> None:
    """The scopes of an act are those of its encrypted records, messages and requested keys; unencrypted ones have
    none.
    """
    uow = begin_unit_of_work(runner)
    assert uow.scopes == frozenset()
    uow.save(NOTE, build_note("n1"))
    uow.save(evolve(NOTE, scope=lambda _: ""), build_note("n2"))
    uow.send("oa.1", "x", purpose="p", cause="c:1", scope="box:1")
    uow.send("oa.1", "x", purpose="p", cause="c:1", scope="")
    key = uow.get_data_key("file:1")
    assert uow.get_data_key("file:1") is key
    assert uow.scopes == {"note:n1", "box:1", "file:1"}
    change = uow.build_change_set()
    assert {new_key.scope for new_key in change.keys} == uow.scopes
    assert key.new in change.keys
    (public,) = [record for record in change.records if record.id == "n2"]
    assert (public.scope, NOTE.decode(public.body, 1)) == ("", build_note("n2"))


def test_prefetched_records_are_not_read_again(runner: UseCaseRunner, notes: Notes) -> None:
    """Prefetched records aren't read again, and records that were prefetched as missing aren't either."""
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    record = runner.context.storage.records.get("note", stored.id)
    ahead = {("note", stored.id): record, ("note", "gone"): None, ("note", "moved"): record}
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.act", Prefetched(ahead))
    runner.context.storage.maintenance.scan("note")
    notes.paint(LAN, stored.id, "blue")
    assert uow.load(NOTE, stored.id).colour == "red"
    assert uow.get(NOTE, "gone") is None


def test_prefetched_page_is_not_queried_again(runner: UseCaseRunner, notes: Notes) -> None:
    """A prefetched page answers exactly its query, and any other query goes to the storage."""
    red = Find(kind="note", order="id", where={"colour": "red"})
    blue = {"colour": "blue"}
    stored = notes.write(LAN, "ninh-hoa", "Chào")
    ahead = Prefetched(pages=[(red, runner.context.storage.records.find(red))])
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.act", ahead)
    notes.paint(LAN, stored.id, "blue")
    assert [note.id for note in uow.find(NOTE, "id", where={"colour": "red"}).items] == [stored.id]
    assert [note.id for note in uow.find(NOTE, "id", where=blue).items] == [stored.id]
    assert uow.find(NOTE, "id", where={"colour": "red"}, limit=1).items == ()


def test_prefetched_id_is_not_searched_again(runner: UseCaseRunner) -> None:
    """An id that was prefetched isn't searched again, found or not; but a record that the act itself saves is found."""
    ahead = Prefetched(ids={("note", "Chào"): "n1", ("note", "Khác"): ""})
    uow = UnitOfWork(runner.context, runner.permits, LAN, "notes.act", ahead)
    assert [uow.find_id(FOUND, text) for text in ("Chào", "Khác", "chào")] == ["n1", "", ""]
    uow.save(FOUND, build_note("n2", "Khác"))
    assert uow.find_id(FOUND, "Khác") == "n2"


class JournalOfLines:
    """A journal with `count` lines."""

    def __init__(self, count: int) -> None:
        self._lines = [JournalLine(seq=seq, previous="", hash="", content=b"") for seq in range(1, count + 1)]

    def read(self, after: int = 0, limit: int = 500) -> Sequence[JournalLine]:
        return self._lines[after : after + limit]


@pytest.mark.parametrize("count", [0, 1, 1999, 2000, 2001, 4001])
def test_the_journal_is_read_to_its_end(count: int) -> None:
    """The journal is read to its end, whatever its length, from the first line or after a given one."""
    journal: Journal = JournalOfLines(count)  # type: ignore[assignment]
    assert [line.seq for line in read_lines(journal)] == [*range(1, count + 1)]
    assert [line.seq for line in read_lines(journal, max(0, count - 1))] == ([count] if count else [])
