"""Request keys: an act that is called twice under one key runs once, and an interrupted act is continued.

A person's key belongs to that person and operation: others, and other operations, may use the same words. It is stored
as a keyed hash, so that readers of the storage can't learn or guess it. A key of a part of the program is stored
unhashed for compatibility: messages sent by a worker before an upgrade aren't sent again after it.
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
    """The request key under which an act is committed.

    Attributes:
        words: the key as the actor gave it.
        stored: the key as stored.
    """

    words: str
    stored: str

    @property
    def facts(self) -> Mapping[str, Scalar]:
        """The facts that identify the journal entry that was committed under this key."""
        return {_FACT: self.stored} if self.stored.startswith(_QUALIFIED) else {}


def request_key(keys: Keys, actor: Actor, action: str) -> RequestKey | None:
    """Return the request key for a commit by an actor, or None if the actor has none.

    Args:
        action: action name in the journal; for a step of a workflow, the workflow and the step's name count instead.
    """
    words = actor.request
    act = actor.act
    if not words:
        return None
    owner, operation = (act.owner, act.operation) if act is not None else (actor.label, action)
    if owner.startswith(f"{ActorKind.SYSTEM.value}:"):
        return RequestKey(words, f"{words}/{actor.step}" if actor.step else words)
    # The words come last, as they may contain any characters, even the separator of the other parts.
    return RequestKey(words, _QUALIFIED + keys.blind("request", f"{owner}\n{operation}\n{actor.step}\n{words}"))


def build_done_error(journal: Journal, key: RequestKey) -> AlreadyDone:
    """Return the error for an act that was committed earlier under a key, with the journal's facts about that act."""
    if not key.facts:
        return AlreadyDone(key.words)
    for line in journal.about(key.stored, limit=1):
        entry = entry_from(line.content)
        touched = tuple((record.kind, record.id, record.version) for record in entry.touched)
        return AlreadyDone(key.words, touched, {name: fact for name, fact in entry.facts.items() if name != _FACT})
    return AlreadyDone(key.words)


def run_or_resume(actor: Actor, step: Callable[[], T], read: Callable[[AlreadyDone], T]) -> T:
    """Run a step of a workflow, or return its earlier result if an earlier call of the workflow committed it.

    Args:
        actor: caller of the workflow.
        step: commits under its own key, see `Actor.for_step`.
        read: returns the earlier result of the step from records.
    """
    try:
        return step()
    except AlreadyDone as done:
        if actor.act is None or not actor.request:
            raise
        actor.act.repeated.append(done)
        return read(done)
