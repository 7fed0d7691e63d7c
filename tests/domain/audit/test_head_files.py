"""Tests of the files that contain signed heads of the audit log: reading, checking and merging them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from attrs import evolve

from anninh_core.domain.audit.heads.head_file import HeadFile, encode_head_file, merge_head_files, parse_head_file
from anninh_core.domain.audit.heads.key_keeper_notes import find_break, get_journal_name, note_journal
from anninh_core.domain.audit.heads.model import (
    BreakReason,
    Continuation,
    SignedHead,
    decode_head,
    encode_head,
    list_public_keys,
    sign_head,
)
from anninh_core.domain.audit.heads.signing import JournalHeads, get_newest_number
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
OTHER.sign("x", b"")  # The first signature creates the signing key.
STORE = "a" * 64


def build_head(number: int, before: SignedHead | None, keys: MemoryKeys = KEYS, **changed: object) -> SignedHead:
    """Return head `number`, which follows the head `before` and is signed with `keys`."""
    unsigned = SignedHead(
        number=number,
        authority="hoa-lu",
        store=STORE,
        seq=10 * number,
        hash=f"{number:064}",
        at=AT + timedelta(hours=number),
        previous=before.digest if before else GENESIS,
    )
    return sign_head(evolve(unsigned, **changed), keys)  # type: ignore[arg-type]


ONE = build_head(1, None)
TWO = build_head(2, ONE)
THREE = build_head(3, TWO)
FILE = HeadFile(authority="hoa-lu", store=STORE, keys=list_public_keys(KEYS), heads=(ONE, TWO, THREE))


def add_entry(runner: UseCaseRunner) -> None:
    """Add an entry to the audit log."""
    at = runner.context.clock.now()
    entry = Entry(id=runner.context.ids.new(), at=at, actor="system:x", action="test.act", unit="hoa-lu")
    runner.context.storage.commit([ChangeSet(entry=entry)])


def build_head_file(*heads: SignedHead) -> HeadFile:
    return evolve(FILE, heads=heads)


def test_head_file_is_read_back_unchanged() -> None:
    """A file of signed heads has one header line, then a line for each key and each head, and parsing it returns the
    same heads.
    """
    for file in (
        FILE,
        build_head_file(),
        build_head_file(TWO),
        build_head_file(ONE, THREE),
        build_head_file(TWO, THREE),
        evolve(FILE, keys=(), heads=()),
    ):
        assert parse_head_file(encode_head_file(file)) == file
    first, *others = encode_head_file(FILE).splitlines()
    assert msgspec.json.decode(first) == {"anninh": "heads", "format": 1, "authority": "hoa-lu", "store": STORE}
    assert [[*msgspec.json.decode(line)] for line in others] == [["key"], ["head"], ["head"], ["head"]]


@pytest.mark.parametrize("extra", [1, 2])
def test_head_file_has_a_size_limit(extra: int) -> None:
    """A file over 64 MiB is refused before it is parsed, and one of exactly 64 MiB is parsed."""
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
def test_invalid_head_file_is_described(data: bytes, why: str) -> None:
    """The error for an invalid file of heads names the line that can't be read, or explains that the first line isn't a
    header.
    """
    with pytest.raises(BadInput, match=why):
        parse_head_file(data)


@pytest.mark.parametrize("number", [0, 1])
def test_earlier_formats_are_read(number: int) -> None:
    """Files of heads in an earlier format can be read; files in a later format are refused."""
    line = f'{{"anninh":"heads","format":{number},"authority":"u","store":"s"}}'.encode()
    assert parse_head_file(line) == HeadFile(authority="u", store="s")


def build_changed_second_head(change: Callable[[SignedHead], SignedHead]) -> SignedHead:
    return sign_head(evolve(change(TWO), signature=b"", key=""), KEYS)


@pytest.mark.parametrize(
    ("heads", "why"),
    [
        ((ONE, evolve(TWO, seq=21)), "of the file: it was altered or forged"),
        ((ONE, evolve(TWO, signature=b"")), "of the file: it was altered or forged"),
        ((ONE, evolve(TWO, key="")), "of the file: it was altered or forged"),
        ((ONE, build_head(2, ONE, OTHER)), "of the file: it was altered or forged"),
        ((ONE, build_head(2, ONE, authority="other")), "isn't from the audit log that the file names: the file was"),
        ((ONE, build_head(2, ONE, store="b" * 64)), "isn't from the audit log that the file names: the file was"),
        ((ONE, build_head(2, THREE)), "doesn't follow from the heads before it: the file was altered"),
        ((ONE, build_head(2, None)), "doesn't follow from the heads before it: the file was altered"),
        (
            (ONE, build_changed_second_head(lambda two: evolve(two, at=ONE.at - timedelta(seconds=1)))),
            "doesn't follow from the heads before it: the file was altered",
        ),
        (
            (ONE, build_changed_second_head(lambda two: evolve(two, seq=9))),
            "doesn't follow from the heads before it: the file was altered",
        ),
        (
            (ONE, TWO, build_changed_second_head(lambda two: evolve(two, seq=21))),
            "doesn't follow from the heads before it: the file was altered",
        ),
        ((ONE, build_head(1, None, seq=11)), "doesn't follow from the heads before it: the file was altered"),
    ],
)
def test_unfit_heads_are_refused(heads: tuple[SignedHead, ...], why: str) -> None:
    """A signed head is refused if it was altered, signed with another key, taken from another journal or is out of
    order, or if another head has its number.
    """
    with pytest.raises(BadInput, match=why):
        parse_head_file(encode_head_file(build_head_file(*heads)))


@pytest.mark.parametrize(
    "heads",
    [
        (ONE, build_changed_second_head(lambda two: evolve(two, at=ONE.at))),
        (ONE, build_changed_second_head(lambda two: evolve(two, seq=ONE.seq))),
        (
            ONE,
            build_changed_second_head(
                lambda two: evolve(two, seq=1, continues=Continuation(reason=BreakReason.BEHIND))
            ),
        ),
        (
            ONE,
            TWO,
            build_changed_second_head(
                lambda two: evolve(two, seq=12, continues=Continuation(reason=BreakReason.BEHIND))
            ),
        ),
        (THREE, ONE),
    ],
)
def test_fitting_heads_are_accepted(heads: tuple[SignedHead, ...]) -> None:
    """A signed head may have the same time and journal line as the head before it, and an earlier line if it declares a
    break.
    """
    assert parse_head_file(encode_head_file(build_head_file(*heads))).heads == heads


def test_files_of_one_journal_are_merged() -> None:
    """A merged file of heads has each head once, ordered by number, and the longer chain of keys; merging no files
    gives None.
    """
    rotated = MemoryKeys()
    rotated.sign("x", b"")
    rotated.rotate_signing_key()
    longer = evolve(build_head_file(THREE, TWO), keys=list_public_keys(rotated))
    assert merge_head_files(()) is None
    assert merge_head_files([FILE]) == FILE
    for merged in (
        build_head_file(ONE, TWO).merged(longer),
        longer.merged(build_head_file(ONE, TWO)),
        merge_head_files([build_head_file(ONE), longer]),
    ):
        assert merged is not None
        assert merged.keys == longer.keys
        assert {*merged.heads} <= {ONE, TWO, THREE}
        assert [head.number for head in merged.heads] == sorted(head.number for head in merged.heads)
    same = build_changed_second_head(lambda two: evolve(two, at=TWO.at + timedelta(hours=9)))
    assert build_head_file(same).merged(build_head_file(TWO)).heads == (TWO, same)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (evolve(FILE, authority="other"), "The heads belong to two audit logs, one of"),
        (evolve(FILE, store="b" * 64), "The heads belong to two audit logs, one of"),
        (evolve(FILE, keys=list_public_keys(OTHER)), "different signing keys"),
    ],
)
def test_files_of_two_journals_are_not_merged(other: HeadFile, why: str) -> None:
    """Two files of heads from different journals can't be merged, in either order."""
    with pytest.raises(BadInput, match=why):
        FILE.merged(other)
    with pytest.raises(BadInput):
        other.merged(FILE)


