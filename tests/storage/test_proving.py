"""Purged data is gone from everything that a storage keeps, and without the purge the search finds all of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve, frozen

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.domain.retention.proof.needles import Needle, NeedleSet, decode_needles, encode_needles
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput, DecryptionError
from anninh_core.ports.storages.proving import LooksForBytes
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.testing.memory import MemoryKeys, MemoryStorage
from anninh_core.testing.services import memory_services
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, Attachment, Place
from anninh_storage import PostgresStorage, SqliteStorage
from anninh_storage.local_blobs import LocalBlobs

THEFT = "Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2, gần nhà văn hoá"
OTHER = "Tối nay có nhóm thanh niên đánh bạc ở đầu làng"
ENGINES = ("memory", *(pytest.param(engine, marks=pytest.mark.slow) for engine in ("sqlite", "postgresql")))


@frozen
class Scene:
    """An app on a storage engine, with two ended cases and its officers."""

    app: App
    chat: MockChat
    clock: FixedClock
    operator: Actor
    auditor: Actor
    officer: Actor
    case: str
    other: str

    def purge(self) -> None:
        self.app.retention.order_purge(self.operator, self.case, reason="request")
        self.clock.advance(timedelta(days=8))
        (done,) = self.app.retention.purge(self.operator)
        assert done.id == self.case


def build_storage(engine: str, folder: Path, request: pytest.FixtureRequest) -> Storage:
    if engine == "memory":
        return MemoryStorage()
    if engine == "sqlite":
        return SqliteStorage(f"sqlite:///{folder / 'anninh.db'}")
    return PostgresStorage(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=ENGINES)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    chat = MockChat(clock)
    parts = Parts(
        storage=build_storage(request.param, tmp_path, request),
        keys=MemoryKeys(),
        blobs=LocalBlobs(tmp_path / "blobs"),
        clock=clock,
        messengers={"oa": MockMessenger.on(chat, "oa", memory_services(clock))},
    )
    district = evolve(load_profile("hoa_lu_2021"), search_mode="tokens")
    with open_app(district, Settings(profile="hoa_lu_2021", storage="", keys="", blobs=""), parts) as app:
        yield play_reports(app, chat, clock)


def play_reports(app: App, chat: MockChat, clock: FixedClock) -> Scene:
    """Let two residents report with a picture each, and end both cases."""
    users = UnsafeLocalUsers(app)
    officer = users.appoint("Cán bộ 1", "hoa-lu", "tip_officer")
    dialog = Dialog(chat, lambda: pump(app, chat))
    for name, words in (("Thử Văn An", THEFT), ("Thử Văn Bình", OTHER)):
        dialog.says(name, words, attachments=[Attachment("image", "a.png", url=chat.file(name.encode()))])
    tips = {tip.text: tip for tip in app.tips.list(officer).items}
    for tip in tips.values():
        app.tips.triage(officer, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
        app.tips.settle(officer, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
        app.tips.answer(officer, tip.id)
    app.worker.drain()
    return Scene(
        app,
        chat,
        clock,
        users.appoint("Cán bộ 2", "hoa-lu", "operator"),
        users.appoint("Cán bộ 3", "hoa-lu", "standing_officer"),
        officer,
        f"tip:{tips[THEFT].id}",
        f"tip:{tips[OTHER].id}",
    )


def find_needles(scene: Scene, needles: NeedleSet) -> set[str]:
    proof = scene.app.retention.prove_purge(scene.operator, needles.scope, needles)
    assert proof.looked_for == len(needles.needles)
    return {sighting.needle for sighting in proof.sightings}


def test_without_purge_every_needle_is_found(scene: Scene) -> None:
    """Without a purge the search finds every needle: the wrapped key, the hashes of words, the messages and the
    files.
    """
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    kinds = {needle.name.split()[0] for needle in needles.needles}
    assert kinds == {"wrapped", "word", "message", "file"}
    assert find_needles(scene, needles) == {needle.name for needle in needles.needles}


def test_after_purge_no_needle_is_found(scene: Scene) -> None:
    """After a purge no needle of the case is found, the other case is complete, and the counters still agree."""
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    others = scene.app.retention.gather_needles(scene.operator, scene.other)
    scene.purge()
    assert find_needles(scene, needles) == set()
    assert find_needles(scene, others) == {needle.name for needle in others.needles}
    proof = scene.app.retention.prove_purge(scene.operator, scene.case, needles)
    assert proof.purged_at == scene.clock.now()
    assert scene.app.reports.recount(scene.auditor).differences == ()
    with pytest.raises(DecryptionError):
        scene.app.retention.gather_needles(scene.operator, scene.case)


def test_erased_resident_is_not_found(scene: Scene) -> None:
    """The search finds an erased resident's key, address index and name hashes before the erasure, and not after it."""
    address = Address("oa", Place.PERSON, scene.chat.person("Thử Văn An"))
    scope = f"identity:{scene.app.internals.services.conversations.id_of(address)}"
    needles = scene.app.retention.gather_needles(scene.operator, scope)
    assert {needle.name.split()[0] for needle in needles.needles} == {"wrapped", "blind", "word"}
    assert find_needles(scene, needles) == {needle.name for needle in needles.needles}
    scene.chat.withdraws(address.id)
    pump(scene.app, scene.chat)
    (wish,) = scene.app.retention.erasures(scene.operator).items
    scene.app.retention.erase(scene.operator, wish.id, rule="91/2025/QH15, điều 14", reason="Người dân yêu cầu.")
    scene.clock.advance(timedelta(days=8))
    assert scene.app.worker.jobs["carry_out_erasures"].run() == 1
    assert find_needles(scene, needles) == set()


