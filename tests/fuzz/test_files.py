"""Mutated files that leave the database are detected: heads and exports of the audit log, key files, custodians' files,
and files of needles to search for.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from attrs import evolve, frozen
from tests.domain.audit.office import SECOND_HEAD, Office
from tests.fuzz.mutating import encode_mutated, mutate_bytes
from tests.fuzz.refusals import catch_refusal
from tests.fuzz.seeds import fuzzed

from anninh_core.app.backup.passphrase import unwrap_keys, wrap
from anninh_core.app.offline_custody.key_files import PrivateKey, make_key_file, read_key_file, read_public_key
from anninh_core.app.offline_custody.offline import answer_request, open_request, read_answer, rewrap_batch
from anninh_core.domain.audit.chain import export_line, parse_line, verify_export
from anninh_core.domain.audit.findings import AuditReport, AuditVerdict
from anninh_core.domain.audit.heads.head_file import parse_head_file
from anninh_core.domain.audit.heads.proof import prove_journal
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.details import make_details_context
from anninh_core.domain.identity.custody.files import (
    BATCH,
    REQUEST,
    DetailRequest,
    RewrapFile,
    RewrapItem,
    SealedFile,
    encode_file,
)
from anninh_core.domain.retention.proof.needles import Needle, NeedleSet, decode_needles, encode_needles
from anninh_core.kernel.crypto.passphrase import KdfParameters
from anninh_core.kernel.errors import AnninhError, BadInput, ConfigurationError, DecryptionError, StorageError
from anninh_core.ports.storages.changes import JournalLine, chain_hash
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.encryption.envelope import make_private_key, open_sealed, seal_for_key
from anninh_storage.local_keys import LocalKeys
from anninh_storage.noted_heads import NotedHeadsFile

pytestmark = pytest.mark.slow

WORDS = "năm từ thật dài ở đây"
CHEAP = KdfParameters(n=1 << 4)
NOW = datetime(2021, 9, 1, tzinfo=UTC)


def mutate_file(random: Random, data: bytes) -> bytes:
    """Return a mutated file that consists of one JSON value, or of a JSON value on each line."""
    if random.random() < 0.5:
        return mutate_bytes(random, data)
    lines = data.splitlines()
    place = random.randrange(len(lines))
    with suppress(ValueError):  # The file may be one JSON value over several lines.
        lines[place : place + 1] = [encode_mutated(random, json.loads(lines[place])).replace(b"\n", b" ")]
        return b"\n".join(lines)
    return encode_mutated(random, json.loads(data))


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Return an office with an audit log that has two heads."""
    opened = Office.open()
    yield opened
    opened.app.close()


@pytest.fixture(scope="module")
def heads(office: Office) -> bytes:
    """Return the exported heads of the audit log."""
    return office.app.audit.export_heads(office.boss)


@pytest.fixture(scope="module")
def exported_log(office: Office) -> bytes:
    """Return the exported lines of the audit log."""
    return b"\n".join(map(export_line, office.lines))


@fuzzed(80)
def test_altered_heads_are_refused(heads: bytes, seed: int) -> None:
    """A mutated file of the audit log's heads is refused or contains only original heads."""
    spoilt = mutate_file(Random(seed), heads)
    sentence = catch_refusal(partial(parse_head_file, spoilt), BadInput)
    assert sentence or set(parse_head_file(spoilt).heads) <= set(parse_head_file(heads).heads)


@fuzzed(80)
def test_altered_export_is_detected(exported_log: bytes, heads: bytes, seed: int) -> None:
    """A mutated export of the audit log is refused by line number or isn't proven, unless its lines equal the original
    lines.
    """
    lines = mutate_file(Random(seed), exported_log).split(b"\n")
    parsed: list[JournalLine] = []

    def examine_export() -> AuditReport:
        verify_export(lines)
        parsed[:] = [parse_line(line, number) for number, line in enumerate(lines, 1)]
        return prove_journal(parsed, parse_head_file(heads))

    sentence = catch_refusal(examine_export, BadInput)
    sound = [parse_line(line, 1) for line in exported_log.split(b"\n")]
    assert (
        sentence.startswith("Line ")
        if sentence
        else _is_confirmed(examine_export()) <= (parsed == sound[: len(parsed)])
    )


