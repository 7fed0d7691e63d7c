"""Looking for bytes in all that a storage keeps: whether what was destroyed is gone."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from attrs import frozen


@frozen
class Sighting:
    """A needle, by its name, and where it stands: a file, or a table and a column.

    Attributes:
        needle: name of what was found.
        place: where it stands.
    """

    needle: str
    place: str


@frozen(kw_only=True)
class ByteSearch:
    """What a search found.

    Attributes:
        looked_at: where it looked, in words.
        blind_spots: where it can't look, in words.
    """

    sightings: tuple[Sighting, ...]
    looked_at: tuple[str, ...]
    blind_spots: tuple[str, ...]


@runtime_checkable
class LooksForBytes(Protocol):
    """A storage that can look for bytes in all that it keeps. It needn't."""

    def find_bytes(self, needles: Mapping[str, bytes]) -> ByteSearch:
        """Do away with the remains of what was deleted, as far as the engine can, and look for needles in the rest.

        It takes long, and others may have to wait meanwhile.

        Args:
            needles: by names under which they are told again.

        Raises:
            StorageError: something can't be read.
        """
        ...
