"""A video to publish is measured in its own process."""

from typing import Any

import pytest
from tests.cleaning.films import film
from tests.cleaning.markers import find_markers
from tests.cleaning.real_film import (
    REAL_FILM,
    with_codec,
    with_declared_duration,
    with_place,
    with_stretched_samples,
    with_subtitles,
)

from anninh_core.cleaning import clean_file
from anninh_core.cleaning.cleaner import measure_in_process
from anninh_core.cleaning.inspector import Inspector
from anninh_core.cleaning.isolation import measure_file
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.files import Cleaning, FileReason, VideoFacts

FACTS = VideoFacts(container="video/mp4", video_codecs=("AVC",), audio_codecs=("AAC",), seconds=1, width=32, height=32)


def test_real_video_is_measured() -> None:
    """Container, codecs, duration and frame size of a real video are measured, for the cleaned copy as for the
    original.
    """
    copy = clean_file(REAL_FILM, "video").data
    assert copy is not None
    assert measure_file(REAL_FILM).facts == measure_file(copy).facts == FACTS
    assert Inspector().measure_video(copy) == FACTS


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no video at all " * 20, FileReason.NOT_PLAYABLE),
        (b"", FileReason.NOT_PLAYABLE),
        (b"<html><script>x()</script></html>", FileReason.NOT_PLAYABLE),
        (b"PK\x03\x04" + bytes(200), FileReason.NOT_PLAYABLE),
        (film(), FileReason.NOT_PLAYABLE),
        (with_stretched_samples(3600), FileReason.NOT_PLAYABLE),
        (REAL_FILM[:-300], FileReason.DAMAGED),
        (REAL_FILM[:1200], FileReason.DAMAGED),
    ],
    ids=["text", "nothing", "html", "zip", "boxes_of_nothing", "tables_that_lie", "cut", "without_its_index"],
)
def test_unplayable_file_has_no_facts(data: bytes, reason: FileReason) -> None:
    """For a file without a playable video nothing is measured, and the result has a reason."""
    measured = measure_in_process(data)
    assert (measured.facts, measured.reason) == (None, reason)


def test_unplayable_video_names_the_reason() -> None:
    """An unplayable video is refused with its reason, and measuring in this process gives the same result as in a
    separate one.
    """
    assert measure_file(b"no video") == measure_in_process(b"no video")
    with pytest.raises(
        BadInput, match=r"can't be checked \(not_playable, no picture\): choose another video, or install"
    ):
        Inspector().measure_video(b"no video")


def test_the_longest_duration_counts() -> None:
    """A video's declared duration counts if it is longer than the measured one."""
    facts = measure_in_process(with_declared_duration(360_000)).facts
    assert facts is not None
    assert facts.seconds == 360_000


def test_codecs_are_named_as_in_profiles() -> None:
    """Each codec has the name that profiles use."""
    codecs = [measure_in_process(with_codec(name)).facts for name in (b"avc1", b"hvc1", b"vp09")]
    assert [facts and facts.video_codecs for facts in codecs] == [("AVC",), ("HEVC",), ("VP9",)]


@pytest.mark.parametrize("data", [with_place(), with_subtitles()], ids=["in_a_box", "in_subtitles"])
def test_no_place_stays_in_a_video(data: bytes) -> None:
    """A cleaned video contains no place, neither from the metadata of phones nor from the subtitles of drones and
    dashcams.
    """
    assert find_markers(data)
    copy = clean_file(data, "video").data
    assert copy is not None
    assert not find_markers(copy)
    assert measure_in_process(copy).facts == FACTS


def test_tracks_decide_about_audio_or_video() -> None:
    """An audio file with a film's brand, as voice recorders write it, counts as audio, and a film with an audio brand
    counts as video.
    """
    sound = REAL_FILM.replace(b"vide", b"meta")
    assert (clean_file(sound, "audio").media_type, clean_file(sound, "audio").flags) == ("audio/mp4", ())
    assert clean_file(film(b"M4A "), "audio").media_type == "video/mp4"


def test_missing_video_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the video library nothing is measured and a problem is reported, but residents' videos are still
    cleaned.
    """

    def raise_import_error(name: str, *_: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("anninh_core.cleaning.extras.import_module", raise_import_error)
    measured = measure_in_process(REAL_FILM)
    assert (measured.facts, measured.reason) == (None, FileReason.NO_LIBRARY)
    assert "pip install 'anninh[video]'" in measured.detail
    assert any("No video goes out" in problem for problem in Inspector().problems())
    assert clean_file(REAL_FILM, "video").cleaning is Cleaning.CLEANED
