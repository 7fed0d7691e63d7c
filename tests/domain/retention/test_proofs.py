"""By which bytes one sees that a purge was one, and what a proof tells."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.domain.retention.conftest import Ended

from anninh_core.domain.registry import KINDS, SEALED_WITH
from anninh_core.domain.retention.proof.needles import (
    MIN_BYTES,
    Haystack,
    Needle,
    NeedleSet,
    blind_index,
    decode_needles,
    encode_needles,
    gather,
    queue_rows,
    term_hashes,
    wrapped_key,
)
from anninh_core.domain.retention.proof.service import Proof
from anninh_core.domain.retention.service import Retention
from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import BadInput, DecryptionError, Refused, Unsupported
from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import ChangeSet, NewKey, OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase import Actor
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork


@pytest.fixture(params=["scan", "tokens"])
def runner(runner: UseCaseRunner, request: pytest.FixtureRequest) -> UseCaseRunner:
    """In a district that searches so."""
    runner.context.district = evolve(runner.context.district, search_mode=request.param)
    return runner


@pytest.fixture
def haystack(runner: UseCaseRunner) -> Haystack:
    return Haystack(runner=runner, kinds={kind.name: kind for kind in KINDS}, sealed_with=SEALED_WITH)


def test_a_third_of_a_wrapped_key_is_looked_for(haystack: Haystack, runner: UseCaseRunner) -> None:
    """Its beginning, and eight bytes at least; nothing where there is no key."""
    assert [*wrapped_key(haystack, "tip:none")] == []
    for length, taken in ((60, 20), (62, 20), (24, 8), (27, 9), (10, 8)):
        wrapped = bytes(range(length))
        scope = f"box:{length}"
        runner.context.storage.commit([ChangeSet(keys=(NewKey(scope=scope, epoch="e0001", wrapped=wrapped),))])
        assert [*wrapped_key(haystack, scope)] == [Needle(f"wrapped key of {scope}", wrapped[:taken])]


def test_a_blind_index_is_looked_for_where_there_is_one(haystack: Haystack, runner: UseCaseRunner) -> None:
    """As somebody's identity has."""
    keys = (
        NewKey(scope="identity:a", epoch="e0001", wrapped=bytes(60), blind_index="0123456789"),
        NewKey(scope="tip:a", epoch="e0001", wrapped=bytes(60)),
    )
    runner.context.storage.commit([ChangeSet(keys=keys)])
    assert [*blind_index(haystack, "identity:a")] == [Needle("blind index of identity:a", b"0123456789")]
    assert [*blind_index(haystack, "tip:a")] == [*blind_index(haystack, "tip:b")] == []


def test_words_that_only_this_case_has_are_looked_for(
    *, haystack: Haystack, runner: UseCaseRunner, ended: Ended, services: Any, handler: Actor
) -> None:
    """In a district with an index; others may stand there for another case."""
    ended()
    intake = services.tips.intake
    tip: Tip = intake.record_walk_in(handler, "Có trộm trâu trâu ở chợ", unit="ninh-hoa", category="crime")
    scope = f"tip:{tip.id}"
    found = {needle.name: needle.value.decode() for needle in term_hashes(haystack, scope)}
    query = runner.context.terms.hash_query("tip", TermQuery((((("trau", "cho"),)),)))
    trau, cho = query.clauses[0][0]
    if runner.context.district.search_mode == "scan":
        assert found == {}
    else:
        assert found == {f"word 2 of {scope}": trau, f"word 4 of {scope}": cho}
    for other in ("conversation:mock.1", "tip:none", "nothing:x", "officer:x"):
        assert [*term_hashes(haystack, other)] == []


