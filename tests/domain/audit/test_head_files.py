"""Files of heads: read whole or not at all, merged where they are of one journal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from attrs import evolve

from anninh_core.domain.audit.heads.head_file import HeadFile, encode_head_file, merge_head_files, parse_head_file
from anninh_core.domain.audit.heads.key_keeper_notes import find_break, journal_name, note_journal
from anninh_core.domain.audit.heads.model import (
    BreakReason,
    Continuation,
    SignedHead,
    decode_head,
    encode_head,
    public_keys,
    sign_head,
)
from anninh_core.domain.audit.heads.signing import JournalHeads, newest_number
from anninh_core.domain.audit.model import Checkpoint
from anninh_core.kernel.errors import BadInput, Damaged, NotFound, TooLarge
from anninh_core.ports.keys import NotedHead
from anninh_core.ports.storages.changes import GENESIS, ChangeSet, Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.memory import MemoryKeys, MemoryStorage
from anninh_core.usecase import Actor, system
from anninh_core.usecase.runner import UseCaseRunner

AT = datetime(2021, 9, 1, tzinfo=UTC)
KEYS = MemoryKeys()
OTHER = MemoryKeys(seed=5)
OTHER.sign("x", b"")  # makes its key
STORE = "a" * 64


def head(number: int, before: SignedHead | None, keys: MemoryKeys = KEYS, **changed: object) -> SignedHead:
    """Return the head of a number, signed."""
    made = SignedHead(
        number=number,
        authority="hoa-lu",
        store=STORE,
        seq=10 * number,
        hash=f"{number:064}",
        at=AT + timedelta(hours=number),
        previous=before.digest if before else GENESIS,
    )
    return sign_head(evolve(made, **changed), keys)  # type: ignore[arg-type]


ONE = head(1, None)
TWO = head(2, ONE)
THREE = head(3, TWO)
FILE = HeadFile(authority="hoa-lu", store=STORE, keys=public_keys(KEYS), heads=(ONE, TWO, THREE))


def leave_entry(runner: UseCaseRunner) -> None:
    """Let the journal have one line more."""
    at = runner.context.clock.now()
    entry = Entry(id=runner.context.ids.new(), at=at, actor="system:x", action="test.act", unit="hoa-lu")
    runner.context.storage.commit([ChangeSet(entry=entry)])


def of(*heads: SignedHead) -> HeadFile:
    return evolve(FILE, heads=heads)


def test_a_file_is_read_as_it_was_written() -> None:
    """Line by line: what it is, keys, heads; also with fewer heads, or none."""
    for file in (FILE, of(), of(TWO), of(ONE, THREE), of(TWO, THREE), evolve(FILE, keys=(), heads=())):
        assert parse_head_file(encode_head_file(file)) == file
    first, *others = encode_head_file(FILE).splitlines()
    assert msgspec.json.decode(first) == {"anninh": "heads", "format": 1, "authority": "hoa-lu", "store": STORE}
    assert [[*msgspec.json.decode(line)] for line in others] == [["key"], ["head"], ["head"], ["head"]]


@pytest.mark.parametrize("extra", [1, 2])
def test_a_file_has_sixty_four_mebibytes_at_most(extra: int) -> None:
    """One more byte is refused before anything is read; as many are read, and told for what they are."""
    with pytest.raises(TooLarge, match="at most 67,108,864 bytes, but this one has 67,108,86"):
        parse_head_file(bytes((64 << 20) + extra))
    with pytest.raises(BadInput, match=r"Line 1 isn't a line of a file of heads .*: export it again"):
        parse_head_file(bytes(64 << 20))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "The first line shows that this isn't a file of heads: make one"),
        (b"{}", "The first line shows that this isn't a file of heads: make one"),
        (b'{"anninh":"zzz"}', "The first line shows that this isn't a file of heads: make one"),
        (b'{"anninh":"a"}', "The first line shows that this isn't a file of heads: make one"),
        (b'{"anninh":"heads","format":2}', "but this version reads formats up to"),
        (b'{"anninh":"heads"}\nx', "isn't a line of a file of heads"),
        (b"x\n", "isn't a line of a file of heads"),
    ],
)
def test_what_is_no_file_of_heads_is_told(data: bytes, why: str) -> None:
    """By the line, or by what is missing in the first."""
    with pytest.raises(BadInput, match=why):
        parse_head_file(data)


@pytest.mark.parametrize("number", [0, 1])
def test_a_format_of_before_is_read(number: int) -> None:
    """Only a later one is refused."""
    line = f'{{"anninh":"heads","format":{number},"authority":"u","store":"s"}}'.encode()
    assert parse_head_file(line) == HeadFile(authority="u", store="s")


def later(change: Callable[[SignedHead], SignedHead]) -> SignedHead:
    return sign_head(evolve(change(TWO), signature=b"", key=""), KEYS)


@pytest.mark.parametrize(
    ("heads", "why"),
    [
        ((ONE, evolve(TWO, seq=21)), "of the file: it was altered or forged"),
        ((ONE, evolve(TWO, signature=b"")), "of the file: it was altered or forged"),
        ((ONE, evolve(TWO, key="")), "of the file: it was altered or forged"),
        ((ONE, head(2, ONE, OTHER)), "of the file: it was altered or forged"),
        ((ONE, head(2, ONE, authority="other")), "isn't from the audit log that the file names: the file was"),
        ((ONE, head(2, ONE, store="b" * 64)), "isn't from the audit log that the file names: the file was"),
        ((ONE, head(2, THREE)), "doesn't follow from the heads before it: the file was altered"),
        ((ONE, head(2, None)), "doesn't follow from the heads before it: the file was altered"),
        (
            (ONE, later(lambda two: evolve(two, at=ONE.at - timedelta(seconds=1)))),
            "doesn't follow from the heads before it: the file was altered",
        ),
        ((ONE, later(lambda two: evolve(two, seq=9))), "doesn't follow from the heads before it: the file was altered"),
        (
            (ONE, TWO, later(lambda two: evolve(two, seq=21))),
            "doesn't follow from the heads before it: the file was altered",
        ),
        ((ONE, head(1, None, seq=11)), "doesn't follow from the heads before it: the file was altered"),
    ],
)
def test_a_head_that_does_not_follow_is_named(heads: tuple[SignedHead, ...], why: str) -> None:
    """Altered, of somebody else, of another journal, out of order, or one too many of a number."""
    with pytest.raises(BadInput, match=why):
        parse_head_file(encode_head_file(of(*heads)))


@pytest.mark.parametrize(
    "heads",
    [
        (ONE, later(lambda two: evolve(two, at=ONE.at))),
        (ONE, later(lambda two: evolve(two, seq=ONE.seq))),
        (ONE, later(lambda two: evolve(two, seq=1, continues=Continuation(reason=BreakReason.BEHIND)))),
        (ONE, TWO, later(lambda two: evolve(two, seq=12, continues=Continuation(reason=BreakReason.BEHIND)))),
        (THREE, ONE),
    ],
)
def test_what_may_follow_is_read(heads: tuple[SignedHead, ...]) -> None:
    """At the same moment, at the same line; after a signed break at an earlier one, beside those that were lost."""
    assert parse_head_file(encode_head_file(of(*heads))).heads == heads


def test_files_of_one_journal_are_merged() -> None:
    """Each head once, by number, with the longer chain of keys; of none there is none."""
    rotated = MemoryKeys()
    rotated.sign("x", b"")
    rotated.rotate_signing_key()
    longer = evolve(of(THREE, TWO), keys=public_keys(rotated))
    assert merge_head_files(()) is None
    assert merge_head_files([FILE]) == FILE
    for merged in (of(ONE, TWO).merged(longer), longer.merged(of(ONE, TWO)), merge_head_files([of(ONE), longer])):
        assert merged is not None
        assert merged.keys == longer.keys
        assert {*merged.heads} <= {ONE, TWO, THREE}
        assert [one.number for one in merged.heads] == sorted(one.number for one in merged.heads)
    same = later(lambda two: evolve(two, at=TWO.at + timedelta(hours=9)))
    assert of(same).merged(of(TWO)).heads == (TWO, same)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (evolve(FILE, authority="other"), "The heads belong to two audit logs, one of"),
        (evolve(FILE, store="b" * 64), "The heads belong to two audit logs, one of"),
        (evolve(FILE, keys=public_keys(OTHER)), "different signing keys"),
    ],
)
def test_files_of_two_journals_are_not_merged(other: HeadFile, why: str) -> None:
    """Whichever comes first."""
    with pytest.raises(BadInput, match=why):
        FILE.merged(other)
    with pytest.raises(BadInput):
        other.merged(FILE)


def test_a_head_is_its_canonical_text() -> None:
    """Its time in UTC, whatever clock it was read from; signed by the key that it names."""
    elsewhere = evolve(ONE, at=ONE.at.astimezone(FixedClock(AT).now().tzinfo))
    assert decode_head(encode_head(elsewhere)) == ONE
    assert (ONE.id, ONE.is_signed, evolve(ONE, key="").is_signed) == ("1", True, False)
    known = {key.id: key for key in public_keys(KEYS)}
    assert ONE.is_genuine(known)
    assert not ONE.is_genuine({})
    assert evolve(ONE, key="", signature=b"").is_genuine({})
    assert not evolve(ONE, key="").is_genuine(known)
    assert len({ONE.digest, TWO.digest, evolve(ONE, signature=b"").digest}) == 3


def test_what_is_known_of_a_loss(runner: UseCaseRunner) -> None:
    """Nothing was noted: then nobody knows of any line, nor how many are lost."""
    assert find_break(runner.context) is None
    assert find_break(runner.context, BreakReason.RESTORE) == Continuation(
        reason=BreakReason.RESTORE, seen_seq=0, seen_hash="0" * 64, lost=None
    )


def test_a_loss_is_told_by_what_was_noted(runner: UseCaseRunner, auditor: Actor) -> None:
    """The same line or an earlier one is none; a later line, another hash and another journal are."""
    context = runner.context
    keys = runner.context.keys
    assert isinstance(keys, MemoryKeys)
    note_journal(context)
    seq, hash = context.storage.journal.head()
    name = journal_name(context)
    (noted,) = keys.noted_heads()
    assert (noted, seq) == (NotedHead(name, seq, hash), 1)
    assert find_break(context) is None
    assert find_break(context, BreakReason.BUNDLE) == Continuation(reason=BreakReason.BUNDLE, lost=0)
    JournalHeads(runner).sign_head(system("keeper"))
    assert find_break(context) is None
    assert find_break(context, BreakReason.BUNDLE) == Continuation(reason=BreakReason.BUNDLE, lost=None)
    last = context.storage.journal.head()[0]
    for note, reason, lost in (
        (NotedHead(name, last + 3, "f" * 64), BreakReason.BEHIND, 3),
        (NotedHead(name, last, "f" * 64), BreakReason.DIVERGED, None),
        (NotedHead("another", 7, "f" * 64), BreakReason.REPLACED, None),
    ):
        vars(keys)["_noted"].clear()
        vars(keys)["_noted"][note.store] = note
        expected = Continuation(reason=reason, seen_seq=note.seq, seen_hash=note.hash, lost=lost)
        assert find_break(context) == expected
        assert find_break(context, BreakReason.RESTORE) == evolve(expected, reason=BreakReason.RESTORE)


def test_the_newest_head_is_told_by_its_number(runner: UseCaseRunner, auditor: Actor) -> None:
    """None is 0; a file has those after a number, and isn't made where there is none at all."""
    heads = JournalHeads(runner)
    assert newest_number(runner.context) == 0
    with pytest.raises(NotFound, match="No head of the audit log has been signed yet: sign the first"):
        heads.heads(auditor)
    for number in range(1, 12):
        assert heads.sign_head(system("keeper")).number == number
        assert newest_number(runner.context) == number
    assert [head.number for head in heads.heads(auditor).heads] == [*range(1, 12)]
    assert [head.number for head in heads.heads(auditor, after=9).heads] == [10, 11]
    assert parse_head_file(heads.export_heads(auditor, after=10)).heads == heads.heads(auditor, after=10).heads


