"""A video that goes out is measured, in a process of its own."""

from typing import Any

import pytest
from tests.cleaning.films import film
from tests.cleaning.markers import find_markers
from tests.cleaning.real_film import (
    REAL_FILM,
    in_coding,
    with_declared_duration,
    with_place,
    with_slow_pictures,
    with_subtitles,
)

from anninh_core.cleaning import clean_file
from anninh_core.cleaning.cleaner import measure_in_process
from anninh_core.cleaning.inspector import Inspector
from anninh_core.cleaning.isolation import measure_file
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.files import Cleaning, FileReason, VideoFacts

FACTS = VideoFacts(container="video/mp4", video_codecs=("AVC",), audio_codecs=("AAC",), seconds=1, width=32, height=32)


def test_a_real_video_is_what_it_is() -> None:
    """Container, codings, duration and size of the picture, of the copy as of the file."""
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
        (with_slow_pictures(3600), FileReason.NOT_PLAYABLE),
        (REAL_FILM[:-300], FileReason.DAMAGED),
        (REAL_FILM[:1200], FileReason.DAMAGED),
    ],
    ids=["text", "nothing", "html", "zip", "boxes_of_nothing", "tables_that_lie", "cut", "without_its_index"],
)
def test_what_does_not_play_has_no_facts(data: bytes, reason: FileReason) -> None:
    """Bytes of any kind, and boxes that are those of a film and hold none."""
    measured = measure_in_process(data)
    assert (measured.facts, measured.reason) == (None, reason)


def test_why_there_are_no_facts_is_said() -> None:
    """Whoever asks for them gets the reason; a process that measures and a call agree."""
    assert measure_file(b"no video") == measure_in_process(b"no video")
    with pytest.raises(
        BadInput, match=r"can't be checked \(not_playable, no picture\): choose another video, or install"
    ):
        Inspector().measure_video(b"no video")


def test_the_longest_duration_counts() -> None:
    """A file that says in its head that it plays for a hundred hours is taken at its word."""
    facts = measure_in_process(with_declared_duration(360_000)).facts
    assert facts is not None
    assert facts.seconds == 360_000


def test_each_coding_is_named() -> None:
    """By the name that a profile has."""
    codecs = [measure_in_process(in_coding(name)).facts for name in (b"avc1", b"hvc1", b"vp09")]
    assert [facts and facts.video_codecs for facts in codecs] == [("AVC",), ("HEVC",), ("VP9",)]


@pytest.mark.parametrize("data", [with_place(), with_subtitles()], ids=["in_a_box", "in_subtitles"])
def test_no_place_stays_in_a_video(data: bytes) -> None:
    """Neither in what telephones write beside the film nor in the subtitles of drones and cameras in cars."""
    assert find_markers(data)
    copy = clean_file(data, "video").data
    assert copy is not None
    assert not find_markers(copy)
    assert measure_in_process(copy).facts == FACTS


def test_sound_under_the_brand_of_films_is_sound() -> None:
    """Recorders of telephones write so; and a film under the brand of sound is a film."""
    sound = REAL_FILM.replace(b"vide", b"meta")
    assert (clean_file(sound, "audio").media_type, clean_file(sound, "audio").flags) == ("audio/mp4", ())
    assert clean_file(film(b"M4A "), "audio").media_type == "video/mp4"


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is measured, and nothing is said to be a video; what residents sent is cleaned all the same."""

    def missing(name: str, *_: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("anninh_core.cleaning.extras.import_module", missing)
    measured = measure_in_process(REAL_FILM)
    assert (measured.facts, measured.reason) == (None, FileReason.NO_LIBRARY)
    assert "pip install 'anninh[video]'" in measured.detail
    assert any("No video goes out" in problem for problem in Inspector().problems())
    assert clean_file(REAL_FILM, "video").cleaning is Cleaning.CLEANED