def test_a_head_is_its_canonical_text() -> None:
    """A signed head is stored with its time in UTC, and counts as signed only if it names a key."""
    elsewhere = evolve(ONE, at=ONE.at.astimezone(FixedClock(AT).now().tzinfo))
    assert decode_head(encode_head(elsewhere)) == ONE
    assert (ONE.id, ONE.is_signed, evolve(ONE, key="").is_signed) == ("1", True, False)
    keys_by_id = {key.id: key for key in list_public_keys(KEYS)}
    assert ONE.is_genuine(keys_by_id)
    assert not ONE.is_genuine({})
    assert evolve(ONE, key="", signature=b"").is_genuine({})
    assert not evolve(ONE, key="").is_genuine(keys_by_id)
    assert len({ONE.digest, TWO.digest, evolve(ONE, signature=b"").digest}) == 3


def test_loss_is_unknown_without_notes(runner: UseCaseRunner) -> None:
    """Without notes outside the journal no break is found, and the number of lines lost in a restore is unknown."""
    assert find_break(runner.context) is None
    assert find_break(runner.context, BreakReason.RESTORE) == Continuation(
        reason=BreakReason.RESTORE, seen_seq=0, seen_hash="0" * 64, lost=None
    )


def test_notes_determine_the_loss(runner: UseCaseRunner, auditor: Actor) -> None:
    """A journal that still has the line noted outside it isn't broken; a noted line beyond its end, with another hash
    or of another journal reveals a break.
    """
    context = runner.context
    keys = runner.context.keys
    assert isinstance(keys, MemoryKeys)
    note_journal(context)
    seq, hash = context.storage.journal.head()
    name = get_journal_name(context)
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


