"""Calling a use case and looking at what is left of it: the answer or the error, the entries, and what changed."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from attrs import evolve, frozen
from tests.trust.district import tables

from anninh_core.app import App
from anninh_core.kernel.errors import AnninhError, Refused
from anninh_core.ports.changes import Entry, entry_from
from anninh_core.testing.memory.tables import StoredRow
from anninh_core.usecase import Actor

_UNSTORED = ("lock", "row_added", "has_new_rows", "ready", "specs", "__weakref__")


@frozen
class Outcome:
    """What came of a call.

    Attributes:
        entries: what it left in the journal.
        changed: parts of the storage, the journal apart, that aren't as they were; "chat" for the pretend platform.
    """

    answer: object
    error: Exception | None
    entries: tuple[Entry, ...]
    changed: tuple[str, ...]

    @property
    def is_refusal(self) -> bool:
        return isinstance(self.error, Refused)


class Shelf:
    """Keeps an app's storage as it is, tells what differs from it, and puts it back."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._kept = self._stored()
        self._chat = self._said()

    def call(self, name: Any, actor: Actor, arguments: Mapping[str, Any]) -> Outcome:
        """Call a verb, look at what came of it, and put everything back."""
        answer: object = None
        error: Exception | None = None
        try:
            answer = name(actor, **arguments)
        except (AnninhError, AssertionError) as raised:
            error = raised
        entries = tuple(entry_from(line.content) for line in tables(self._app).journal[len(self._kept["journal"]) :])
        now = self._stored()
        changed = [part for part in now if part != "journal" and now[part] != self._kept[part]]
        changed += ["chat"] if self._said() != self._chat else []
        self.restore()
        return Outcome(answer, error, entries, tuple(changed))

    def restore(self) -> None:
        """Put the storage back; what was said on the platform stays said."""
        for part, value in self._kept.items():
            setattr(tables(self._app), part, _copied(value))
        self._chat = self._said()

    def _stored(self) -> dict[str, Any]:
        holds = tables(self._app)
        return {part: _copied(getattr(holds, part)) for part in type(holds).__slots__ if part not in _UNSTORED}

    def _said(self) -> tuple[int, int]:
        oa: Any = self._app.messengers["oa"]
        return len(oa.chat.groups()), len(oa.chat.messages())


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(held) for key, held in value.items()}
    return evolve(value) if isinstance(value, StoredRow) else copy(value) if isinstance(value, (list, set)) else value


def without(text: str, value: Any) -> str:
    """Return a text without what a caller put in, and so knows."""
    for said in _said_forms(value):
        text = text.replace(said, "…")
    return text


def _said_forms(value: Any) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    forms = [str(item) for item in values]
    return [*forms, *(form.partition(":")[2] for form in forms if ":" in form)]
