"""Calls a use case, and records its answer or error, its journal entries and its changes of the storage."""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from attrs import evolve, frozen
from tests.trust.district import get_tables

from anninh_core.app import App
from anninh_core.kernel.errors import AnninhError, Refused
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing.memory.tables import StoredRow
from anninh_core.usecase import Actor

_UNSTORED = ("lock", "row_added", "has_new_rows", "ready", "specs", "__weakref__")


@frozen
class Outcome:
    """The effects of calling a use case.

    Attributes:
        entries: journal entries that the call wrote.
        changed: changed parts of the storage except the journal; "chat" for the mock platform.
    """

    answer: object
    error: Exception | None
    entries: tuple[Entry, ...]
    changed: tuple[str, ...]

    @property
    def is_refusal(self) -> bool:
        return isinstance(self.error, Refused)


class StorageSnapshot:
    """Keeps a copy of an app's storage, finds differences from the copy, and restores the storage from it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tables = get_tables(app)
        names = [name for name in type(self._tables).__slots__ if name not in _UNSTORED]
        self._kept = {name: _copy_value(getattr(self._tables, name)) for name in names}
        self._chat = self._count_chat()

    def call(self, verb: Callable[..., object], actor: Actor, arguments: Mapping[str, Any]) -> Outcome:
        """Call a use case, record its effects, and restore the storage; the mock chat isn't restored."""
        answer: object = None
        error: Exception | None = None
        try:
            answer = verb(actor, **arguments)
        except (AnninhError, AssertionError) as raised:
            error = raised
        lines = self._tables.journal[len(self._kept["journal"]) :]
        changed = [name for name, original in self._kept.items() if getattr(self._tables, name) != original]
        for name in changed:
            setattr(self._tables, name, _copy_value(self._kept[name]))
        changed += ["chat"] if self._count_chat() != self._chat else []
        self._chat = self._count_chat()
        entries = tuple(entry_from(line.content) for line in lines)
        return Outcome(
            answer, error, entries, tuple(name for name in changed if name not in ("journal", "journal_refs"))
        )

    def _count_chat(self) -> tuple[int, int]:
        oa: Any = self._app.internals.messengers["oa"]
        return len(oa.chat.groups()), len(oa.chat.messages())


def _copy_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy_value(item) for key, item in value.items()}
    return evolve(value) if isinstance(value, StoredRow) else copy(value) if isinstance(value, (list, set)) else value


def mask_value(text: str, value: Any) -> str:
    """Return a text with each part of `value` replaced by "…", because the caller passed the value and therefore knows
    it.
    """
    for form in _list_text_forms(value):
        text = text.replace(form, "…")
    return text


def _list_text_forms(value: Any) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    forms = [str(item) for item in values]
    return [*forms, *(form.partition(":")[2] for form in forms if ":" in form)]
