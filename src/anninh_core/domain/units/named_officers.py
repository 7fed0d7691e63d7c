"""Officers whom a resident's words name."""

from collections.abc import Collection, Sequence

from anninh_core.domain.units.holders import iter_officers
from anninh_core.usecase.context import UseCaseContext
from anninh_core.vocabulary.written_phrases import find_written, split_written

_FULL_NAME = 2  # words: a given name alone belongs to many


def find_named_officers(context: UseCaseContext, text: str, units: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the officers whom a text names: by their full name, or at home in some units by the given name.

    Args:
        context: where the officers are.
        text: a resident's words.
        units: the accused units, as far as known.
    """
    district = context.district
    tokens = split_written(text, district.teen_code)
    honorifics = district.words.get("accused_honorific", ())

    def is_named(name: str, unit: str) -> bool:
        full = split_written(name, {})
        if len(full) >= _FULL_NAME and find_written(tokens, (" ".join(full),)):
            return True
        is_accused = any(district.is_within(unit, accused) for accused in units)
        return bool(full) and is_accused and _is_called(tokens, honorifics, full[-1])

    return tuple(officer.id for officer in iter_officers(context) if is_named(officer.name, officer.unit))


def _is_called(tokens: Sequence[str], honorifics: Sequence[str], given_name: str) -> bool:
    """Return whether words have a given name behind a word of address: "ông Hùng"."""
    return bool(find_written(tokens, [f"{honorific} {given_name}" for honorific in honorifics]))
