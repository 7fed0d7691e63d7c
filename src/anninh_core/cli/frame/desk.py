"""Where somebody works: the door of a folder, who acts, and whether a person is there to be asked."""

import mimetypes
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from attrs import field, frozen

from anninh_core.app import App
from anninh_core.cli.frame.labels import Labels
from anninh_core.operations import Door
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District


def at_terminal() -> bool:
    """Tell whether a person is there to be asked."""
    return sys.stdin.isatty()


@frozen(kw_only=True)
class Desk:
    """One call of a command.

    Attributes:
        here: folder from which paths count.
        asks: whether what is missing can be asked for.
        key: name of this one act.
    """

    app: App
    me: Actor
    here: Path
    asks: bool
    key: str
    door: Door = field(init=False)
    labels: Labels = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "door", Door(self.app))
        object.__setattr__(self, "labels", Labels(self.app.district, self.app.internals.runner.permits.name_officer))

    @property
    def district(self) -> District:
        """The profile."""
        return self.app.district

    def may(self, name: str) -> bool:
        """Return whether the officer's permissions allow an operation on some unit."""
        operation = self.door.find(name)
        held = {*self.read("units.whoami").permissions}
        return {operation.permission.value, *(need.value for need in operation.needs)} <= held

    def operation(self, name: str) -> Operation:
        """Return an operation of the door."""
        return self.door.find(name)

    def read(self, name: str, **arguments: object) -> Any:
        """Return what a query answers."""
        return self.door.call(self.me, name, self.door.decode(name, msgspec.json.encode(arguments)))

    def read_all(self, name: str, **arguments: object) -> Iterator[Any]:
        """Yield what is on all pages of a list."""
        after = ""
        while True:
            page = self.read(name, **arguments, after=after)
            yield from page.items
            if not page.next:
                return
            after = page.next

    def act(self, name: str, arguments: Mapping[str, object], *, seen: int | None = None, step: str = "") -> Any:
        """Carry an operation out and return its answer.

        Args:
            arguments: as JSON would have them.
            seen: the version in which the record was seen, None where it wasn't.
            step: of an act of several, each of which is done once.
        """
        operation = self.door.find(name)
        decoded = self.door.decode(name, msgspec.json.encode(arguments))
        actor = self.me.with_request(self.key + step) if operation.takes_key else self.me
        if seen is not None and operation.takes_version:
            actor = operation.seen_by(actor, seen, decoded)
        return self.door.call(actor, name, decoded)

    def upload(self, word: str) -> str:
        """Upload a file, and return the id by which an operation takes it."""
        path = self.here / word
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return self.door.uploads.put(self.me, path.read_bytes(), path.name, media_type)
