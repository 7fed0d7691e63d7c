"""Proofs of a purge: the byte strings ("needles") that are searched for, and the results."""

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
    decode_needles,
    encode_needles,
    gather,
    iter_blind_index_needles,
    iter_queue_row_needles,
    iter_term_hash_needles,
    iter_wrapped_key_needles,
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
    """A runner of a district with the given search mode."""
    runner.context.district = evolve(runner.context.district, search_mode=request.param)
    return runner


@pytest.fixture
def haystack(runner: UseCaseRunner) -> Haystack:
    return Haystack(runner=runner, kinds={kind.name: kind for kind in KINDS}, sealed_with=SEALED_WITH)


def test_wrapped_key_needle_is_its_first_third(haystack: Haystack, runner: UseCaseRunner) -> None:
    """The needle (byte string to search for) of a wrapped key is the first third of the key, eight bytes at least; a
    scope without a key has no needle.
    """
    assert [*iter_wrapped_key_needles(haystack, "tip:none")] == []
    for length, taken in ((60, 20), (62, 20), (24, 8), (27, 9), (10, 8)):
        wrapped = bytes(range(length))
        scope = f"box:{length}"
        runner.context.storage.commit([ChangeSet(keys=(NewKey(scope=scope, epoch="e0001", wrapped=wrapped),))])
        assert [*iter_wrapped_key_needles(haystack, scope)] == [Needle(f"wrapped key of {scope}", wrapped[:taken])]


def test_blind_index_gives_a_needle(haystack: Haystack, runner: UseCaseRunner) -> None:
    """A key with a blind index, such as the key of an identity, also gives the blind index as a needle (byte string to
    search for).
    """
    keys = (
        NewKey(scope="identity:a", epoch="e0001", wrapped=bytes(60), blind_index="0123456789"),
        NewKey(scope="tip:a", epoch="e0001", wrapped=bytes(60)),
    )
    runner.context.storage.commit([ChangeSet(keys=keys)])
    assert [*iter_blind_index_needles(haystack, "identity:a")] == [Needle("blind index of identity:a", b"0123456789")]
    assert [*iter_blind_index_needles(haystack, "tip:a")] == [*iter_blind_index_needles(haystack, "tip:b")] == []


def test_unique_words_give_needles(
    *, haystack: Haystack, runner: UseCaseRunner, make_ended_tip: Ended, services: Any, handler: Actor
) -> None:
    """In a district with a search index, the hashes of words that occur only in this case are needles (byte strings to
    search for); the hashes of other words may be stored for another case.
    """
    make_ended_tip()
    intake = services.tips.intake
    tip: Tip = intake.record_walk_in(handler, "Có trộm trâu trâu ở chợ", unit="ninh-hoa", category="crime")
    scope = f"tip:{tip.id}"
    by_name = {needle.name: needle.value.decode() for needle in iter_term_hash_needles(haystack, scope)}
    query = runner.context.terms.hash_query("tip", TermQuery((((("trau", "cho"),)),)))
    trau, cho = query.clauses[0][0]
    if runner.context.district.search_mode == "scan":
        assert by_name == {}
    else:
        assert by_name == {f"word 2 of {scope}": trau, f"word 4 of {scope}": cho}
    for other in ("conversation:mock.1", "tip:none", "nothing:x", "officer:x"):
        assert [*iter_term_hash_needles(haystack, other)] == []


def test_settled_messages_give_needles(haystack: Haystack, runner: UseCaseRunner, operator: Actor) -> None:
    """Settled messages about a scope or encrypted under it give needles (byte strings to search for) of 32 bytes;
    waiting messages give none, because they become unreadable with the key.
    """
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
    expected = {
        f"message {id} of tip:a": stored[id].body[:32]
        for id in settled_rows
        if "tip:a" in (stored[id].scope, stored[id].cause)
    }
    by_name = {needle.name: needle.value for needle in iter_queue_row_needles(haystack, "tip:a")}
    assert len(settled_rows) > 200
    assert by_name == expected
    assert {len(value) for value in by_name.values()} == {32}


def test_own_files_give_needles(
    haystack: Haystack, runner: UseCaseRunner, make_ended_tip: Ended, services: Any, handler: Actor
) -> None:
    """Only files encrypted under the case's own key give their names as needles (byte strings to search for)."""
    case = f"tip:{make_ended_tip().id}"
    mine = EncryptedBlobs(runner, runner.context.blobs, case).put(b"a picture")
    office = EncryptedBlobs(runner, runner.context.blobs).put(b"a form")
    tip = services.tips.intake.record_walk_in(handler, f"{mine} {office}", unit="ninh-hoa", category="crime")
    assert [needle.name for needle in gather(haystack, f"tip:{tip.id}").needles if "file" in needle.name] == []
    scope = f"tip:{tip.id}"
    own = EncryptedBlobs(runner, runner.context.blobs, scope).put(b"another picture")
    uow = UnitOfWork(runner.context, runner.permits, handler, "test.name")
    uow.save(TIP, evolve(uow.load(TIP, tip.id), text=f"{mine} {own}"))
    assert runner.commit(uow)
    needles = [needle for needle in gather(haystack, scope).needles if needle.name.startswith("file")]
    assert needles == [Needle(f"file {own[:12]}… of {scope}", own.encode())]


