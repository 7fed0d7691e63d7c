"""Measuring of a video by a library that reads the tracks' headers and decodes nothing."""

from io import BytesIO
from typing import Any

from anninh_core.cleaning.extras import load_library
from anninh_core.cleaning.media.boxes import find_declared_milliseconds
from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason, VideoFacts

_CONTAINERS = {"MPEG-4": "video/mp4"}
_PROFILES = {"QuickTime": "video/quicktime"}
_KINDS = ("General", "Video", "Audio")
_MILLISECONDS = 1000


def measure_video(data: bytes) -> VideoFacts:
    """Return the facts about a video.

    Raises:
        FileRefused: the video has no playable picture, or is truncated.
        FileNotCleaned: the library isn't installed; the detail gives the install command.
    """
    library = load_library("pymediainfo", "checking video")
    tracks = library.MediaInfo.parse(BytesIO(data)).tracks
    general, videos, sounds = ([track for track in tracks if track.track_type == kind] for kind in _KINDS)
    if not general or not videos:
        raise FileRefused(FileReason.NOT_PLAYABLE, "no picture")
    if general[0].istruncated == "Yes":
        raise FileRefused(FileReason.DAMAGED, "it ends too early")
    durations = (_to_int(track.duration) for track in (*general, *videos, *sounds))
    milliseconds = max(find_declared_milliseconds(data), *durations)
    width, height = (max(_to_int(getattr(track, side)) for track in videos) for side in ("width", "height"))
    if not milliseconds or not width or not height or not all(_to_int(track.frame_count) for track in videos):
        raise FileRefused(FileReason.NOT_PLAYABLE, "no picture")
    return VideoFacts(
        container=_find_container(general[0]),
        video_codecs=_list_codecs(videos),
        audio_codecs=_list_codecs(sounds),
        seconds=round(milliseconds / _MILLISECONDS) or 1,
        width=width,
        height=height,
    )


def _find_container(general: Any) -> str:
    by_profile = next((kind for name, kind in _PROFILES.items() if name in (general.format_profile or "")), "")
    return by_profile or _CONTAINERS.get(general.format or "", general.internet_media_type or "unknown")


def _list_codecs(tracks: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(track.format or "unknown" for track in tracks))


def _to_int(value: object) -> int:
    """Return a figure of the library as a number; the library returns some as text. Return 0 for a missing figure."""
    return round(float(value)) if isinstance(value, int | float) or (isinstance(value, str) and value.isdigit()) else 0
