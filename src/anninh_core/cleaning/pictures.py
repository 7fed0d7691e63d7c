"""Re-encoding of pictures from their pixels, so that no other data of the original file remains.

Removed are EXIF, GPS, XMP, IPTC, comments, thumbnails, depth maps and second pictures, colour profiles (the colours are
converted to sRGB first), and trailing data. The orientation is applied. Frames of an animation and pages of a TIFF
stay. The same picture gives the same bytes with the same version of the libraries.
"""

import struct
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from anninh_core.cleaning.extras import load_library
from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

if TYPE_CHECKING:
    from PIL.Image import Image

_DECODERS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/tiff": ("TIFF",),
    "image/heic": ("HEIF",),
    "image/avif": ("AVIF",),
}
_SHOWN_TYPES: Mapping[str, str] = {"image/bmp": "image/png", "image/heic": "image/jpeg", "image/avif": "image/jpeg"}
_ENCODERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "image/jpeg": ("JPEG", {"quality": 90}),
    "image/png": ("PNG", {}),
    "image/gif": ("GIF", {}),
    "image/webp": ("WEBP", {"quality": 90}),
    "image/bmp": ("BMP", {}),
    "image/tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
}
_ANIMATED = frozenset({"image/gif", "image/webp", "image/png"})
_OPAQUE = frozenset({"image/jpeg", "image/bmp"})
_DAMAGES = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error)
"""Exceptions that Pillow raises for a damaged picture."""
_WHAT = "cleaning pictures"


def clean_picture(data: bytes, media_type: str, limits: FileLimits, *, same_type: bool = False) -> tuple[bytes, str]:
    """Return a re-encoded picture and its media type.

    Args:
        same_type: whether the media type must stay, as in a document. Otherwise BMP becomes PNG, HEIC and AVIF become
            JPEG, which every telephone shows.

    Raises:
        FileRefused: the picture has too many pixels or frames, or is damaged.
        FileNotCleaned: a library isn't installed.
    """
    library = load_library("PIL.Image", _WHAT)
    if media_type == "image/heic":
        load_library("pi_heif", "cleaning HEIC pictures").register_heif_opener()
    shown_type = media_type if same_type else _SHOWN_TYPES.get(media_type, media_type)
    try:
        with library.open(BytesIO(data), formats=_DECODERS[media_type]) as picture:
            frames = _count_kept_frames(picture, limits, keeps_frames=shown_type not in _OPAQUE)
            return _encode_picture(picture, frames, shown_type), shown_type
    except (library.DecompressionBombWarning, library.DecompressionBombError):
        raise FileRefused(FileReason.BOMB, f"over {limits.pixels:,} pixels") from None
    except _DAMAGES:
        raise FileRefused(FileReason.DAMAGED) from None


def _count_kept_frames(picture: "Image", limits: FileLimits, *, keeps_frames: bool) -> int:
    """Return the number of frames to keep; frames are counted, not decoded."""
    width, height = picture.size
    if width * height > limits.pixels:
        raise FileRefused(FileReason.BOMB, f"{width} x {height} pixels, over {limits.pixels:,}")
    frames = int(getattr(picture, "n_frames", 1)) if keeps_frames else 1
    if width * height * frames > limits.pixels or frames > limits.parts:
        raise FileRefused(FileReason.BOMB, f"{frames} frames of {width} x {height} pixels")
    return frames


def _encode_picture(picture: "Image", frames: int, shown_type: str) -> bytes:
    durations: list[int] = []
    drawn = list(_redraw_frames(picture, frames, shown_type, durations))
    name, options = _ENCODERS[shown_type]
    options = dict(options)
    if len(drawn) > 1:
        options |= {"save_all": True, "append_images": drawn[1:]}
        if shown_type in _ANIMATED:
            options |= {"duration": durations, "loop": int(picture.info.get("loop", 0) or 0)}
        if shown_type == "image/gif":
            options["disposal"] = 2
    with BytesIO() as file:
        drawn[0].save(file, name, **options)
        return file.getvalue()


def _redraw_frames(picture: "Image", frames: int, shown_type: str, durations: list[int]) -> Iterator["Image"]:
    """Yield new pictures with nothing but the pixels of the frames."""
    library = load_library("PIL.Image", _WHAT)
    for number in range(frames):
        if number:
            picture.seek(number)
        picture.load()
        durations.append(min(max(int(picture.info.get("duration", 100) or 100), 20), 60_000))
        pixels = _to_srgb(_apply_orientation(picture))
        mode = _choose_mode(pixels, shown_type)
        if pixels.mode != mode:
            pixels = pixels.convert(mode)
        yield library.frombytes(mode, pixels.size, pixels.tobytes())


def _apply_orientation(picture: "Image") -> "Image":
    """Apply the EXIF orientation; unreadable EXIF is ignored."""
    operations = load_library("PIL.ImageOps", _WHAT)
    try:
        turned: Image = operations.exif_transpose(picture)
    except Exception:  # noqa: BLE001  EXIF may be anything; the pixels are there all the same
        return picture
    return turned


def _to_srgb(picture: "Image") -> "Image":
    """Convert the colours to sRGB by the embedded profile; an unreadable profile is ignored."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    colours = load_library("PIL.ImageCms", _WHAT)
    try:
        source = colours.ImageCmsProfile(BytesIO(profile))
        target = colours.createProfile("sRGB")
        converted: Image = colours.profileToProfile(picture, source, target, outputMode="RGB")
    except Exception:  # noqa: BLE001  a profile may be anything; the pixels are there all the same
        return picture
    return converted


def _choose_mode(picture: "Image", shown_type: str) -> str:
    if picture.mode in ("1", "L") and "transparency" not in picture.info:
        return "L" if shown_type != "image/webp" else "RGB"
    if picture.mode.startswith("I;16") and shown_type in ("image/png", "image/tiff"):
        return "I;16"
    has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return "RGBA" if has_alpha and shown_type not in _OPAQUE else "RGB"
