"""What was purged is gone from everything that a storage keeps; with the purge switched off everything is found."""

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
ENGINES = ("memory", *(pytest.param(one, marks=pytest.mark.slow) for one in ("sqlite", "postgresql")))


@frozen
class Scene:
    """An app on an engine, with two cases that are over, and whoever operates it."""

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
        yield play(app, chat, clock)


def play(app: App, chat: MockChat, clock: FixedClock) -> Scene:
    """Let two residents report with a picture each, and both cases end."""
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


def found(scene: Scene, needles: NeedleSet) -> set[str]:
    proof = scene.app.retention.prove_purge(scene.operator, needles.scope, needles)
    assert proof.looked_for == len(needles.needles)
    return {sighting.needle for sighting in proof.sightings}


def test_with_the_purge_switched_off_every_needle_is_found(scene: Scene) -> None:
    """The search would see each of them: the key, the words' hashes, the messages that were sent."""
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    kinds = {needle.name.split()[0] for needle in needles.needles}
    assert kinds == {"wrapped", "word", "message", "file"}
    assert found(scene, needles) == {needle.name for needle in needles.needles}


def test_after_the_purge_none_is_found(scene: Scene) -> None:
    """On every engine; the other case has all of its own, and the reports count as before."""
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    others = scene.app.retention.gather_needles(scene.operator, scene.other)
    scene.purge()
    assert found(scene, needles) == set()
    assert found(scene, others) == {needle.name for needle in others.needles}
    proof = scene.app.retention.prove_purge(scene.operator, scene.case, needles)
    assert proof.purged_at == scene.clock.now()
    assert scene.app.reports.recount(scene.auditor).differences == ()
    with pytest.raises(DecryptionError):
        scene.app.retention.gather_needles(scene.operator, scene.case)


def test_who_was_erased_is_nowhere(scene: Scene) -> None:
    """Neither their key nor the blind index of their address nor hashes of their name; before, all are found."""
    address = Address("oa", Place.PERSON, scene.chat.person("Thử Văn An"))
    scope = f"identity:{scene.app.internals.services.conversations.id_of(address)}"
    needles = scene.app.retention.gather_needles(scene.operator, scope)
    assert {needle.name.split()[0] for needle in needles.needles} == {"wrapped", "blind", "word"}
    assert found(scene, needles) == {needle.name for needle in needles.needles}
    scene.chat.withdraws(address.id)
    pump(scene.app, scene.chat)
    (wish,) = scene.app.retention.erasures(scene.operator).items
    scene.app.retention.erase(scene.operator, wish.id, rule="91/2025/QH15, điều 14", reason="Người dân yêu cầu.")
    scene.clock.advance(timedelta(days=8))
    assert scene.app.worker.jobs["carry_out_erasures"].run() == 1
    assert found(scene, needles) == set()


def test_what_left_the_house_is_listed(scene: Scene) -> None:
    """Who had a file of the case before it was purged."""
    (message, *_) = scene.app.conversations.history(scene.officer, scene.case).items
    scene.app.conversations.attachment(scene.officer, scene.case, message.id)
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    scene.purge()
    (handed,) = scene.app.retention.prove_purge(scene.operator, scene.case, needles).handed_out
    assert (handed.action, handed.actor) == ("conversations.attachment", scene.officer.label)


def test_no_needle_opens_anything(scene: Scene) -> None:
    """Of the wrapped key less than half is in the file; whoever has it can't unwrap anything."""
    needles = scene.app.retention.gather_needles(scene.operator, scene.case)
    (key,) = (needle for needle in needles.needles if needle.name.startswith("wrapped key"))
    stored = scene.app.internals.context.storage.keyring.get(scene.case)
    assert stored is not None
    assert len(key.value) * 2 < len(stored.wrapped)
    assert decode_needles(encode_needles(needles)) == needles


def test_what_cant_be_looked_at_is_said(scene: Scene) -> None:
    """Backups and what a disk keeps are nobody's to see."""
    storage = scene.app.internals.context.storage
    assert isinstance(storage, LooksForBytes)
    search = storage.find_bytes({"nothing": b"nothing of the kind"})
    assert search.sightings == ()
    assert search.looked_at
    assert bool(search.blind_spots) is (storage.name != "memory")


def test_damaged_and_empty_needles_are_refused(scene: Scene) -> None:
    """Nothing is proved by looking for nothing, and nobody asks for bytes of their own."""
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
