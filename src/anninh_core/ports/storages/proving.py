"""The port for searching all stored data for sequences of bytes, to prove that destroyed content is gone."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from attrs import frozen


@frozen
class Sighting:
    """A place in stored data where a searched sequence of bytes was found.

    Attributes:
        needle: name of the needle.
        place: a file, or a table and a column.
    """

    needle: str
    place: str


@frozen(kw_only=True)
class ByteSearch:
    """Result of searching stored data for sequences of bytes.

    Attributes:
        looked_at: the searched places, in words.
        blind_spots: the places that can't be searched, in words.
    """

    sightings: tuple[Sighting, ...]
    looked_at: tuple[str, ...]
    blind_spots: tuple[str, ...]


@runtime_checkable
class LooksForBytes(Protocol):
    """A storage that can search all its data for sequences of bytes. Optional."""

    def find_bytes(self, needles: Mapping[str, bytes]) -> ByteSearch:
        """Overwrite deleted content where the engine allows it, and search the remaining data for sequences of bytes.

        This takes long, and others may have to wait meanwhile.

        Args:
            needles: bytes by a name, which the result repeats.

        Raises:
            StorageError: something can't be read.
        """
        ...