@pytest.mark.parametrize("damage", [{"schema": 99}, {"scope": "x"}, {"body": b"{"}])
def test_a_head_is_signed_after_a_damaged_one(
    runner: UseCaseRunner, auditor: Actor, clock: FixedClock, damage: dict[str, Any]
) -> None:
    """It follows the digest that the journal has of the damaged head; those that can be read are verified and kept."""
    heads = JournalHeads(runner)
    first = heads.sign_head(system("keeper"))
    second = heads.sign_head(system("keeper"))
    storage = runner.context.storage
    assert isinstance(storage, MemoryStorage)
    table = storage.tables.records["journal_head"]
    table[second.id] = evolve(table[second.id], **damage)
    clock.advance(timedelta(hours=25))
    leave_entry(runner)
    third = heads.sign_due_head(system("keeper"))
    assert third is not None
    assert (third.number, third.previous) == (3, second.digest)
    assert heads.heads(auditor).heads in {(first, third), (first, second, third)}
    kept_elsewhere = HeadFile(authority=first.authority, store=first.store, keys=FILE.keys[:0], heads=(first, second))
    merged = kept_elsewhere.merged(heads.heads(auditor))
    assert parse_head_file(encode_head_file(merged)).heads == (first, second, third)


def test_a_head_is_not_made_up_for_one_that_the_journal_does_not_name(runner: UseCaseRunner) -> None:
    """Where neither the newest head can be read nor the entry of its signing, nothing is signed."""
    heads = JournalHeads(runner)
    second = heads.sign_head(system("keeper"))
    storage = runner.context.storage
    assert isinstance(storage, MemoryStorage)
    table = storage.tables.records["journal_head"]
    table["7"] = evolve(table.pop(second.id), id="7", body=b"{", columns={"number": 7, "seq": 1})
    with pytest.raises(Damaged, match="Head 7 of the audit log was altered, and no entry names it: run"):
        heads.sign_head(system("keeper"))


