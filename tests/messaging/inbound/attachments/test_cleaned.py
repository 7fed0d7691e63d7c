"""Officers see residents' files without metadata about the sender; the original file is kept, and opened for a stated
purpose only.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.cleaning.clamav import EVIL, Daemon, running_daemon
from tests.cleaning.markers import MARKERS, find_markers
from tests.cleaning.pictures import jpeg
from tests.messaging.conftest import Appoint, Launch, journal, outbox
from tests.messaging.inbound.attachments.conftest import AttachmentScene
from tests.support.pictures import build_picture

from anninh_core.cleaning.clamd import ClamdScanner
from anninh_core.cleaning.inspector import Inspector
from anninh_core.domain.conversations.files import get_file_storage
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


def get_file_record(scene: AttachmentScene, number: int = 0) -> FileRecord:
    record = scene.message.attachments[number].file
    assert record is not None
    return record


def open_original_file(scene: AttachmentScene, purpose: str = PURPOSE) -> bytes:
    message = scene.message
    return scene.app.conversations.open_original(scene.officer, message.case, message.id, purpose=purpose)


def forget_record(scene: AttachmentScene) -> None:
    """Store the file of the only message as an earlier version did, without a record of its inspection."""
    message = scene.message
    conversations = scene.app.internals.services.conversations
    blob = message.attachments[0].blob
    scope = message_scope(message)
    run_step(conversations.keep_attachment, system("router"), message.id, 0, blob, scope)


@pytest.fixture
def scan_daemon() -> Iterator[Daemon]:
    with running_daemon() as running:
        yield running


@pytest.fixture
def active_scanner(scene: AttachmentScene, scan_daemon: Daemon) -> Daemon:
    """Set up the app to scan files with a daemon, and return the daemon."""
    scene.app.internals.context.inspector = Inspector(
        scanner=ClamdScanner(scan_daemon.address, seconds=5, most_bytes=50_000)
    )
    return scan_daemon


def test_officer_sees_picture_without_metadata(scene: AttachmentScene) -> None:
    """An officer's copy of a photo has no GPS position, serial number or name."""
    scene.sends(scene.add_picture(jpeg()))
    content = scene.open_attachment()
    assert find_markers(jpeg())
    assert find_markers(content) == set()
    traced = journal(scene.app)[-1]
    assert (traced.facts["cleaning"], traced.facts["scan"]) == ("cleaned", "unscanned")


def test_message_has_the_file_record(scene: AttachmentScene) -> None:
    """A message has the size, detected type and state of its file; the journal never has the file's digest."""
    scene.sends(scene.add_picture(jpeg()))
    record = get_file_record(scene)
    assert (record.size, record.media_type, record.cleaning) == (len(jpeg()), "image/jpeg", Cleaning.CLEANED)
    (entry,) = [candidate for candidate in journal(scene.app) if "attachment.kept" in candidate.events]
    assert (entry.facts["cleaning"], entry.facts["scan"], entry.facts["attachment"]) == ("cleaned", "unscanned", 0)
    lines = scene.app.internals.context.storage.journal.read(0, 1000)
    assert not any(record.sha256.encode() in line.content for line in lines)


def test_original_and_copy_are_encrypted(scene: AttachmentScene) -> None:
    """A file's original and its cleaned copy are encrypted with the case's key, under names that reveal nothing."""
    scene.sends(scene.add_picture(jpeg()))
    stored = [scene.app.internals.context.blobs.get(name) for name in scene.app.internals.context.blobs.digests()]
    assert len(stored) == len(scene.message.file_names) == 2
    assert not any(find_markers(blob) or b"JFIF" in blob for blob in stored)


def test_original_is_opened_for_a_purpose(scene: AttachmentScene) -> None:
    """The original of a file has the bytes that were received; the message keeps who opened it and why, and the journal
    has the act without the purpose.
    """
    scene.sends(scene.add_picture(jpeg()))
    assert open_original_file(scene) == jpeg()
    (opening,) = scene.message.openings
    assert (opening.number, opening.by, opening.purpose) == (0, scene.officer.id, PURPOSE)
    entry = journal(scene.app)[-1]
    assert (entry.action, entry.events) == ("conversations.open_original", ("attachment.original_opened",))
    assert PURPOSE not in str(entry.facts)


