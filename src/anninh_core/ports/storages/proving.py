"""Search for bytes in all stored data, to prove that destroyed content is gone."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from attrs import frozen


@frozen
class Sighting:
    """A needle found in stored data.

    Attributes:
        needle: name of the needle.
        place: a file, or a table and a column.
    """

    needle: str
    place: str


@frozen(kw_only=True)
class ByteSearch:
    """Result of a search for bytes.

    Attributes:
        looked_at: the searched places, in words.
        blind_spots: the places that can't be searched, in words.
    """

    sightings: tuple[Sighting, ...]
    looked_at: tuple[str, ...]
    blind_spots: tuple[str, ...]


@runtime_checkable
class LooksForBytes(Protocol):
    """A storage that can search all its data for bytes. Optional."""

    def find_bytes(self, needles: Mapping[str, bytes]) -> ByteSearch:
        """Overwrite deleted content where the engine allows it, and search the remainder for needles.

        This takes long, and others may have to wait meanwhile.

        Args:
            needles: bytes by a name, which the result repeats.

        Raises:
            StorageError: something can't be read.
        """
        ...
