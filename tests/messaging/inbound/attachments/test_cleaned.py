"""Officers see residents' files without metadata about the sender; the original is kept, and opened for a stated
purpose.
"""

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
    record = scene.message.attachments[number].file
    assert record is not None
    return record


def original(scene: Scene, purpose: str = PURPOSE) -> bytes:
    message = scene.message
    return scene.app.conversations.open_original(scene.officer, message.case, message.id, purpose=purpose)


def forget_record(scene: Scene) -> None:
    """Store the file as an earlier version did, without a record of inspection."""
    message = scene.message
    conversations = scene.app.internals.services.conversations
    blob = message.attachments[0].blob
    scope = message_scope(message)
    run_step(conversations.keep_attachment, system("router"), message.id, 0, blob, scope)


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


def test_officer_sees_picture_without_metadata(scene: Scene) -> None:
    """An officer's copy of a photo has no GPS position, serial number or name."""
    scene.sends(scene.image(jpeg()))
    content = scene.looks()
    assert find_markers(jpeg())
    assert find_markers(content) == set()
    traced = journal(scene.app)[-1]
    assert (traced.facts["cleaning"], traced.facts["scan"]) == ("cleaned", "unscanned")


def test_message_has_the_file_record(scene: Scene) -> None:
    """A message has the size, detected type and state of its file; the journal never has the file's digest."""
    scene.sends(scene.image(jpeg()))
    record = known(scene)
    assert (record.size, record.media_type, record.cleaning) == (len(jpeg()), "image/jpeg", Cleaning.CLEANED)
    (entry,) = [candidate for candidate in journal(scene.app) if "attachment.kept" in candidate.events]
    assert (entry.facts["cleaning"], entry.facts["scan"], entry.facts["attachment"]) == ("cleaned", "unscanned", 0)
    lines = scene.app.internals.context.storage.journal.read(0, 1000)
    assert not any(record.sha256.encode() in line.content for line in lines)


def test_original_and_copy_are_encrypted(scene: Scene) -> None:
    """Original and copy are encrypted with the case's key, under names that reveal nothing."""
    scene.sends(scene.image(jpeg()))
    stored = [scene.app.internals.context.blobs.get(name) for name in scene.app.internals.context.blobs.digests()]
    assert len(stored) == len(scene.message.file_names) == 2
    assert not any(find_markers(blob) or b"JFIF" in blob for blob in stored)


def test_original_is_opened_for_a_purpose(scene: Scene) -> None:
    """The original has the bytes received; the message keeps who opened it and why, and the journal has the act without
    the purpose.
    """
    scene.sends(scene.image(jpeg()))
    assert original(scene) == jpeg()
    (opening,) = scene.message.openings
    assert (opening.number, opening.by, opening.purpose) == (0, scene.officer.id, PURPOSE)
    entry = journal(scene.app)[-1]
    assert (entry.action, entry.events) == ("conversations.open_original", ("attachment.original_opened",))
    assert PURPOSE not in str(entry.facts)


@pytest.mark.parametrize("purpose", ["", "   ", "xem", "x" * 501])
def test_no_original_without_a_purpose(scene: Scene, purpose: str) -> None:
    """The original can't be opened without a meaningful purpose of at most 500 characters."""
    scene.sends(scene.image(jpeg()))
    with pytest.raises(BadInput, match="characters: write what you need the original for"):
        original(scene, purpose)
    assert scene.message.openings == ()


def test_original_is_refused_to_others(scene: Scene, appoint: Appoint) -> None:
    """The original is only open to officers of the case who may request identities, since it may reveal the sender."""
    scene.sends(scene.image(jpeg()))
    message = scene.message
    app = scene.app
    stranger = appoint("tip_officer", unit="ninh-khang")
    board = appoint("board_admin")
    for other in (stranger, board):
        with pytest.raises(Refused):
            app.conversations.open_original(other, message.case, message.id, purpose=PURPOSE)
        with pytest.raises(Refused):
            app.conversations.custody(other, message.case, message.id)
    assert scene.message.openings == ()


def test_custody_lists_every_act_on_the_file(scene: Scene) -> None:
    """The chain of custody has the fetch, each opening of this file, the original with its purpose, and the removal,
    but no opening of another file.
    """
    scene.sends(scene.image(jpeg()), scene.image(picture()))
    message = scene.message
    scene.looks()
    scene.looks(1)
    original(scene)
    run_step(scene.app.internals.services.conversations.remove_files, RETENTION_ACTOR, message.id)
    custody = scene.app.conversations.custody(scene.officer, message.case, message.id)
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
def test_refused_file_is_withheld(scene: Scene, content: bytes, reason: str) -> None:
    """A refused file is shown to no officer, but with a reason; the original stays encrypted, since it may be
    evidence.
    """
    scene.sends(scene.image(content))
    with pytest.raises(FileWithheld, match=reason):
        scene.looks()
    assert known(scene).is_withheld
    assert original(scene) == content


