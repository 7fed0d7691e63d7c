"""The context of a command: the operations of a folder, the acting officer, and whether a person can be asked."""

import mimetypes
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from attrs import field, frozen

from anninh_core.app import App
from anninh_core.cli.frame.labels import Labels
from anninh_core.operations import OperationGateway
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District


def is_at_terminal() -> bool:
    """Return whether a person at a terminal can be asked."""
    return sys.stdin.isatty()


@frozen(kw_only=True)
class Desk:
    """The context of one call of a command.

    Attributes:
        here: folder at which relative paths start.
        asks: whether a person can be asked for missing values.
        key: idempotency key of this act.
    """

    app: App
    me: Actor
    here: Path
    asks: bool
    key: str
    gateway: OperationGateway = field(init=False)
    labels: Labels = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "gateway", OperationGateway(self.app))
        object.__setattr__(self, "labels", Labels(self.app.district, self.app.internals.runner.permits.name_officer))

    @property
    def district(self) -> District:
        """The profile."""
        return self.app.district

    def may(self, name: str) -> bool:
        """Return whether the officer's permissions allow an operation on some unit."""
        operation = self.gateway.find(name)
        permissions = {*self.read("units.whoami").permissions}
        return {operation.permission.value, *(need.value for need in operation.needs)} <= permissions

    def operation(self, name: str) -> Operation:
        """Return an operation by its name."""
        return self.gateway.find(name)

    def read(self, name: str, **arguments: object) -> Any:
        """Call a query by its name and return its result."""
        return self.gateway.call(self.me, name, self.gateway.decode(name, msgspec.json.encode(arguments)))

    def read_all(self, name: str, **arguments: object) -> Iterator[Any]:
        """Yield the items on all pages of the list that the operation `name` returns."""
        after = ""
        while True:
            page = self.read(name, **arguments, after=after)
            yield from page.items
            if not page.next:
                return
            after = page.next

    def act(self, name: str, arguments: Mapping[str, object], *, seen: int | None = None, step: str = "") -> Any:
        """Carry an operation out and return its result.

        Args:
            arguments: arguments as in JSON.
            seen: version of the record that a person was shown, None if it wasn't shown.
            step: suffix of the key for one of several acts, so that each is done once.
        """
        operation = self.gateway.find(name)
        decoded = self.gateway.decode(name, msgspec.json.encode(arguments))
        actor = self.me.with_request(self.key + step) if operation.takes_key else self.me
        if seen is not None and operation.takes_version:
            actor = operation.add_seen_version(actor, seen, decoded)
        return self.gateway.call(actor, name, decoded)

    def upload(self, word: str) -> str:
        """Upload a file, and return the id of the upload for an operation."""
        path = self.here / word
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return self.gateway.uploads.put(self.me, path.read_bytes(), path.name, media_type)
