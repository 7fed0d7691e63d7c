"""What units and officers are called on a page."""

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
    """Looks names up, each once a page, and many at a time.

    Args:
        call: carries out an operation by its name and arguments, as the page does.
    """

    def __init__(self, app: App, words: PageWords, call: Callable[..., Any]) -> None:
        self._district = app.district
        self.words = words
        self._call = call
        self._officers: dict[str, str] = {}

    def load(self, ids: Iterable[str]) -> None:
        """Ask for the names of officers that aren't known yet; whoever may not read lists sees ids alone."""
        wanted = sorted({id for id in ids if id} - self._officers.keys())
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            try:
                found = self._call("units.names", officer_ids=tuple(some)).officers
            except AnninhError:
                found = {}
            self._officers.update({id: found.get(id, "") for id in some})

    def officer(self, id: str) -> str:
        """Return an officer's name; an unknown one's is told as such."""
        return self._known_officer(id) or self.words("another officer") if id else ""

    def _known_officer(self, id: str) -> str:
        plain = id.removeprefix("person:")
        if plain not in self._officers:
            self.load((plain,))
        return self._officers[plain]

    def unit(self, id: str) -> str:
        """Return a unit's name, told from those of others that are called the same."""
        return self._district.unit_labels.get(id, id)

    def category(self, id: str) -> str:
        """Return what a category of tips or of content is called."""
        found = self._district.incoming.get(id) or self._district.outgoing.get(id)
        return found.name if found is not None else id

    def role(self, id: str) -> str:
        """Return what a role is called."""
        role = self._district.roles.get(id)
        return role.name if role is not None else id

    def value(self, name: str, value: str) -> str:
        """Return what people call the value of a field that a sentence names, the value itself where it has no name."""
        if name in _ROLES:
            return self.role(value)
        if name in _UNITS:
            return self.unit(value)
        if name in _OFFICERS:
            return self._known_officer(value) or value
        if name == "argument":
            return self.words.field("", value)
        return self.category(value) if name in _CATEGORIES else value

    def word(self, key: str) -> str:
        """Return a wording of the profile, such as `legal_kind.complaint`, or else what the key ends with."""
        return self._district.wording.get(key) or key.rpartition(".")[2]