def test_messages_that_were_sent_are_looked_for(haystack: Haystack, runner: UseCaseRunner, operator: Actor) -> None:
    """By their first 32 bytes: those about the scope, and those that it seals; what waits goes with the key."""
    for number in range(203):
        uow = UnitOfWork(runner.context, runner.permits, operator, "test.send")
        scope, cause = [("tip:a", "x:1"), ("box:1", "tip:a"), ("box:1", "x:1")][number % 3]
        uow.add_event("x")
        uow.send(f"mock.{number}", f"Tin {number}", purpose="note", cause=cause, scope=scope)
        assert runner.commit(uow)
    now = runner.context.clock.now()
    for lease in runner.context.storage.queues.claim_outbox(now, timedelta(minutes=1), 202):
        settled = OutboxSettled(id=lease.id, token=lease.token, state=OutboxState.CANCELLED, at=now)
        runner.context.storage.commit([ChangeSet(outbox_settled=settled)])
    stored = {row.id: row for row in runner.context.storage.queues.outbox(limit=1000)}
    settled_rows = [id for id, row in stored.items() if row.state is OutboxState.CANCELLED]
    wanted = {
        f"message {id} of tip:a": stored[id].body[:32]
        for id in settled_rows
        if "tip:a" in (stored[id].scope, stored[id].cause)
    }
    found = {needle.name: needle.value for needle in queue_rows(haystack, "tip:a")}
    assert len(settled_rows) > 200
    assert found == wanted
    assert {len(value) for value in found.values()} == {32}


def test_files_of_a_case_are_looked_for_by_their_names(
    haystack: Haystack, runner: UseCaseRunner, ended: Ended, services: Any, handler: Actor
) -> None:
    """As far as its own key seals them."""
    case = f"tip:{ended().id}"
    mine = EncryptedBlobs(runner, runner.context.blobs, case).put(b"a picture")
    office = EncryptedBlobs(runner, runner.context.blobs).put(b"a form")
    tip = services.tips.intake.record_walk_in(handler, f"{mine} {office}", unit="ninh-hoa", category="crime")
    assert [needle.name for needle in gather(haystack, f"tip:{tip.id}").needles if "file" in needle.name] == []
    scope = f"tip:{tip.id}"
    own = EncryptedBlobs(runner, runner.context.blobs, scope).put(b"another picture")
    uow = UnitOfWork(runner.context, runner.permits, handler, "test.name")
    uow.save(TIP, evolve(uow.load(TIP, tip.id), text=f"{mine} {own}"))
    assert runner.commit(uow)
    found = [needle for needle in gather(haystack, scope).needles if needle.name.startswith("file")]
    assert found == [Needle(f"file {own[:12]}… of {scope}", own.encode())]


def test_needles_are_those_that_were_gathered(haystack: Haystack, runner: UseCaseRunner, ended: Ended) -> None:
    """Under these keys and for this scope; a file brings them back as they were."""
    scope = f"tip:{ended().id}"
    gathered = gather(haystack, scope)
    assert gathered.scope == scope
    assert gathered.is_genuine(runner.context.keys)
    assert decode_needles(encode_needles(gathered)) == gathered
    other = Needle("own", b"longer than eight")
    for forged in (
        evolve(gathered, needles=(*gathered.needles, other)),
        evolve(gathered, needles=gathered.needles[1:]),
        evolve(gathered, scope="tip:other"),
        evolve(gathered, mark=""),
    ):
        assert not forged.is_genuine(runner.context.keys)
    assert not gathered.is_genuine(MemoryKeys(seed=9))
    with pytest.raises(DecryptionError, match="'tip:none' has no key any more"):
        gather(haystack, "tip:none")


def test_a_needle_is_long_enough_and_not_shown() -> None:
    """Fewer than eight bytes stand anywhere by chance; neither bytes nor marks are printed."""
    assert Needle("x", bytes(MIN_BYTES)).value == bytes(8)
    with pytest.raises(BadInput, match="Needle 'x' has 7 bytes, which may occur anywhere by chance: give at least 8"):
        Needle("x", bytes(7))
    assert "secret" not in repr(NeedleSet(scope="s", needles=(Needle("x", b"a secret"),), mark="secret"))
    with pytest.raises(TypeError):
        NeedleSet("s", (), "m")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Proof("s", None, 1, (), (), ())  # type: ignore[call-arg]


