"""Calls a use case and records its effects: the answer or the error, the journal entries, and the changes."""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from attrs import evolve, frozen
from tests.trust.district import tables

from anninh_core.app import App
from anninh_core.kernel.errors import AnninhError, Refused
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing.memory.tables import StoredRow
from anninh_core.usecase import Actor

_UNSTORED = ("lock", "row_added", "has_new_rows", "ready", "specs", "__weakref__")


@frozen
class Outcome:
    """The effects of a call.

    Attributes:
        entries: journal entries that it wrote.
        changed: changed parts of the storage except the journal; "chat" for the mock platform.
    """

    answer: object
    error: Exception | None
    entries: tuple[Entry, ...]
    changed: tuple[str, ...]

    @property
    def is_refusal(self) -> bool:
        return isinstance(self.error, Refused)


class Shelf:
    """Keeps a copy of an app's storage, finds differences from the copy, and restores it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tables = tables(app)
        names = [name for name in type(self._tables).__slots__ if name not in _UNSTORED]
        self._kept = {name: _copied(getattr(self._tables, name)) for name in names}
        self._chat = self._count_chat()

    def call(self, verb: Callable[..., object], actor: Actor, arguments: Mapping[str, Any]) -> Outcome:
        """Call a verb, record its effects, and restore the storage; the mock chat isn't restored."""
        answer: object = None
        error: Exception | None = None
        try:
            answer = verb(actor, **arguments)
        except (AnninhError, AssertionError) as raised:
            error = raised
        lines = self._tables.journal[len(self._kept["journal"]) :]
        changed = [name for name, original in self._kept.items() if getattr(self._tables, name) != original]
        for name in changed:
            setattr(self._tables, name, _copied(self._kept[name]))
        changed += ["chat"] if self._count_chat() != self._chat else []
        self._chat = self._count_chat()
        entries = tuple(entry_from(line.content) for line in lines)
        return Outcome(
            answer, error, entries, tuple(name for name in changed if name not in ("journal", "journal_refs"))
        )

    def _count_chat(self) -> tuple[int, int]:
        oa: Any = self._app.internals.messengers["oa"]
        return len(oa.chat.groups()), len(oa.chat.messages())


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return evolve(value) if isinstance(value, StoredRow) else copy(value) if isinstance(value, (list, set)) else value


def without(text: str, value: Any) -> str:
    """Return a text without the values that the caller passed and therefore knows."""
    for form in _text_forms(value):
        text = text.replace(form, "…")
    return text


def _text_forms(value: Any) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    forms = [str(item) for item in values]
    return [*forms, *(form.partition(":")[2] for form in forms if ":" in form)]