@fuzzed(25)
def test_altered_stored_lines_are_found(office: Office, heads: bytes, seed: int) -> None:
    """An examination of the audit log finds lines that were altered in the storage, even if they aren't text any
    more.
    """
    random = Random(seed)
    sound = office.lines
    place = random.randrange(len(sound))
    lines = list(sound)
    content = mutate_bytes(random, lines[place].content)
    lines[place] = evolve(lines[place], content=content)
    if random.random() < 0.5:
        lines[place:] = _rehash(lines[place:])
    office.put(lines)
    try:
        assert not _is_confirmed(office.app.audit.examine(office.boss, parse_head_file(heads))) or place >= SECOND_HEAD
        office.app.audit.trail(office.boss)
        catch_refusal(partial(office.app.audit.export, office.boss), StorageError)
    finally:
        office.put(sound)


def _is_confirmed(report: AuditReport) -> bool:
    return report.verdict in (AuditVerdict.PROVEN, AuditVerdict.CONSISTENT)


def _rehash(lines: list[JournalLine]) -> list[JournalLine]:
    """Return the audit log's lines with recomputed hashes, as an attacker with access to the database can make them."""
    chained: list[JournalLine] = []
    previous = lines[0].previous
    for line in lines:
        chained.append(evolve(line, previous=previous, hash=chain_hash(previous, line.content)))
        previous = chained[-1].hash
    return chained