def test_altered_needle_set_is_not_genuine(haystack: Haystack, runner: UseCaseRunner, make_ended_tip: Ended) -> None:
    """A set of needles (byte strings to search for) is genuine only as it was gathered, for its scope and keys, and a
    file restores it unchanged.
    """
    scope = f"tip:{make_ended_tip().id}"
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
    """A needle (byte string to search for) has at least eight bytes, because a shorter one may occur by chance, and its
    repr shows neither bytes nor marks.
    """
    assert Needle("x", bytes(MIN_BYTES)).value == bytes(8)
    with pytest.raises(BadInput, match="Needle 'x' has 7 bytes, which may occur anywhere by chance: give at least 8"):
        Needle("x", bytes(7))
    assert "secret" not in repr(NeedleSet(scope="s", needles=(Needle("x", b"a secret"),), mark="secret"))
    with pytest.raises(TypeError):
        NeedleSet("s", (), "m")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Proof("s", None, 1, (), (), ())  # type: ignore[call-arg]


@pytest.mark.parametrize("data", [b"", b"{}", b"x", b'{"scope":"s","needles":{"x":"zz"},"mark":""}'])
def test_invalid_needle_file_is_refused(data: bytes) -> None:
    """A file that contains no set of needles (byte strings to search for) is refused, and the error names the command
    that writes such a file.
    """
    with pytest.raises(BadInput, match="This isn't a file of needles: write one with `anninh retention"):
        decode_needles(data)


def test_proof_finds_needles_only_before_the_purge(
    retention: Retention, operator: Actor, make_ended_tip: Ended, clock: FixedClock, runner: UseCaseRunner
) -> None:
    """Before the purge every needle (byte string to search for) is found; afterwards none is found, and the proof has
    the time of the purge and the places searched.
    """
    case = f"tip:{make_ended_tip().id}"
    proofs = retention.proofs
    needles = proofs.gather_needles(operator, case)
    before = proofs.prove_purge(operator, case, needles)
    assert (before.scope, before.purged_at, before.looked_for, before.handed_out) == (
        case,
        None,
        len(needles.needles),
        (),
    )
    assert {sighting.needle for sighting in before.sightings} == {needle.name for needle in needles.needles}
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


def test_remaining_file_is_found(
    retention: Retention, operator: Actor, make_ended_tip: Ended, runner: UseCaseRunner, haystack: Haystack
) -> None:
    """A file that a purge failed to delete is found by its name in the file store."""
    case = f"tip:{make_ended_tip().id}"
    name = runner.context.blobs.put(b"left behind")
    gathered = gather(haystack, case, (lambda *_: iter([Needle("file", name.encode()), Needle("gone", b"f" * 64)]),))
    places = {
        sighting.needle: sighting.place for sighting in retention.proofs.prove_purge(operator, case, gathered).sightings
    }
    assert places["file"] == "the store of files"
    assert "gone" not in places


def test_invalid_needles_are_refused(
    retention: Retention, operator: Actor, handler: Actor, make_ended_tip: Ended, runner: UseCaseRunner
) -> None:
    """A proof refuses needles (byte strings to search for) of another case, an empty or forged set, a scope that is no
    case, and an officer without permission.
    """
    first, second = (f"tip:{make_ended_tip().id}" for _ in range(2))
    proofs = retention.proofs
    gathered = {case: proofs.gather_needles(operator, case) for case in (first, second)}
    for case, needles in (
        (first, gathered[second]),
        (second, gathered[first]),
        (first, evolve(gathered[first], needles=())),
        (first, evolve(gathered[first], mark="x")),
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
        proofs.gather_needles(handler, first)


class StorageWithoutSearch:
    """A storage without the optional search for bytes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def __getattr__(self, name: str) -> object:
        if name == "find_bytes":
            raise AttributeError(name)
        return getattr(self._storage, name)


def test_storage_without_search_is_named(
    retention: Retention, operator: Actor, make_ended_tip: Ended, runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the storage can't search for bytes, the error names it and the manual alternative."""
    case = f"tip:{make_ended_tip().id}"
    needles = retention.proofs.gather_needles(operator, case)
    monkeypatch.setattr(runner.context, "storage", StorageWithoutSearch(runner.context.storage))
    with pytest.raises(
        Unsupported, match="Storage 'memory' can't search for bytes: search its files and backups by hand"
    ):
        retention.proofs.prove_purge(operator, case, needles)