def test_proof_lists_downloads(scene: Scene) -> None:
    """A proof of the purge lists the people who downloaded a file of the case before the purge."""
    (message, *_) = scene.app.conversations.history(scene.officer, scene.case).items
    scene.app.conversations.attachment(scene.officer, scene.case, message.id)
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    scene.purge()
    (download,) = scene.app.retention.prove_purge(scene.operator, scene.case, needles).handed_out
    assert (download.action, download.actor) == ("conversations.attachment", scene.officer.label)


def test_no_needle_opens_anything(scene: Scene) -> None:
    """A needle contains less than half of the wrapped key, so it can't unwrap anything."""
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    (key,) = (needle for needle in needles.needles if needle.name.startswith("wrapped key"))
    stored = scene.app.internals.context.storage.keyring.get(scene.case)
    assert stored is not None
    assert len(key.value) * 2 < len(stored.wrapped)
    assert decode_needles(encode_needles(needles)) == needles


def test_search_lists_blind_spots(scene: Scene) -> None:
    """A search lists what it can't read: backups, and remains on a disk."""
    storage = scene.app.internals.context.storage
    assert isinstance(storage, LooksForBytes)
    search = storage.find_bytes({"nothing": b"nothing of the kind"})
    assert search.sightings == ()
    assert search.looked_at
    assert bool(search.blind_spots) is (storage.name != "memory")


def test_damaged_and_empty_needles_are_refused(scene: Scene) -> None:
    """Empty needle sets, needles of other bytes or cases, damaged files and short needles are refused."""
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    for others in (evolve(needles, needles=()), evolve(needles, needles=(Needle("own", b"Cong an xa"),))):
        with pytest.raises(BadInput, match="gather them before its purge, with the same keys"):
            scene.app.retention.prove_purge(scene.operator, scene.case, others)
    with pytest.raises(BadInput, match="gather them before its purge, with the same keys"):
        scene.app.retention.prove_purge(scene.operator, scene.other, needles)
    with pytest.raises(BadInput, match="This isn't a file of needles: write one with `anninh retention"):
        decode_needles(b"{}")
    with pytest.raises(BadInput, match="by chance"):
        Needle("short", b"abc")