@pytest.mark.parametrize("purpose", ["", "   ", "xem", "x" * 501])
def test_no_original_without_a_purpose(scene: AttachmentScene, purpose: str) -> None:
    """The original of a file can't be opened without a meaningful purpose of at most 500 characters."""
    scene.sends(scene.add_picture(jpeg()))
    with pytest.raises(BadInput, match="characters: write what you need the original for"):
        open_original_file(scene, purpose)
    assert scene.message.openings == ()


def test_original_is_refused_to_others(scene: AttachmentScene, appoint: Appoint) -> None:
    """The original of a file can be opened only by officers of the case who may request identities, since it may reveal
    the sender.
    """
    scene.sends(scene.add_picture(jpeg()))
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


def test_custody_lists_every_act_on_the_file(scene: AttachmentScene) -> None:
    """A file's chain of custody has the fetch, each opening of the file, the original with its purpose, and the
    removal, but no opening of another file.
    """
    scene.sends(scene.add_picture(jpeg()), scene.add_picture(build_picture()))
    message = scene.message
    scene.open_attachment()
    scene.open_attachment(1)
    open_original_file(scene)
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
def test_refused_file_is_withheld(scene: AttachmentScene, content: bytes, reason: str) -> None:
    """A file that the inspection refused is shown to no officer, but its reason is; the original stays encrypted, since
    it may be evidence.
    """
    scene.sends(scene.add_picture(content))
    with pytest.raises(FileWithheld, match=reason):
        scene.open_attachment()
    assert get_file_record(scene).is_withheld
    assert open_original_file(scene) == content


@pytest.mark.parametrize("content", [b"no video at all", SVG, build_picture(1)], ids=["text", "page", "picture"])
def test_mislabelled_video_is_shown_as_a_file(scene: AttachmentScene, content: bytes) -> None:
    """A file that isn't the video it was sent as is never shown as a video; it is kept, and shown by its real type or
    withheld.
    """
    scene.sends(evolve(scene.add_picture(content), kind="video", name="clip.mp4"))
    (view,) = scene.message.to_view().attachments
    assert scene.message.attachments[0].kind == "video"
    assert (view.kind, view.media_type.startswith("video/")) == ("file", False)
    assert open_original_file(scene) == content


def test_a_file_that_can_t_be_cleaned_is_shown_and_marked(scene: AttachmentScene) -> None:
    """A file in a format without a cleaner is shown and marked, since it may be the only evidence."""
    content = b"OggS" + bytes(range(256))
    scene.sends(Attachment("audio", url=scene.chat.file(content)))
    assert scene.open_attachment() == content
    assert (get_file_record(scene).cleaning, get_file_record(scene).reason) == (Cleaning.NOT_CLEANED, "no_cleaner")


def test_file_of_an_earlier_version_is_cleaned(scene: AttachmentScene) -> None:
    """A file stored by an earlier version is cleaned when it is opened."""
    scene.sends(scene.add_picture(jpeg()))
    forget_record(scene)
    assert find_markers(scene.open_attachment()) == set()


