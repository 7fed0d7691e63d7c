"""What residents send is shown without what tells who sent it; the original is kept, and given out for a purpose."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.cleaning.clamav import EVIL, Daemon, running_daemon
from tests.cleaning.markers import MARKERS, find_markers
from tests.cleaning.pictures import jpeg
from tests.messaging.conftest import Appoint, Launch, journal, outbox
from tests.messaging.inbound.attachments.conftest import Scene
from tests.support.pictures import picture

from anninh_core.cleaning.clamd import ClamdScanner
from anninh_core.cleaning.inspector import Inspector
from anninh_core.domain.conversations.files import files_of
from anninh_core.domain.conversations.model import message_scope
from anninh_core.kernel.errors import BadInput, FileWithheld, NotFound, Refused
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.files import Cleaning, FileRecord, Scan
from anninh_core.vocabulary.messages import Attachment
from anninh_core.worker.jobs.retention import RETENTION_ACTOR

PURPOSE = "Giám định ảnh theo quyết định trưng cầu"
HOUR = timedelta(hours=1)
SVG = b"<svg onload='x()'/>"


def known(scene: Scene, number: int = 0) -> FileRecord:
    found = scene.message.attachments[number].file
    assert found is not None
    return found


def original(scene: Scene, purpose: str = PURPOSE) -> bytes:
    said = scene.message
    return scene.app.conversations.open_original(scene.officer, said.case, said.id, purpose=purpose)


def forget_record(scene: Scene) -> None:
    """Leave the message as an earlier version kept it: its file was looked at by nothing."""
    said = scene.message
    conversations = scene.app.internals.services.conversations
    blob = said.attachments[0].blob
    scope = message_scope(said)
    run_step(conversations.keep_attachment, system("router"), said.id, 0, blob, scope)


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with running_daemon() as running:
        yield running


@pytest.fixture
def scanning(scene: Scene, daemon: Daemon) -> Daemon:
    """Let files be scanned by a daemon."""
    scene.app.internals.context.inspector = Inspector(
        scanner=ClamdScanner(daemon.address, seconds=5, most_bytes=50_000)
    )
    return daemon


def test_an_officer_sees_a_picture_without_its_place(scene: Scene) -> None:
    """A resident's photo comes with GPS, serial number and name; the officer's copy has none of it."""
    scene.sends(scene.image(jpeg()))
    shown = scene.looks()
    assert find_markers(jpeg())
    assert find_markers(shown) == set()
    traced = journal(scene.app)[-1]
    assert (traced.facts["cleaning"], traced.facts["scan"]) == ("cleaned", "unscanned")


def test_what_is_known_of_a_file(scene: Scene) -> None:
    """Size, type by content and state stand with the message; its digest nowhere in the journal."""
    scene.sends(scene.image(jpeg()))
    record = known(scene)
    assert (record.size, record.media_type, record.cleaning) == (len(jpeg()), "image/jpeg", Cleaning.CLEANED)
    (kept,) = [entry for entry in journal(scene.app) if "attachment.kept" in entry.events]
    assert (kept.facts["cleaning"], kept.facts["scan"], kept.facts["attachment"]) == ("cleaned", "unscanned", 0)
    lines = scene.app.internals.context.storage.journal.read(0, 1000)
    assert not any(record.sha256.encode() in line.content for line in lines)


def test_neither_of_the_two_lies_in_clear(scene: Scene) -> None:
    """Original and copy are sealed by the case, under names that tell nothing."""
    scene.sends(scene.image(jpeg()))
    stored = [scene.app.internals.context.blobs.get(name) for name in scene.app.internals.context.blobs.digests()]
    assert len(stored) == len(scene.message.file_names) == 2
    assert not any(find_markers(one) or b"JFIF" in one for one in stored)


def test_the_original_is_given_out_for_a_purpose(scene: Scene) -> None:
    """It is the bytes that came; who got it and what for is kept with the message, and the journal has the act."""
    scene.sends(scene.image(jpeg()))
    assert original(scene) == jpeg()
    (opening,) = scene.message.openings
    assert (opening.number, opening.by, opening.purpose) == (0, scene.officer.id, PURPOSE)
    entry = journal(scene.app)[-1]
    assert (entry.action, entry.events) == ("conversations.open_original", ("attachment.original_opened",))
    assert PURPOSE not in str(entry.facts)


@pytest.mark.parametrize("purpose", ["", "   ", "xem", "x" * 501])
def test_no_original_without_a_purpose(scene: Scene, purpose: str) -> None:
    """Somebody will ask later why it was opened."""
    scene.sends(scene.image(jpeg()))
    with pytest.raises(BadInput, match="characters: write what you need the original for"):
        original(scene, purpose)
    assert scene.message.openings == ()


def test_who_may_have_the_original(scene: Scene, appoint: Appoint) -> None:
    """Who may ask for identities and holds the case: an original may tell who sent it."""
    scene.sends(scene.image(jpeg()))
    said = scene.message
    app = scene.app
    stranger = appoint("tip_officer", unit="ninh-khang")
    board = appoint("board_admin")
    for other in (stranger, board):
        with pytest.raises(Refused):
            app.conversations.open_original(other, said.case, said.id, purpose=PURPOSE)
        with pytest.raises(Refused):
            app.conversations.custody(other, said.case, said.id)
    assert scene.message.openings == ()


def test_the_chain_of_custody(scene: Scene) -> None:
    """When it came, each look at it, the original with its purpose, its end; and no look at another file."""
    scene.sends(scene.image(jpeg()), scene.image(picture()))
    said = scene.message
    scene.looks()
    scene.looks(1)
    original(scene)
    run_step(scene.app.internals.services.conversations.remove_files, RETENTION_ACTOR, said.id)
    custody = scene.app.conversations.custody(scene.officer, said.case, said.id)
    actions = [numbered.entry.action for numbered in custody.entries]
    assert actions.count("conversations.attachment") == 1
    assert actions.count("dispatch.fetched") == 1
    assert actions.count("conversations.open_original") == 1
    assert (
        actions[-1].startswith("test")
        or "remove" in actions[-1]
        or custody.entries[-1].entry.events == ("attachment.removed",)
    )
    assert [numbered.seq for numbered in custody.entries] == sorted(numbered.seq for numbered in custody.entries)
    assert (custody.openings[0].purpose, custody.attachment.lost) == (PURPOSE, "kept_no_longer")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SVG, "markup"),
        (b"MZ" + bytes(50), "executable"),
        (b"PK\x05\x06" + bytes(18), "archive"),
        (b"\x00\x01", "unknown"),
    ],
)
def test_a_refused_file_is_shown_to_nobody(scene: Scene, content: bytes, reason: str) -> None:
    """Its reason is told; the original stays sealed, since it may be evidence."""
    scene.sends(scene.image(content))
    with pytest.raises(FileWithheld, match=reason):
        scene.looks()
    assert known(scene).is_withheld
    assert original(scene) == content


@pytest.mark.parametrize("content", [b"no video at all", SVG, picture(1)], ids=["text", "page", "picture"])
def test_what_is_not_what_it_was_sent_as_is_a_file(scene: Scene, content: bytes) -> None:
    """It is kept, and shown as a file of whatever type it is, or to nobody; as a video to nobody at all."""
    scene.sends(evolve(scene.image(content), kind="video", name="clip.mp4"))
    (shown,) = scene.message.to_view().attachments
    assert scene.message.attachments[0].kind == "video"
    assert (shown.kind, shown.media_type.startswith("video/")) == ("file", False)
    assert original(scene) == content


def test_a_file_that_can_t_be_cleaned_is_shown_and_marked(scene: Scene) -> None:
    """A recording in a form that nothing here cleans may be the whole evidence."""
    content = b"OggS" + bytes(range(256))
    scene.sends(Attachment("audio", url=scene.chat.file(content)))
    assert scene.looks() == content
    assert (known(scene).cleaning, known(scene).reason) == (Cleaning.NOT_CLEANED, "no_cleaner")


def test_a_file_that_an_earlier_version_kept(scene: Scene) -> None:
    """Nobody has looked at it: that is done when it is read."""
    scene.sends(scene.image(jpeg()))
    forget_record(scene)
    assert find_markers(scene.looks()) == set()


def test_a_crashed_cleaning_is_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that can start no process now loses no file."""
    sound = Inspector.inspect
    left = [OSError("no more processes")]

    def inspect(self: Inspector, data: bytes, claim: str = "") -> object:
        if left:
            raise left.pop()
        return sound(self, data, claim)

    monkeypatch.setattr(Inspector, "inspect", inspect)
    scene.sends(scene.image(jpeg()))
    with pytest.raises(NotFound, match="hasn't been fetched yet"):
        scene.looks()
    scene.later(HOUR)
    assert find_markers(scene.looks()) == set()