def test_heads_are_exported_after_a_number(runner: UseCaseRunner, auditor: Actor) -> None:
    """An export after a number has only the later heads; without any head there is no file, and the newest number is
    0.
    """
    heads = JournalHeads(runner)
    assert get_newest_number(runner.context) == 0
    with pytest.raises(NotFound, match="No head of the audit log has been signed yet: sign the first"):
        heads.heads(auditor)
    for number in range(1, 12):
        assert heads.sign_head(system("keeper")).number == number
        assert get_newest_number(runner.context) == number
    assert [head.number for head in heads.heads(auditor).heads] == [*range(1, 12)]
    assert [head.number for head in heads.heads(auditor, after=9).heads] == [10, 11]
    assert parse_head_file(heads.export_heads(auditor, after=10)).heads == heads.heads(auditor, after=10).heads


@pytest.mark.parametrize("damage", [{"schema": 99}, {"scope": "x"}, {"body": b"{"}])
def test_a_head_is_signed_after_a_damaged_one(
    runner: UseCaseRunner, auditor: Actor, clock: FixedClock, damage: dict[str, Any]
) -> None:
    """A new head follows a damaged one by the digest in the journal, and the readable heads are still verified and
    kept.
    """
    heads = JournalHeads(runner)
    first = heads.sign_head(system("keeper"))
    second = heads.sign_head(system("keeper"))
    storage = runner.context.storage
    assert isinstance(storage, MemoryStorage)
    table = storage.tables.records["journal_head"]
    table[second.id] = evolve(table[second.id], **damage)
    clock.advance(timedelta(hours=25))
    add_entry(runner)
    third = heads.sign_due_head(system("keeper"))
    assert third is not None
    assert (third.number, third.previous) == (3, second.digest)
    assert heads.heads(auditor).heads in {(first, third), (first, second, third)}
    kept_elsewhere = HeadFile(authority=first.authority, store=first.store, keys=FILE.keys[:0], heads=(first, second))
    merged = kept_elsewhere.merged(heads.heads(auditor))
    assert parse_head_file(encode_head_file(merged)).heads == (first, second, third)


def test_unnamed_damaged_head_stops_signing(runner: UseCaseRunner) -> None:
    """No new head is signed if the newest head is damaged and no journal entry has its digest."""
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
def test_head_is_due_by_hours_or_entries(
    *, runner: UseCaseRunner, auditor: Actor, clock: FixedClock, hours: float, entries: int, is_due: bool
) -> None:
    """A new head is due after exactly the given hours or number of entries, but never without a new entry."""
    heads = JournalHeads(runner)
    heads.sign_head(system("keeper"))
    assert heads.sign_due_head(system("keeper"), hours=0, entries=0) is None
    clock.advance(timedelta(hours=1))
    add_entry(runner)
    assert (heads.sign_due_head(system("keeper"), hours=hours, entries=entries) is not None) is is_due


def test_head_is_due_daily_by_default(runner: UseCaseRunner, auditor: Actor, clock: FixedClock) -> None:
    """By default a new head is due after a day or a thousand entries."""
    heads = JournalHeads(runner)
    clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert heads.sign_due_head(system("keeper")) is None
    clock.advance(timedelta(seconds=1))
    assert heads.sign_due_head(system("keeper")) is not None
    for _ in range(998):
        add_entry(runner)
    assert heads.sign_due_head(system("keeper")) is None
    add_entry(runner)
    assert heads.sign_due_head(system("keeper")) is not None


def test_checkpoint_takes_keyword_arguments() -> None:
    """A checkpoint takes keyword arguments only, so that numbers and hashes can't be confused; its keyed hash covers
    all other fields.
    """
    with pytest.raises(TypeError):
        Checkpoint("1", "u", 1, "h", AT)  # type: ignore[call-arg]
    point = Checkpoint(id="1", unit="u", seq=1, hash="h", at=AT)
    assert point.mark_content == "u:1:h:2021-09-01T00:00:00+00:00"