def test_a_crashed_cleaning_is_tried_again(scene: AttachmentScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no process can be started to clean a file, the file is fetched again later."""
    original_inspect = Inspector.inspect
    errors = [OSError("no more processes")]

    def fail_to_start(self: Inspector, data: bytes, claim: str = "") -> object:
        if errors:
            raise errors.pop()
        return original_inspect(self, data, claim)

    monkeypatch.setattr(Inspector, "inspect", fail_to_start)
    scene.sends(scene.add_picture(jpeg()))
    with pytest.raises(NotFound, match="hasn't been fetched yet"):
        scene.open_attachment()
    scene.pass_time(HOUR)
    assert find_markers(scene.open_attachment()) == set()


def test_clean_file_is_marked_clean(scene: AttachmentScene, active_scanner: Daemon) -> None:
    """A scanned file is marked clean, and the scanner got the bytes received."""
    scene.sends(scene.add_picture(jpeg()))
    assert get_file_record(scene).scan is Scan.CLEAN
    assert active_scanner.streams == [jpeg()]
    assert outbox(scene.app, "attachment.inspect") == []


def test_infected_file_is_withheld(scene: AttachmentScene, active_scanner: Daemon) -> None:
    """An infected file is withheld with the name of the virus; the original stays encrypted."""
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    with pytest.raises(FileWithheld, match=r"infected, Thu\.Ma\.Doc"):
        scene.open_attachment()
    assert (get_file_record(scene).scan, get_file_record(scene).blob) == (Scan.INFECTED, "")
    assert open_original_file(scene) == EVIL


def test_scan_is_retried_until_it_succeeds(scene: AttachmentScene, active_scanner: Daemon) -> None:
    """While the scanner is down the file is available and marked unscanned, and the worker retries until the scanner
    answers.
    """
    active_scanner.answer = b"stream: busy ERROR\0"
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    assert get_file_record(scene).scan is Scan.UNSCANNED
    assert scene.open_attachment() == EVIL
    scene.pass_time(HOUR)
    assert get_file_record(scene).scan is Scan.UNSCANNED
    active_scanner.answer = None
    scene.pass_time(4 * HOUR)
    assert get_file_record(scene).scan is Scan.INFECTED
    assert [row.state for row in outbox(scene.app, "attachment.inspect")] == ["delivered"]
    with pytest.raises(FileWithheld):
        scene.open_attachment()


def test_older_file_is_scanned_when_opened(scene: AttachmentScene, scan_daemon: Daemon) -> None:
    """A file that was stored before a scanner was set up is scanned when it is opened."""
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(EVIL)))
    assert scene.open_attachment() == EVIL
    scene.app.internals.context.inspector = Inspector(scanner=ClamdScanner(scan_daemon.address))
    with pytest.raises(FileWithheld, match="infected"):
        scene.open_attachment()


def test_file_too_large_to_scan_is_shown(scene: AttachmentScene, active_scanner: Daemon) -> None:
    """A file too large for the scanner is marked, shown, and not scanned again."""
    words = b"a" * 50_001
    scene.sends(Attachment("file", "a.txt", url=scene.chat.file(words)))
    assert get_file_record(scene).scan is Scan.TOO_LARGE
    assert outbox(scene.app, "attachment.inspect") == []
    assert scene.open_attachment() == words
    assert active_scanner.streams == []


def test_original_and_copy_move_to_the_tip(scene: AttachmentScene, launch: Launch) -> None:
    """When a post becomes a tip, a file's original and copy are encrypted with the tip's key under new names."""
    group = launch()
    scene.dialog.says("Thử Văn An", "Có người cạy cửa ở xóm 2", to=group.title, attachments=[scene.add_picture(jpeg())])
    before = scene.message.file_names
    scene.app.conversations.create_tip(scene.officer, [scene.message.id])
    after = scene.message.file_names
    assert len(before) == len(after) == 2
    assert not before & after
    assert find_markers(scene.open_attachment()) == set()
    assert open_original_file(scene) == jpeg()


def test_purge_destroys_original_and_copy(scene: AttachmentScene) -> None:
    """After a purge of the case neither the original nor the copy of a file can be read."""
    scene.sends(scene.add_picture(jpeg()))
    case = scene.message.case
    names = scene.message.file_names
    files = get_file_storage(scene.app.internals.runner, case)
    assert {find_markers(files.get(name)) == set() for name in names} == {True, False}
    scene.purge()
    for name in names:
        with pytest.raises((NotFound, PermissionError, OSError)):
            files.get(name)


def test_files_are_withheld_without_an_inspector(scene: AttachmentScene) -> None:
    """Without an inspector files are stored, but withheld from officers."""
    scene.app.internals.context.inspector = None
    scene.sends(scene.add_picture(jpeg()))
    with pytest.raises(FileWithheld, match="no_cleaner"):
        scene.open_attachment()


def test_the_markers_are_long_enough_to_mean_something() -> None:
    """Every marker that the tests search for in files is too long to occur by chance."""
    assert min(map(len, MARKERS)) > 12
