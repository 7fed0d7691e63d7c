"""Where drafts lie: beside the records, so that a word more or less is no entry in the journal.

An officer has one list of what there is, sealed with the officer's own key, and the words of each draft under a number,
sealed with the key of what they are about: a purge of that takes them with it.
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
_OFFICERS = msgspec.json.Decoder(list[str])  # built once: see `ports.changes`

Change = Callable[[tuple[DraftEntry, ...]], tuple[DraftEntry, ...]]


class DraftStore:
    """The drafts of all officers."""

    def __init__(self, context: UseCaseContext) -> None:
        self._context = context

    def entries(self, owner: str) -> tuple[DraftEntry, ...]:
        """Return what an officer has, none where that can't be read."""
        try:
            stored = self._state(owner).get(_LIST, _officer_scope(owner))
        except (Purged, Damaged):
            return ()
        return ENTRIES.decode(stored.value) if stored.value else ()

    def words(self, owner: str, entry: DraftEntry, scope: str) -> str:
        """Return the words of a draft.

        Raises:
            DecryptionError: what they are about was purged.
        """
        return self._state(owner).get(_slot_name(entry.slot), scope).value.decode()

    def save(self, owner: str, entry: DraftEntry, words: str, scope: str) -> DraftEntry:
        """Store a draft in place of the owner's earlier one of the same key.

        Raises:
            BadInput: the owner has as many as anybody may.
            DecryptionError: what it is about was purged.
            Conflict: somebody signed in as the same officer was faster, again and again.
        """
        self._note_holder(owner)
        for _ in range(_TRIES):
            state = self._state(owner)
            scope_of_list = _officer_scope(owner)
            listed = state.get(_LIST, scope_of_list)
            known = ENTRIES.decode(listed.value) if listed.value else ()
            others = tuple(one for one in known if one.key != entry.key)
            earlier = next((one for one in known if one.key == entry.key), None)
            placed = evolve(entry, slot=_free_slot(others) if earlier is None else earlier.slot)
            name = _slot_name(placed.slot)
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
        """Take drafts away; return how many there were."""
        gone: list[DraftEntry] = []

        def without(known: tuple[DraftEntry, ...]) -> tuple[DraftEntry, ...]:
            gone[:] = [one for one in known if one.key in keys]
            return tuple(one for one in known if one.key not in keys)

        self._change(owner, without)
        for entry in gone:
            self._state(owner).clear(_slot_name(entry.slot))
        return len(gone)

    def note_warned(self, owner: str) -> None:
        """Note that an officer was told of all that goes soon."""
        now = self._context.clock.now()
        self._change(
            owner, lambda known: tuple(evolve(one, warned=one.warned or one.is_expiring(now)) for one in known)
        )

    def holders(self) -> tuple[str, ...]:
        """Return the officers who have drafts, or had some until the last look."""
        stored = self._context.storage.states.get(_HOLDERS, _NAMES)
        return tuple(_OFFICERS.decode(stored.body)) if stored is not None and stored.body else ()

    def forget_holder(self, owner: str) -> None:
        """Note that an officer has none any more; one who saves one at the same moment stays."""
        self._change_holders(lambda names: names - {owner} if not self.entries(owner) else names)

    def _note_holder(self, owner: str) -> None:
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

    def _change(self, owner: str, change: Change) -> None:
        state = self._state(owner)
        scope = _officer_scope(owner)
        for _ in range(_TRIES):
            listed = state.get(_LIST, scope)
            known = ENTRIES.decode(listed.value) if listed.value else ()
            changed = change(known)
            if changed == known or state.put(_LIST, msgspec.json.encode(changed), scope, listed.version):
                return
        raise Conflict(
            "The drafts of officer {officer} changed {count} times in a row while this was being saved: try again.",
            officer=owner,
            count=_TRIES,
        )

    def _state(self, owner: str) -> SealedState:
        return SealedState(self._context, f"drafts:{owner}")


def _free_slot(known: Sequence[DraftEntry]) -> int:
    taken = {one.slot for one in known}
    slot = next((number for number in range(MAX_DRAFTS) if number not in taken), None)
    if slot is None:
        raise BadInput("You have {count} drafts: send or discard some before you begin another.", count=len(known))
    return slot


def _slot_name(slot: int) -> str:
    return f"words.{slot}"


def _officer_scope(officer: str) -> str:
    return f"officer:{officer}"