@pytest.mark.parametrize("data", [b"", b"{}", b"x", b'{"scope":"s","needles":{"x":"zz"},"mark":""}'])
def test_what_is_no_file_of_needles(data: bytes) -> None:
    """Is told, with what makes one."""
    with pytest.raises(BadInput, match="This isn't a file of needles: write one with `anninh retention"):
        decode_needles(data)


def test_a_proof_tells_what_is_there_and_what_is_gone(
    retention: Retention, operator: Actor, ended: Ended, clock: FixedClock, runner: UseCaseRunner
) -> None:
    """Before the purge every needle is found; afterwards none, and the proof has the moment and what was looked at."""
    case = f"tip:{ended().id}"
    proofs = retention.proofs
    needles = proofs.gather_needles(operator, case)
    before = proofs.prove_purge(operator, case, needles)
    assert (before.scope, before.purged_at, before.looked_for, before.handed_out) == (
        case,
        None,
        len(needles.needles),
        (),
    )
    assert {one.needle for one in before.sightings} == {one.name for one in needles.needles}
    retention.purges.order_purge(operator, case, reason="request")
    assert proofs.prove_purge(operator, case, needles).purged_at is None
    clock.advance(timedelta(days=8))
    retention.purges.purge(operator)
    after = proofs.prove_purge(operator, case, needles)
    assert (after.sightings, after.purged_at) == ((), clock.now())
    assert after.looked_at == ("the process's memory", "the names of all files that came with messages")
    assert after.blind_spots == ()
    with pytest.raises(DecryptionError):
        proofs.gather_needles(operator, case)


def test_a_file_that_stayed_is_seen(
    retention: Retention, operator: Actor, ended: Ended, runner: UseCaseRunner, haystack: Haystack
) -> None:
    """In the store of files, by its name."""
    case = f"tip:{ended().id}"
    name = runner.context.blobs.put(b"left behind")
    gathered = gather(haystack, case, (lambda *_: iter([Needle("file", name.encode()), Needle("gone", b"f" * 64)]),))
    places = {one.needle: one.place for one in retention.proofs.prove_purge(operator, case, gathered).sightings}
    assert places["file"] == "the store of files"
    assert "gone" not in places


def test_what_proves_nothing_is_refused(
    retention: Retention, operator: Actor, handler: Actor, ended: Ended, runner: UseCaseRunner
) -> None:
    """Needles of another case, none at all, made up ones; what is no case; who doesn't operate the whole."""
    one, other = (f"tip:{ended().id}" for _ in range(2))
    proofs = retention.proofs
    gathered = {case: proofs.gather_needles(operator, case) for case in (one, other)}
    for case, needles in (
        (one, gathered[other]),
        (other, gathered[one]),
        (one, evolve(gathered[one], needles=())),
        (one, evolve(gathered[one], mark="x")),
    ):
        with pytest.raises(BadInput, match=f"aren't needles of {case}: gather them before its purge"):
            proofs.prove_purge(operator, case, needles)
    for what in ("officer:x", "item:1"):
        with pytest.raises(
            BadInput,
            match=f"{what!r} is neither a case nor a person: name one as kind:id, with one of the kinds tip, .",
        ):
            proofs.gather_needles(operator, what)
    with pytest.raises(Refused):
        proofs.gather_needles(handler, one)


class Shortsighted:
    """A storage that does all that it owes, and no more."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def __getattr__(self, name: str) -> object:
        if name == "find_bytes":
            raise AttributeError(name)
        return getattr(self._storage, name)


def test_a_storage_that_cannot_look_says_so(
    retention: Retention, operator: Actor, ended: Ended, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, with what to do instead."""
    case = f"tip:{ended().id}"
    needles = retention.proofs.gather_needles(operator, case)
    monkeypatch.setattr(runner.context, "storage", Shortsighted(runner.context.storage))
    with pytest.raises(
        Unsupported, match="Storage 'memory' can't search for bytes: search its files and backups by hand"
    ):
        retention.proofs.prove_purge(operator, case, needles)