def test_a_clean_file_says_so(scene: Scene, scanning: Daemon) -> None:
    """The scanner got the bytes as they came."""
    scene.sends(scene.image(jpeg()))
    assert known(scene).scan is Scan.CLEAN
    assert scanning.streams == [jpeg()]
    assert outbox(scene.app, "attachment.inspect") == []


def test_an_infected_file_is_shown_to_nobody(scene: Scene, scanning: Daemon) -> None:
    """Officers are told what it is; the original stays sealed."""
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    with pytest.raises(FileWithheld, match=r"infected, Thu\.Ma\.Doc"):
        scene.looks()
    assert (known(scene).scan, known(scene).blob) == (Scan.INFECTED, "")
    assert original(scene) == EVIL


def test_a_scanner_that_is_down_is_asked_again(scene: Scene, scanning: Daemon) -> None:
    """The file is there at once, marked unscanned; the worker asks until it is known, and nothing is lost."""
    scanning.answer = b"stream: busy ERROR\0"
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    assert known(scene).scan is Scan.UNSCANNED
    assert scene.looks() == EVIL
    scene.later(HOUR)
    assert known(scene).scan is Scan.UNSCANNED
    scanning.answer = None
    scene.later(4 * HOUR)
    assert known(scene).scan is Scan.INFECTED
    assert [row.state for row in outbox(scene.app, "attachment.inspect")] == ["delivered"]
    with pytest.raises(FileWithheld):
        scene.looks()