@fuzzed(30)
def test_altered_key_file_is_refused(tmp_path_factory: pytest.TempPathFactory, key_file: bytes, seed: int) -> None:
    """A mutated key file of a custodian is refused in a sentence, or the mutation has no effect."""
    path = tmp_path_factory.getbasetemp() / "spoilt.key"
    path.write_bytes(_mutate_cheaply(Random(seed), key_file))
    catch_refusal(partial(read_public_key, path), BadInput)
    catch_refusal(partial(read_key_file, path, WORDS), BadInput, DecryptionError)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a file with a private key that is encrypted with a passphrase."""
    path = tmp_path_factory.mktemp("keys") / "sound.key"
    make_key_file(path, WORDS, CHEAP)
    return path.read_bytes()


@fuzzed(30)
def test_altered_recovery_copy_is_refused(recovery_copy: bytes, seed: int) -> None:
    """A mutated recovery copy of the keys is refused in a sentence, or the mutation has no effect."""
    catch_refusal(partial(unwrap_keys, _mutate_cheaply(Random(seed), recovery_copy), WORDS), StorageError)


@pytest.fixture(scope="module")
def recovery_copy() -> bytes:
    """Return a recovery copy of the keys."""
    return wrap(MemoryKeys().export(), WORDS, CHEAP)


def _mutate_cheaply(random: Random, data: bytes) -> bytes:
    """Return mutated bytes, or the original bytes if the mutation raises the cost of key derivation, which would take
    seconds.
    """
    spoilt = mutate_file(random, data)
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        header = json.loads(spoilt)
        cost = header.get("wrapping") or header.get("kdf") or header.get("protected")
        if cost.get("n", 0) * cost.get("r", 8) * cost.get("p", 1) > CHEAP.n * CHEAP.r * 4 and _is_allowed_cost(cost):
            return data
    return spoilt


def _is_allowed_cost(cost: Mapping[str, int]) -> bool:
    return KdfParameters(n=cost["n"], r=cost.get("r", 8), p=cost.get("p", 1)).is_known


@fuzzed(40)
def test_altered_office_keys_are_refused(tmp_path: Path, seed: int) -> None:
    """A mutated key file of an office, with or without a passphrase, is opened completely or refused as damaged."""
    path = tmp_path / "anninh.keys"
    random = Random(seed)
    path.unlink(missing_ok=True)
    keys = LocalKeys(path, create=True)
    if random.random() < 0.3:
        keys.protect(WORDS, CHEAP)
    path.write_bytes(_mutate_cheaply(random, path.read_bytes()))
    catch_refusal(partial(LocalKeys, path, passphrase=lambda: WORDS), StorageError, ConfigurationError)


@fuzzed(40)
def test_altered_head_notes_are_refused(tmp_path: Path, seed: int) -> None:
    """A mutated file with the noted heads of the audit log, next to the key file, is read or refused as damaged."""
    path = tmp_path / "anninh.keys.heads"
    path.write_bytes(mutate_file(Random(seed), b'[{"authority":"a","store":"s","number":1,"seq":1,"hash":"h"}]'))
    catch_refusal(NotedHeadsFile(path).read, StorageError)


@frozen
class Custody:
    """The keys of a custodian and a reader, and the three kinds of files that they exchange."""

    custodian: PrivateKey
    reader: PrivateKey

    def request(self) -> bytes:
        """Return a custodian's request to open a name; the name isn't really sealed."""
        request = DetailRequest(
            disclosure="d-1",
            authority="hoa-lu",
            conversation="c-1",
            field=IdentityField.NAME,
            purpose="Xác minh",
            ground="Điều 9",
            requested_by="o-1",
            approved_by="o-2",
            reader=self.reader.public,
            until=NOW + timedelta(days=1),
            ciphertext=b"x" * 64,
            wrap=b"w" * 80,
        )
        return self.seal_content(REQUEST, encode_file(request), self.custodian)

    def seal_content(self, format: str, content: bytes, to: PrivateKey) -> bytes:
        """Return a file with `content` sealed to the key `to`."""
        blank = SealedFile(format=format, about="d-1", key=to.id, sealed=b"")
        return encode_file(evolve(blank, sealed=seal_for_key(to.public, content, blank.bound_to)))

    def build_batch(self) -> bytes:
        """Return a batch of data keys to be encrypted for another custodian."""
        wrap = seal_for_key(self.custodian.public, b"k" * 32, make_details_context("c-1"))
        item = RewrapItem(conversation="c-1", envelope="e-1", wrap=wrap)
        return encode_file(
            RewrapFile(
                format=BATCH,
                key=self.reader.id,
                public_key=self.reader.public,
                holder=self.custodian.id,
                items=(item,),
            )
        )

    def answer(self, data: bytes) -> None:
        """Answer the request in `data` as a custodian does."""
        answer_request(open_request(data, self.custodian), self.custodian, NOW)


@pytest.fixture(scope="module")
def custody() -> Custody:
    """Return a custodian and a reader with their own keys."""
    return Custody(PrivateKey(secret=make_private_key()), PrivateKey(secret=make_private_key()))


@fuzzed(60)
def test_altered_custodian_files_are_refused(custody: Custody, seed: int) -> None:
    """A mutated request, answer or batch of keys is refused in a sentence, even if its content was sealed correctly."""
    random = Random(seed)
    request = custody.request()
    inner = encode_mutated(random, json.loads(open_sealed(custody.custodian.secret, *_parse_sealed(request))))
    acts: tuple[Callable[[], object], ...] = (
        partial(custody.answer, mutate_file(random, request)),
        partial(custody.answer, custody.seal_content(REQUEST, inner, custody.custodian)),
        partial(
            read_answer,
            mutate_file(random, custody.seal_content("anninh answer 1", inner, custody.reader)),
            custody.reader,
        ),
        partial(rewrap_batch, mutate_file(random, custody.build_batch()), custody.custodian, custody.reader.id),
    )
    for act in acts:
        catch_refusal(act, AnninhError)


def _parse_sealed(data: bytes) -> tuple[bytes, str]:
    header = json.loads(data)
    file = SealedFile(
        format=header["format"], about=header["about"], key=header["key"], sealed=b64decode(header["sealed"])
    )
    return file.sealed, file.bound_to


@fuzzed(60)
def test_altered_needles_are_refused(seed: int) -> None:
    """A mutated file of needles to search for is read or refused in a sentence."""
    sound = encode_needles(NeedleSet(scope="tip:1", needles=(Needle("text", b"x" * 20),), mark="m"))
    catch_refusal(partial(decode_needles, mutate_file(Random(seed), sound)), BadInput)
