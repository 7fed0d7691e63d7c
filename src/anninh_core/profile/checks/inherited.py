"""Checks that a profile inherits no text from another authority's profile that names a place there."""

from collections.abc import Iterator, Mapping

from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import words
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.schema import ProfileSchema
from anninh_core.profile.shapes import NAMES_PLACE, TomlTable
from anninh_core.profile.source import COMPLETED, ProfileSource

_PHRASES = frozenset({"words", "teen_code", "places"})
"""Tables and keys of a profile with phrases for searching texts; people don't read them."""


def check_inherited(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each text that names a place and is inherited from a profile of another authority.

    These are texts that the schema marks by `NAMES_PLACE`, and all texts that contain the name of a unit of that
    authority. A piece that is replaced as a whole, a table or an entry of a completed table, is reported once.
    """
    names = [f" {' '.join(words(name))} " for name in source.foreign_names]
    reported: set[str] = set()
    for place, text, is_marked in _iter_texts(profile) if source.foreign else ():
        piece = ".".join(place[:2]) if place[0] in COMPLETED else place[0]
        if piece in reported or piece not in source.foreign:
            continue
        folded = f" {' '.join(words(text))} "
        if is_marked or any(name in folded for name in names):
            reported.add(piece)
            problem = Sentence(
                "{text!r} comes from profile {profile!r} and names a place of its authority",
                text=text,
                profile=source.foreign[piece],
            )
            yield source.build_fault(".".join(place), problem, Sentence("write `{key}` in your own profile", key=piece))


def _iter_texts(
    value: object, place: tuple[str, ...] = (), *, is_marked: bool = False
) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    """Yield the texts in a part of a profile that people read, each with its place and whether the schema marks it as
    naming a place.
    """
    match value:
        case str() if value:
            yield place, value, is_marked
        case TomlTable():
            for key, field in type(value).model_fields.items():
                if key not in _PHRASES:
                    yield from _iter_texts(getattr(value, key), (*place, key), is_marked=NAMES_PLACE in field.metadata)
        case Mapping():
            for key, entry in value.items():
                yield from _iter_texts(entry, (*place, key), is_marked=is_marked)
        case list():
            for number, entry in enumerate(value, 1):
                yield from _iter_texts(entry, (*place, _get_entry_label(entry) or str(number)), is_marked=is_marked)


def _get_entry_label(entry: object) -> str:
    """Return the id or code of a list's entry, or ""."""
    label = getattr(entry, "id", None) or getattr(entry, "code", None)
    return label if isinstance(label, str) else ""
