"""Search for the names of officers in a resident's text."""

from collections.abc import Collection, Sequence

from anninh_core.domain.units.holders import iter_readable_officers
from anninh_core.usecase.context import UseCaseContext
from anninh_core.vocabulary.written_phrases import find_accented_phrases, split_written

_FULL_NAME = 2  # A full name has at least two words: a given name alone is too common.


def find_named_officers(context: UseCaseContext, text: str, units: Collection[str]) -> tuple[str, ...]:
    """Return the ids of officers named in a text: by full name, or by given name for officers of some units.

    Args:
        context: context with the officers' records.
        text: a resident's text.
        units: the accused units, as far as known.
    """
    district = context.district
    tokens = split_written(text, district.teen_code)
    honorifics = district.words.get("accused_honorific", ())

    def is_named(name: str, unit: str) -> bool:
        full = split_written(name, {})
        if len(full) >= _FULL_NAME and find_accented_phrases(tokens, (" ".join(full),)):
            return True
        is_accused = any(district.is_within(unit, accused) for accused in units)
        return bool(full) and is_accused and _has_addressed_name(tokens, honorifics, full[-1])

    return tuple(officer.id for officer in iter_readable_officers(context) if is_named(officer.name, officer.unit))


def _has_addressed_name(tokens: Sequence[str], honorifics: Sequence[str], given_name: str) -> bool:
    """Return whether a text has a given name after a form of address, such as "ông Hùng"."""
    return bool(find_accented_phrases(tokens, [f"{honorific} {given_name}" for honorific in honorifics]))
