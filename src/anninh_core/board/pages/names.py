"""Names of units, officers, categories and roles on a page."""

from collections.abc import Callable, Iterable
from typing import Any

from anninh_core import App
from anninh_core.board.words.page_words import PageWords
from anninh_core.kernel.errors import AnninhError

_AT_ONCE = 200
_UNITS = frozenset({"unit", "units", "granted", "handling_unit"})
_OFFICERS = frozenset({"officer", "officers", "holder"})
_CATEGORIES = frozenset({"category", "categories"})
_ROLES = frozenset({"role", "roles"})


class Names:
    """Looks up names, each once per page, and officers' names in batches.

    Args:
        call: calls an operation by its name and arguments, as the page does.
    """

    def __init__(self, app: App, words: PageWords, call: Callable[..., Any]) -> None:
        self._district = app.district
        self.words = words
        self._call = call
        self._officers: dict[str, str] = {}

    def load(self, ids: Iterable[str]) -> None:
        """Load the officers' names that aren't loaded yet; a viewer without permission for them gets none."""
        missing = sorted({id for id in ids if id} - self._officers.keys())
        for start in range(0, len(missing), _AT_ONCE):
            batch = missing[start : start + _AT_ONCE]
            try:
                names = self._call("units.names", officer_ids=tuple(batch)).officers
            except AnninhError:
                names = {}
            self._officers.update({id: names.get(id, "") for id in batch})

    def officer(self, id: str) -> str:
        """Return an officer's name, "another officer" if the name is unknown, "" without an id."""
        return self._find_officer_name(id) or self.words("another officer") if id else ""

    def _find_officer_name(self, id: str) -> str:
        plain = id.removeprefix("person:")
        if plain not in self._officers:
            self.load((plain,))
        return self._officers[plain]

    def unit(self, id: str) -> str:
        """Return a unit's name, made distinct from other units of the same name."""
        return self._district.unit_labels.get(id, id)

    def category(self, id: str) -> str:
        """Return the name of a category of tips or of content."""
        category = self._district.incoming.get(id) or self._district.outgoing.get(id)
        return category.name if category is not None else id

    def role(self, id: str) -> str:
        """Return a role's name."""
        role = self._district.roles.get(id)
        return role.name if role is not None else id

    def value(self, name: str, value: str) -> str:
        """Return the label of a value in a sentence, by the field's name; the value itself if it has no label."""
        if name in _ROLES:
            return self.role(value)
        if name in _UNITS:
            return self.unit(value)
        if name in _OFFICERS:
            return self._find_officer_name(value) or value
        if name == "argument":
            return self.words.field("", value)
        return self.category(value) if name in _CATEGORIES else value

    def word(self, key: str) -> str:
        """Return the profile's wording for a key such as `legal_kind.complaint`, or else the last part of the key."""
        return self._district.wording.get(key) or key.rpartition(".")[2]
