"""Pictures with all the metadata that phones and programs write about the photographer."""

import struct
import zlib
from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2
from tests.cleaning.heic import HEIC
from tests.cleaning.markers import AUTHOR, COMMENT, LATITUDE, PATH, PLACE, SERIAL, THUMBNAIL, XMP

SIZE = (96, 64)
XMP_PACKET = (
    f'<?xpacket begin="" id="W5M0"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>{AUTHOR}</creator>'
    f'<DocumentID>{XMP}</DocumentID></x:xmpmeta><?xpacket end="w"?>'
).encode()
_RED = (200, 30, 30)
_GREEN = (30, 160, 30)
_BLUE = (30, 30, 200)
_WHITE = (250, 250, 250)


def drawn(mode: str = "RGB") -> Image.Image:
    """Return a picture of four coloured fields that looks different after any rotation or reflection."""
    picture = Image.new("RGB", SIZE, _WHITE)
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, 0, 47, 31), fill=_RED)
    drawing.rectangle((48, 0, 95, 31), fill=_GREEN)
    drawing.rectangle((0, 32, 47, 63), fill=_BLUE)
    return picture.convert(mode)


def exif(orientation: int = 1) -> bytes:
    """Return EXIF data with maker, serial number, place and comments, followed by a thumbnail."""
    exif_data = Image.Exif()
    exif_data[0x0112] = orientation
    exif_data[0x010F] = "May Anh Thu"
    exif_data[0x0110] = SERIAL
    exif_data[0x013B] = AUTHOR
    exif_data[0x010E] = COMMENT
    details = exif_data.get_ifd(0x8769)
    details[0xA431] = SERIAL
    details[0x9286] = b"UNICODE\x00" + COMMENT.encode("utf-16-le")
    place = exif_data.get_ifd(0x8825)
    place[1] = "N"
    place[2] = (IFDRational(20), IFDRational(15), IFDRational(*LATITUDE))
    return exif_data.tobytes() + THUMBNAIL.encode()


def jpeg(orientation: int = 1, mode: str = "RGB") -> bytes:
    """Return a JPEG with every kind of metadata segment, and trailing data."""
    file = BytesIO()
    picture = drawn(mode)
    picture.save(file, "JPEG", quality=92, exif=exif(orientation), icc_profile=profile())
    segments = (
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + XMP_PACKET),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + AUTHOR.encode() + PLACE.encode()),
        (0xFE, COMMENT.encode()),
        (0xEC, PATH.encode()),
    )
    metadata = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments
    )
    content = file.getvalue()
    return content[:2] + metadata + content[2:] + b"trailing " + SERIAL.encode()


def profile() -> bytes:
    """Return a colour profile followed by the name of its author."""
    profile_bytes = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile_bytes[24:36] = bytes(12)  # These bytes contain the creation time.
    return bytes(profile_bytes) + AUTHOR.encode()


def png() -> bytes:
    """Return a PNG with text chunks of every kind, EXIF, a time and trailing data."""
    file = BytesIO()
    drawn("RGBA").save(file, "PNG")
    texts = (
        (b"tEXt", b"Author\x00" + AUTHOR.encode()),
        (b"zTXt", b"Comment\x00\x00" + zlib.compress(COMMENT.encode())),
        (b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + XMP_PACKET),
        (b"eXIf", exif()[6:]),
        (b"tIME", struct.pack(">HBBBBB", 2021, 9, 1, 8, 30, 0)),
    )
    content = file.getvalue()
    return content[:33] + b"".join(_chunk(*text) for text in texts) + content[33:] + PATH.encode()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def gif(frames: int = 3) -> bytes:
    """Return a GIF animation with a comment and trailing data."""
    file = BytesIO()
    pictures = [drawn().rotate(180 * (number % 2)) for number in range(frames)]
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=80, comment=COMMENT.encode(), loop=0
    )
    return file.getvalue() + SERIAL.encode()


def webp() -> bytes:
    """Return a WebP with EXIF, XMP and a colour profile."""
    file = BytesIO()
    drawn().save(file, "WEBP", quality=95, exif=exif(), xmp=XMP_PACKET, icc_profile=profile())
    return file.getvalue()


def avif() -> bytes:
    """Return an AVIF with EXIF and XMP."""
    file = BytesIO()
    drawn().save(file, "AVIF", quality=95, exif=exif(), xmp=XMP_PACKET)
    return file.getvalue()


def tiff(pages: int = 2) -> bytes:
    """Return a TIFF of several pages with a comment, author, serial number and XMP."""
    file = BytesIO()
    tags = ImageFileDirectory_v2()
    tags[270] = COMMENT
    tags[315] = AUTHOR
    tags[700] = XMP_PACKET
    tags[33432] = SERIAL
    pictures = [drawn() for _ in range(pages)]
    pictures[0].save(file, "TIFF", tiffinfo=tags, save_all=True, append_images=pictures[1:])
    return file.getvalue() + PATH.encode()


def bmp() -> bytes:
    """Return a BMP with trailing data."""
    file = BytesIO()
    drawn().save(file, "BMP")
    return file.getvalue() + AUTHOR.encode()


def heic() -> bytes:
    """Return the same picture as HEIC with EXIF and XMP. It was written once from `draw_picture` and `exif` with
    another library, since the library that reads it here can't write HEIC.
    """
    return b64decode(HEIC)


PICTURES: Mapping[str, bytes] = {
    "jpeg": jpeg(),
    "jpeg_grey": jpeg(mode="L"),
    "jpeg_print": jpeg(mode="CMYK"),
    "png": png(),
    "gif": gif(),
    "webp": webp(),
    "avif": avif(),
    "heic": heic(),
    "tiff": tiff(),
    "bmp": bmp(),
}
