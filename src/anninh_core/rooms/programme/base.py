"""What all parts of the room share: a record is held under a permission, and refusals come before "not found"."""

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import nfc
from anninh_core.work.kinds import Kind, M
from anninh_core.work.look import Look
from anninh_core.work.marks import Room


class ProgrammeRoom(Room):
    """Base of the room's parts."""

    room = "programme"

    def _held(self, look: Look, kind: Kind[M], id: str) -> M:
        """Load a record of the room whose unit the actor has the marked permission on.

        Raises:
            Refused: no permission there, or anywhere.
            NotFound: no such record.
        """
        found = look.peek(kind, id)
        if found is None:
            look.permitted_units()
            raise NotFound(f"there is no {kind.name} {id!r}")
        look.permit(kind.unit(found))
        return found

    def _units(self, look: Look, unit: str) -> tuple[str, ...] | None:
        """Return the units to list: those permitted, narrowed to `unit` and below if one is given; None for all."""
        permitted = look.permitted_units()
        if not unit:
            return None if permitted is None else tuple(permitted)
        asked = self.desk.district.subtree(unit)
        return asked if permitted is None else tuple(id for id in asked if id in set(permitted))


def in_words(text: str, what: str) -> str:
    """Return a text as NFC; `BadInput` for one without words."""
    if not text.strip():
        raise BadInput(f"{what} needs words")
    return nfc(text)
