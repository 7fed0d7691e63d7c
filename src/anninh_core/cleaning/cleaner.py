"""Cleaning of a file of any type: its type is detected, dangerous files are refused, and the copy to show is made."""

from collections.abc import Callable, Mapping

from anninh_core.cleaning.detection import PICTURES, detect_type, find_second_type
from anninh_core.cleaning.media.boxes import blank_boxes, find_track_kinds
from anninh_core.cleaning.media.sound import clean_aac, clean_amr, clean_mp3, clean_wav
from anninh_core.cleaning.media.video import measure_video
from anninh_core.cleaning.office import clean_office
from anninh_core.cleaning.pdf import clean_pdf
from anninh_core.cleaning.pictures import clean_picture
from anninh_core.cleaning.results import CleanedFile, FileLimits, FileNotCleaned, FileRefused, MeasuredVideo
from anninh_core.cleaning.texts import clean_text
from anninh_core.vocabulary.files import Cleaning, FileReason

_SOUND: Mapping[str, Callable[[bytes], bytes]] = {
    "audio/mpeg": clean_mp3,
    "audio/aac": clean_aac,
    "audio/amr": clean_amr,
    "audio/amr-wb": clean_amr,
    "audio/wav": clean_wav,
    "text/plain": clean_text,
}
_BOXES = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"})
_SHOWN_POLYGLOTS = PICTURES
"""Types that are re-encoded, so that a second file type inside gets lost; other polyglots are refused."""
_CLAIMS = {"image": "image/", "video": "video/", "audio": "audio/"}


def clean_in_process(data: bytes, claim: str = "", limits: FileLimits | None = None) -> CleanedFile:
    """Clean a file as `clean_file` does, but in this process: a file that crashes a library ends the process.

    Raises nothing: if cleaning fails, the file is refused.
    """
    limits = limits or FileLimits()
    media_type = ""
    flags = tuple[str, ...]()
    try:
        _check_size(data, limits)
        media_type = _detect_track_type(data, detect_type(data))
        flags = _find_flags(data, media_type, claim)
        cleaned, shown_type, oddities = _make_clean_copy(data, media_type, limits)
        return CleanedFile(
            media_type=media_type,
            cleaning=Cleaning.CLEANED,
            data=cleaned,
            shown_type=shown_type,
            flags=(*flags, *oddities),
        )
    except FileNotCleaned as kept:
        return CleanedFile(
            media_type=media_type,
            cleaning=Cleaning.NOT_CLEANED,
            shown_type=media_type,
            reason=kept.reason,
            detail=kept.detail,
            flags=flags,
        )
    except FileRefused as refused:
        reason = refused.reason
        detail = refused.detail
    except Exception as error:  # noqa: BLE001  a hostile file may break a library anywhere; it is refused, and kept
        reason = FileReason.FAILED
        detail = type(error).__name__
    return CleanedFile(media_type=media_type, cleaning=Cleaning.REFUSED, reason=reason, detail=detail, flags=flags)


def measure_in_process(data: bytes) -> MeasuredVideo:
    """Measure a video as `measure_file` does, but in this process."""
    try:
        return MeasuredVideo(facts=measure_video(data))
    except (FileRefused, FileNotCleaned) as refused:
        return MeasuredVideo(reason=refused.reason, detail=refused.detail)
    except Exception as error:  # noqa: BLE001  a hostile file may break a library anywhere; it is refused
        return MeasuredVideo(reason=FileReason.FAILED, detail=type(error).__name__)


def _check_size(data: bytes, limits: FileLimits) -> None:
    if len(data) > limits.size:
        raise FileRefused(FileReason.TOO_LARGE, f"{len(data):,} bytes, over {limits.size:,}")


def _detect_track_type(data: bytes, media_type: str) -> str:
    """Return the type of a file of ISO boxes by its tracks, as recorders write audio under the brands of video."""
    if media_type not in _BOXES:
        return media_type
    tracks = find_track_kinds(data)
    if b"vide" in tracks:
        return "video/mp4" if media_type == "audio/mp4" else media_type
    return "audio/mp4" if b"soun" in tracks else media_type


def _find_flags(data: bytes, media_type: str, claim: str) -> tuple[str, ...]:
    """Return the flags of a file.

    Raises:
        FileRefused: the file has two types at once, and its copy would keep both.
    """
    flags = []
    if second := find_second_type(data, media_type):
        if media_type not in _SHOWN_POLYGLOTS:
            raise FileRefused(FileReason.POLYGLOT, f"{media_type} and {second}")
        flags.append("polyglot")
    if not media_type.startswith(_CLAIMS.get(claim, "")):
        flags.append("unlike_claim")
    return tuple(flags)


def _make_clean_copy(data: bytes, media_type: str, limits: FileLimits) -> tuple[bytes, str, tuple[str, ...]]:
    """Return the cleaned copy, its media type, and the flags found inside."""
    if media_type in PICTURES:
        return *clean_picture(data, media_type, limits), ()
    if media_type == "application/pdf":
        copy, oddities = clean_pdf(data, limits)
        return copy, media_type, oddities
    if media_type.startswith("application/vnd."):
        return clean_office(data, media_type, limits), media_type, ()
    if media_type in _BOXES:
        return blank_boxes(data, limits), media_type, ()
    if media_type in _SOUND:
        return _SOUND[media_type](data), media_type, ()
    raise FileNotCleaned(FileReason.NO_CLEANER, media_type)
