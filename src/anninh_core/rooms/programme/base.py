"""What all parts of the room share."""

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.work.kinds import Kind, M
from anninh_core.work.look import Look
from anninh_core.work.marks import Room


class ProgrammeRoom(Room):
    """Base of the room's parts."""

    room = "programme"

    def _held(self, look: Look, kind: Kind[M], id: str) -> M:
        return look.held(kind, id)


def in_words(text: str, what: str) -> str:
    """Return a text as NFC; `BadInput` for one without words."""
    if not text.strip():
        raise BadInput(f"{what} needs words")
    return nfc(text)
