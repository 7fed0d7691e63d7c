"""The ladder of a send: the ways to a recipient that the profile names, tried one after the other until one works.

Only the window, a plain message, can be looked for in the conversation afterwards. Before anything leaves by another
rung the row is therefore settled as unknown, with that rung as its delivery method: whatever happens then, even the end
of the process, nothing is sent a second time unless a person says so.
"""

from collections.abc import Callable, Sequence
from functools import partial

from attrs import frozen

from anninh_core.kernel.errors import RecipientUnreachable, RequestRejected, Unsupported
from anninh_core.ports.changes import OutboxSettled
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import SendsByRung
from anninh_core.ports.queues import OutboxRow, OutboxState
from anninh_core.vocabulary.district import TASK, WINDOW
from anninh_core.vocabulary.messages import OutgoingMessage, Place, Receipt


@frozen
class Rung:
    """One way to a recipient.

    Attributes:
        name: as the profile has it.
        send: sends; None for a person's task.
        marked: whether the row has to tell of this rung before anything leaves.
    """

    name: str
    send: Callable[[], Receipt] | None
    marked: bool = False

    def passes(self, error: Exception) -> bool:
        """Tell whether the next rung is tried: this one sent nothing.

        What the window won't take for its words is wrong on every rung. A template may fit less than the message.
        """
        if self.name == WINDOW:
            return isinstance(error, RecipientUnreachable)
        return isinstance(error, RecipientUnreachable | RequestRejected | Unsupported)


def rungs_of(ladder: Sequence[str], messenger: Messenger, message: OutgoingMessage) -> tuple[Rung, ...]:
    """Return the rungs of a ladder for a message; to a group nothing leads but the window and people."""
    found = (_rung(name, messenger, message) for name in ladder)
    in_group = message.to.place is Place.GROUP
    return tuple(rung for rung in found if not (in_group and rung.name not in (WINDOW, TASK)))


def _rung(name: str, messenger: Messenger, message: OutgoingMessage) -> Rung:
    if name == WINDOW:
        return Rung(name, partial(messenger.send, message))
    if name == TASK:
        return Rung(name, None)
    if isinstance(messenger, SendsByRung):
        return Rung(name, partial(messenger.send_by, name, message), marked=True)
    return Rung(name, _missing)


def _missing() -> Receipt:
    raise Unsupported("this messenger has no such way")


def is_begun(one: OutboxRow | OutboxSettled) -> bool:
    """Tell whether a message is just leaving by a rung above the window, or was cut off there: nothing has ended."""
    return one.state is OutboxState.UNKNOWN and bool(one.delivery_method) and not one.error


def is_marked(row: OutboxRow) -> bool:
    """Tell whether a row's outcome is unknown on a rung that no look into the conversation can tell about."""
    return row.state is OutboxState.UNKNOWN and bool(row.delivery_method)


def in_words(tried: Sequence[tuple[str, str]]) -> str:
    """Return what was tried and why it failed, in clear, for the failure desk."""
    if not tried:
        return "no rung of the purpose's ladder leads there; add `window` or `task` to it in the profile"
    if len(tried) == 1:
        return tried[0][1]
    return "; ".join(f"{rung}: {reason}" for rung, reason in tried)


def task(tried: Sequence[tuple[str, str]]) -> str:
    """Return what a person is told who has to reach somebody in another way."""
    wanted = "a person has to reach the recipient in another way"
    return f"{wanted}; {in_words(tried)}" if tried else wanted
