"""What people send along in a play, in Zalo's words; small files stand for pictures and recordings."""

from collections.abc import Mapping

from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.testing import Sandbox
from anninh_zalo.testing.simulation import parts
from anninh_zalo.testing.simulation.parts import SandboxAttachment

# The first bytes of each format, so that whoever looks at what a file is finds what its name says.
_CONTENTS: Mapping[str, bytes] = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A isom",
    "docx": b"PK\x05\x06" + bytes(18),
}
_NAMES: Mapping[str, str] = {"image": "1.jpg", "video": "1.mp4", "audio": "1.m4a", "file": "1.docx"}


def build_part(sandbox: Sandbox, attachment: Attachment) -> SandboxAttachment:
    """Return an attachment as a person sends it; a file can be fetched from the sandbox's media host."""
    match attachment.kind:
        case "location":
            return parts.location(attachment.latitude or 0.0, attachment.longitude or 0.0)
        case "sticker":
            return parts.sticker(attachment.name or "1")
        case "link":
            return parts.link(attachment.url or attachment.name, attachment.name)
        case kind:
            return _file(sandbox, kind, attachment.name or _NAMES.get(kind, "1"))


def _file(sandbox: Sandbox, kind: str, name: str) -> SandboxAttachment:
    content = _CONTENTS.get(name.rpartition(".")[2], name.encode())
    url = sandbox.media(content, name)
    match kind:
        case "image":
            return parts.image(url)
        case "video":
            return parts.video(url)
        case "audio":
            return parts.audio(url)
        case _:
            return parts.file(url, name, content)