def test_what_came_before_there_was_a_scanner(scene: Scene, daemon: Daemon) -> None:
    """It is asked about when somebody wants to see the file."""
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    assert scene.looks() == EVIL
    scene.app.internals.context.inspector = Inspector(scanner=ClamdScanner(daemon.address))
    with pytest.raises(FileWithheld, match="infected"):
        scene.looks()


def test_a_file_that_is_too_long_for_the_scanner_isn_t_asked_about_for_ever(scene: Scene, scanning: Daemon) -> None:
    """It is marked, and shown."""
    words = b"a" * 50_001
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(words)))
    assert known(scene).scan is Scan.TOO_LARGE
    assert outbox(scene.app, "attachment.inspect") == []
    assert scene.looks() == words
    assert scanning.streams == []


def test_both_move_to_the_case(scene: Scene, launch: Launch) -> None:
    """Of a post that becomes a tip the original and the copy are sealed by the tip, under new names."""
    group = launch()
    scene.dialog.says("Thử Văn An", "Có người cạy cửa ở xóm 2", to=group.title, attachments=[scene.image(jpeg())])
    before = scene.message.file_names
    scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    after = scene.message.file_names
    assert len(before) == len(after) == 2
    assert not before & after
    assert find_markers(scene.looks()) == set()
    assert original(scene) == jpeg()


def test_both_go_with_the_case(scene: Scene) -> None:
    """A purge leaves neither original nor copy readable."""
    scene.sends(scene.image(jpeg()))
    case = scene.message.case
    names = scene.message.file_names
    files = files_of(scene.app.internals.runner, case)
    assert {find_markers(files.get(name)) == set() for name in names} == {True, False}
    scene.purge()
    for name in names:
        with pytest.raises((NotFound, PermissionError, OSError)):
            files.get(name)


def test_without_an_inspector_nothing_is_shown(scene: Scene) -> None:
    """A program that hands none in keeps files, and shows none that nobody has looked at."""
    scene.app.internals.context.inspector = None
    scene.sends(scene.image(jpeg()))
    with pytest.raises(FileWithheld, match="no_cleaner"):
        scene.looks()


def test_the_markers_are_long_enough_to_mean_something() -> None:
    """No marker occurs by chance."""
    assert min(map(len, MARKERS)) > 12