@pytest.mark.parametrize("content", [b"no video at all", SVG, picture(1)], ids=["text", "page", "picture"])
def test_mislabelled_video_is_shown_as_a_file(scene: Scene, content: bytes) -> None:
    """A file that isn't the video it was sent as is never shown as a video; it is kept, and shown by its real type or
    withheld.
    """
    scene.sends(evolve(scene.image(content), kind="video", name="clip.mp4"))
    (view,) = scene.message.to_view().attachments
    assert scene.message.attachments[0].kind == "video"
    assert (view.kind, view.media_type.startswith("video/")) == ("file", False)
    assert original(scene) == content


def test_a_file_that_can_t_be_cleaned_is_shown_and_marked(scene: Scene) -> None:
    """A file in a format without a cleaner is shown and marked, since it may be the only evidence."""
    content = b"OggS" + bytes(range(256))
    scene.sends(Attachment("audio", url=scene.chat.file(content)))
    assert scene.looks() == content
    assert (known(scene).cleaning, known(scene).reason) == (Cleaning.NOT_CLEANED, "no_cleaner")


def test_file_of_an_earlier_version_is_cleaned(scene: Scene) -> None:
    """A file stored by an earlier version is cleaned when it is opened."""
    scene.sends(scene.image(jpeg()))
    forget_record(scene)
    assert find_markers(scene.looks()) == set()


def test_a_crashed_cleaning_is_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no process can be started for cleaning, the file is fetched again later."""
    original_inspect = Inspector.inspect
    errors = [OSError("no more processes")]

    def inspect(self: Inspector, data: bytes, claim: str = "") -> object:
        if errors:
            raise errors.pop()
        return original_inspect(self, data, claim)

    monkeypatch.setattr(Inspector, "inspect", inspect)
    scene.sends(scene.image(jpeg()))
    with pytest.raises(NotFound, match="hasn't been fetched yet"):
        scene.looks()
    scene.later(HOUR)
    assert find_markers(scene.looks()) == set()


def test_clean_file_is_marked_clean(scene: Scene, scanning: Daemon) -> None:
    """A scanned file is marked clean, and the scanner got the bytes received."""
    scene.sends(scene.image(jpeg()))
    assert known(scene).scan is Scan.CLEAN
    assert scanning.streams == [jpeg()]
    assert outbox(scene.app, "attachment.inspect") == []


def test_infected_file_is_withheld(scene: Scene, scanning: Daemon) -> None:
    """An infected file is withheld with the name of the virus; the original stays encrypted."""
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    with pytest.raises(FileWithheld, match=r"infected, Thu\.Ma\.Doc"):
        scene.looks()
    assert (known(scene).scan, known(scene).blob) == (Scan.INFECTED, "")
    assert original(scene) == EVIL


def test_scan_is_retried_until_it_succeeds(scene: Scene, scanning: Daemon) -> None:
    """While the scanner is down the file is available and marked unscanned, and the worker retries until the scanner
    answers.
    """
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


def test_older_file_is_scanned_when_opened(scene: Scene, daemon: Daemon) -> None:
    """A file that was stored before a scanner was set up is scanned when it is opened."""
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    assert scene.looks() == EVIL
    scene.app.internals.context.inspector = Inspector(scanner=ClamdScanner(daemon.address))
    with pytest.raises(FileWithheld, match="infected"):
        scene.looks()


def test_file_too_large_to_scan_is_shown(scene: Scene, scanning: Daemon) -> None:
    """A file too large for the scanner is marked, shown, and not scanned again."""
    words = b"a" * 50_001
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(words)))
    assert known(scene).scan is Scan.TOO_LARGE
    assert outbox(scene.app, "attachment.inspect") == []
    assert scene.looks() == words
    assert scanning.streams == []


def test_original_and_copy_move_to_the_tip(scene: Scene, launch: Launch) -> None:
    """When a post becomes a tip, original and copy are encrypted with the tip's key under new names."""
    group = launch()
    scene.dialog.says("Thử Văn An", "Có người cạy cửa ở xóm 2", to=group.title, attachments=[scene.image(jpeg())])
    before = scene.message.file_names
    scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    after = scene.message.file_names
    assert len(before) == len(after) == 2
    assert not before & after
    assert find_markers(scene.looks()) == set()
    assert original(scene) == jpeg()


def test_purge_destroys_original_and_copy(scene: Scene) -> None:
    """After a purge neither the original nor the copy can be read."""
    scene.sends(scene.image(jpeg()))
    case = scene.message.case
    names = scene.message.file_names
    files = files_of(scene.app.internals.runner, case)
    assert {find_markers(files.get(name)) == set() for name in names} == {True, False}
    scene.purge()
    for name in names:
        with pytest.raises((NotFound, PermissionError, OSError)):
            files.get(name)


def test_files_are_withheld_without_an_inspector(scene: Scene) -> None:
    """Without an inspector files are kept and withheld."""
    scene.app.internals.context.inspector = None
    scene.sends(scene.image(jpeg()))
    with pytest.raises(FileWithheld, match="no_cleaner"):
        scene.looks()


def test_the_markers_are_long_enough_to_mean_something() -> None:
    """Every marker is long enough not to occur by chance."""
    assert min(map(len, MARKERS)) > 12
