"""Request keys: an act that is called again under its key is done once, and one that was broken off goes on.

A person's key belongs to that person and the operation: others, and other operations, may use the same words. It is
stored as a keyed hash, so that nobody who reads the storage learns or guesses it. A key of a part of the program is
stored as it is, for it was always so: what a worker sent before an upgrade isn't sent again after it.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import frozen

from anninh_core.kernel.errors import AlreadyDone
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import Scalar, entry_from
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.actor import Actor, ActorKind

T = TypeVar("T")

_QUALIFIED = "request:"
_FACT = "request_key"


@frozen
class RequestKey:
    """Under which key something is committed.

    Attributes:
        words: as whoever acts named it.
        stored: as the storage keeps it.
    """

    words: str
    stored: str

    @property
    def facts(self) -> Mapping[str, Scalar]:
        """Return by what the journal finds the entry that is committed under it."""
        return {_FACT: self.stored} if self.stored.startswith(_QUALIFIED) else {}


def request_key(keys: Keys, actor: Actor, action: str) -> RequestKey | None:
    """Return under which key an actor commits something, None for none.

    Args:
        action: how the journal names it; of a workflow's step, what counts is the workflow and the step's name.
    """
    words = actor.request
    act = actor.act
    if not words:
        return None
    owner, operation = (act.owner, act.operation) if act is not None else (actor.label, action)
    if owner.startswith(f"{ActorKind.SYSTEM.value}:"):
        return RequestKey(words, f"{words}/{actor.step}" if actor.step else words)
    # The words come last, as they may hold anything, also what parts the others.
    return RequestKey(words, _QUALIFIED + keys.blind("request", f"{owner}\n{operation}\n{actor.step}\n{words}"))


def describe_done(journal: Journal, key: RequestKey) -> AlreadyDone:
    """Return the error for what was committed under a key before, with what the journal says of it."""
    if not key.facts:
        return AlreadyDone(key.words)
    for line in journal.about(key.stored, limit=1):
        entry = entry_from(line.content)
        touched = tuple((one.kind, one.id, one.version) for one in entry.touched)
        return AlreadyDone(key.words, touched, {name: fact for name, fact in entry.facts.items() if name != _FACT})
    return AlreadyDone(key.words)


def resume(actor: Actor, step: Callable[[], T], read: Callable[[AlreadyDone], T]) -> T:
    """Run a step of a workflow; one that was committed when the workflow was called before isn't run again.

    Args:
        actor: who called the workflow.
        step: commits something under a key of its own, see `Actor.for_step`.
        read: returns from records what the step answered then.
    """
    try:
        return step()
    except AlreadyDone as done:
        if actor.act is None or not actor.request:
            raise
        actor.act.repeated.append(done)
        return read(done)
