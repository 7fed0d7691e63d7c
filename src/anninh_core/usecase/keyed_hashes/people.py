"""Finds the records of a person, although only the person's own encrypted record lists the person's cases.

A column that names a person holds a keyed hash of the person and a place, such as one case: equal values occur in that
place only, and link nothing else. The records of a person are found by the places that the person's record lists.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from attrs import frozen

from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.storage import KeyRing
from anninh_core.usecase.kinds import Kind

_BATCH = 500  # This is the number of scopes that are read at a time.


@frozen
class People:
    """Functions to read and change the records of people.

    Attributes:
        cases: returns the cases that a person's record lists, as `kind:id`.
        with_case: returns a person's record with a case added to its list; the same object if it is listed.
        talk: kind of the erasure scopes that encrypt messages of group members; each is a place.
    """

    kind: Kind[Any]
    cases: Callable[[Any], tuple[str, ...]]
    with_case: Callable[[Any, str], Any]
    talk: str

    def places(self, person: Any | None, kinds: Collection[str], keyring: KeyRing) -> Iterator[str]:
        """Yield the places of some kinds in which a person may be named: the person's cases, and every group talk that
        is kept.
        """
        if person is not None:
            yield from (case for case in self.cases(person) if Ref.parse(case).kind in kinds)
        if self.talk in kinds:
            yield from iter_scopes(keyring, self.talk)

    def is_case(self, place: str) -> bool:
        """Return whether a place is a case, so that the record of a person named there must list it."""
        return bool(place) and Ref.parse(place).kind != self.talk


def iter_scopes(keyring: KeyRing, kind: str, after: str = "") -> Iterator[str]:
    """Yield the erasure scopes of a kind that have a key, sorted, beginning after the scope `after`."""
    prefix = f"{kind}:"
    last = after or prefix
    while keys := keyring.wrapped_otherwise("", _BATCH, last):
        scopes = [key.scope for key in keys if key.scope.startswith(prefix)]
        yield from scopes
        if len(scopes) < _BATCH:
            return
        last = scopes[-1]