@pytest.mark.parametrize(
    ("hours", "entries", "is_due"), [(24, 1000, False), (0, 1000, True), (24, 2, True), (24, 3, False), (1, 1000, True)]
)
def test_a_head_is_due_when_one_of_both_is_reached(
    *, runner: UseCaseRunner, auditor: Actor, clock: FixedClock, hours: float, entries: int, is_due: bool
) -> None:
    """Exactly so many hours, or entries; with nothing new there is none."""
    heads = JournalHeads(runner)
    heads.sign_head(system("keeper"))
    assert heads.sign_due_head(system("keeper"), hours=0, entries=0) is None
    clock.advance(timedelta(hours=1))
    leave_entry(runner)
    assert (heads.sign_due_head(system("keeper"), hours=hours, entries=entries) is not None) is is_due


def test_a_day_or_a_thousand_entries_make_a_head_due(runner: UseCaseRunner, auditor: Actor, clock: FixedClock) -> None:
    """Where nothing else is said."""
    heads = JournalHeads(runner)
    clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert heads.sign_due_head(system("keeper")) is None
    clock.advance(timedelta(seconds=1))
    assert heads.sign_due_head(system("keeper")) is not None
    for _ in range(998):
        leave_entry(runner)
    assert heads.sign_due_head(system("keeper")) is None
    leave_entry(runner)
    assert heads.sign_due_head(system("keeper")) is not None


def test_a_checkpoint_is_made_by_name() -> None:
    """Numbers, hashes and marks aren't told apart by their place; the mark is over all the rest."""
    with pytest.raises(TypeError):
        Checkpoint("1", "u", 1, "h", AT)  # type: ignore[call-arg]
    point = Checkpoint(id="1", unit="u", seq=1, hash="h", at=AT)
    assert point.mark_content == "u:1:h:2021-09-01T00:00:00+00:00"
