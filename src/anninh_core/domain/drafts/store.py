"""Storage of drafts, apart from the records, so that saving one adds no journal entry.

An officer has one list of drafts, encrypted with the officer's own key. The text of each draft is stored under a
number, encrypted with its subject's key, so that a purge of the subject includes it.
"""

from collections.abc import Callable, Collection, Sequence

import msgspec
from attrs import evolve

from anninh_core.domain.drafts.model import ENTRIES, MAX_DRAFTS, DraftEntry
from anninh_core.kernel.errors import BadInput, Conflict, Damaged, Purged
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.named_values.sealed_state import SealedState

_HOLDERS = "drafts"
_NAMES = "holders"
_LIST = "list"
_TRIES = 8
# The decoder is built only once, since msgspec 0.22 crashes if threads first inspect a class at the same time.
_OFFICERS = msgspec.json.Decoder(list[str])

Change = Callable[[tuple[DraftEntry, ...]], tuple[DraftEntry, ...]]


class DraftStore:
    """Storage of all officers' drafts."""

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    def entries(self, owner: str) -> tuple[DraftEntry, ...]:
        """Return an officer's list of drafts; empty if it can't be read."""
        try:
            stored = self._open_state(owner).get(_LIST, _build_officer_scope(owner))
        except (Purged, Damaged):
            return ()
        return ENTRIES.decode(stored.value) if stored.value else ()

    def words(self, owner: str, entry: DraftEntry, scope: str) -> str:
        """Return the text of a draft.

        Raises:
            DecryptionError: its subject was purged.
        """
        return self._open_state(owner).get(_build_slot_name(entry.slot), scope).value.decode()

    def save(self, owner: str, entry: DraftEntry, words: str, scope: str) -> DraftEntry:
        """Store a draft in place of the owner's earlier one of the same key.

        Raises:
            BadInput: the owner has the maximal number of drafts.
            DecryptionError: its subject was purged.
            Conflict: another session of the same officer changed the drafts first, again and again.
        """
        self._add_holder(owner)
        for _ in range(_TRIES):
            state = self._open_state(owner)
            scope_of_list = _build_officer_scope(owner)
            listed = state.get(_LIST, scope_of_list)
            entries = ENTRIES.decode(listed.value) if listed.value else ()
            others = tuple(other for other in entries if other.key != entry.key)
            earlier = next((other for other in entries if other.key == entry.key), None)
            placed = evolve(entry, slot=_find_free_slot(others) if earlier is None else earlier.slot)
            name = _build_slot_name(placed.slot)
            if not state.put(name, words.encode(), scope, state.version(name)):
                continue
            if state.put(_LIST, msgspec.json.encode((*others, placed)), scope_of_list, listed.version):
                return placed
        raise Conflict(
            "The drafts of officer {officer} changed {count} times in a row while this was being saved: try again.",
            officer=owner,
            count=_TRIES,
        )

    def remove(self, owner: str, keys: Collection[tuple[str, str, str]]) -> int:
        """Delete drafts; return how many existed."""
        removed: list[DraftEntry] = []

        def drop_removed(entries: tuple[DraftEntry, ...]) -> tuple[DraftEntry, ...]:
            removed[:] = [entry for entry in entries if entry.key in keys]
            return tuple(entry for entry in entries if entry.key not in keys)

        self._update_list(owner, drop_removed)
        for entry in removed:
            self._open_state(owner).clear(_build_slot_name(entry.slot))
        return len(removed)

    def record_warning(self, owner: str) -> None:
        """Record that an officer was notified of all drafts that expire soon."""
        now = self._context.clock.now()
        self._update_list(
            owner,
            lambda entries: tuple(evolve(entry, warned=entry.warned or entry.is_expiring(now)) for entry in entries),
        )

    def holders(self) -> tuple[str, ...]:
        """Return the officers who have drafts, or had some at the last upkeep."""
        stored = self._context.storage.states.get(_HOLDERS, _NAMES)
        return tuple(_OFFICERS.decode(stored.body)) if stored is not None and stored.body else ()

    def forget_holder(self, owner: str) -> None:
        """Remove an officer without drafts from the holders; one who saves a draft at the same moment stays."""
        self._change_holders(lambda names: names - {owner} if not self.entries(owner) else names)

    def _add_holder(self, owner: str) -> None:
        if owner not in self.holders():
            self._change_holders(lambda names: names | {owner})

    def _change_holders(self, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
        states = self._context.storage.states
        for _ in range(_TRIES):
            stored = states.get(_HOLDERS, _NAMES)
            names = sorted(change(frozenset(self.holders())))
            if states.put(_HOLDERS, _NAMES, msgspec.json.encode(names), 0 if stored is None else stored.version):
                return
        raise Conflict(
            "The list of officers with drafts changed {count} times in a row while this was being saved: try again.",
            count=_TRIES,
        )

    def _update_list(self, owner: str, change: Change) -> None:
        state = self._open_state(owner)
        scope = _build_officer_scope(owner)
        for _ in range(_TRIES):
            listed = state.get(_LIST, scope)
            entries = ENTRIES.decode(listed.value) if listed.value else ()
            changed = change(entries)
            if changed == entries or state.put(_LIST, msgspec.json.encode(changed), scope, listed.version):
                return
        raise Conflict(
            "The drafts of officer {officer} changed {count} times in a row while this was being saved: try again.",
            officer=owner,
            count=_TRIES,
        )

    def _open_state(self, owner: str) -> SealedState:
        return SealedState(self._context, f"drafts:{owner}")


def _find_free_slot(entries: Sequence[DraftEntry]) -> int:
    taken = {entry.slot for entry in entries}
    slot = next((number for number in range(MAX_DRAFTS) if number not in taken), None)
    if slot is None:
        raise BadInput("You have {count} drafts: send or discard some before you begin another.", count=len(entries))
    return slot


def _build_slot_name(slot: int) -> str:
    return f"words.{slot}"


def _build_officer_scope(officer: str) -> str:
    return f"officer:{officer}"
