"""What is done when a person withdraws: their wish is put before an officer, who may have everything of theirs erased.

A platform tells that somebody withdraws; nothing is erased by that. What stands against it is looked for in several
rooms: a case that isn't over keeps the words of whoever reported it, and so does a legal hold. A case that is over
keeps its own record for as long as the profile says, without knowing any more whose it was.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar

from anninh_core.kernel.errors import DecryptionError, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.rooms.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.rooms.registry import retention_policies
from anninh_core.rooms.retention.kind import LEGAL_HOLD
from anninh_core.rooms.retention.model import Erasure, ErasureState
from anninh_core.rooms.retention.policy import RetentionPolicy
from anninh_core.rooms.services import Services
from anninh_core.rooms.units.model import OFFICER
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.marks import workflow
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork
from anninh_core.workflows.base import Workflow

T = TypeVar("T")

_PORTION = 200  # messages that go in one commit
_WHOSE: Mapping[str, tuple[str, str]] = {
    "tip": ("newest", "conversation"),
    "inquiry": ("newest", "conversation"),
    "post": ("newest", "author"),
}
"""Kind of case -> one of its orders, and the column that says whose it is."""


class ErasureWorkflow(Workflow):
    """Joins retention, conversations and the subjects with cases."""

    room = "withdrawing"

    def __init__(self, runner: UseCaseRunner, rooms: Services) -> None:
        super().__init__(runner, rooms)
        self._keepings = retention_policies(runner.context.district)

    @workflow(Permission.OPERATE)
    def erase(self, actor: Actor, erasure_id: str, *, rule: str, reason: str) -> Erasure:
        """Decide that somebody is erased, and do it: who they are, and their words.

        First the decision is written down, then their words are taken out of every message, those in groups too, in
        portions, and last the keys are destroyed that sealed their identity and conversation. After an error or a crash
        call it again: it goes on from there, under the decision that stands.

        A case that is over stays, with its own text, until its retention ends; who reported it can't be found any more.
        Backups hold what was sealed until the key of its epoch is destroyed, and words said in groups as long as the
        group's conversation is kept.

        Args:
            actor: who decides.
            erasure_id: whose wish, of `governance.erasures`.
            rule: the rule cited, such as the article of a law.
            reason: why, in words.

        Raises:
            Refused: the actor may not.
            WrongStep: a case isn't over, a legal hold forbids it, they are an officer, nobody knows who asked, or it
                was decided before.
        """
        self._do(actor, partial(self._grant, id=erasure_id, rule=rule, reason=reason))
        while self._do(actor, partial(self._take_words, id=erasure_id)) == _PORTION:
            continue
        erased = self._do(actor, partial(self._order, id=erasure_id))
        self.rooms.retention.purges.purge(actor, scopes=erased.scopes)
        return erased

    def _do(self, actor: Actor, act: Callable[[UnitOfWork], T]) -> T:
        return self.runner.run_command(actor, "withdrawing.erase", Permission.OPERATE, act)

    def _grant(self, draft: UnitOfWork, *, id: str, rule: str, reason: str) -> None:
        erasure = draft.include(self.rooms.retention.erasures.erasure, id)
        draft.permit(erasure.unit)
        if erasure.state is ErasureState.GRANTED:  # it was broken off
            return
        self.rooms.retention.erasures.grant_erasure(draft, id, rule=rule, reason=reason)
        self._check(draft, erasure.conversation)

    def _take_words(self, draft: UnitOfWork, *, id: str) -> int:
        """Take the words out of some messages; return of how many."""
        erasure = draft.include(self.rooms.retention.erasures.erasure, id)
        draft.permit(erasure.unit)
        portion = [*islice(self._check(draft, erasure.conversation), _PORTION)]
        for message in portion:
            self.rooms.conversations.remove_words(draft, message.id)
        draft.facts |= {"erasure": id, "messages": len(portion)}
        return len(portion)

    def _order(self, draft: UnitOfWork, *, id: str) -> Erasure:
        erasure = draft.include(self.rooms.retention.erasures.erasure, id)
        draft.permit(erasure.unit)
        if any(True for _ in self._check(draft, erasure.conversation)):
            raise WrongStep(f"something was said just now that erasure {id} is about; carry it out again")
        return self.rooms.retention.erasures.order_erasure(draft, id)

    def _check(self, draft: UnitOfWork, where: str) -> Iterator[Message]:
        """Check that nothing stands against erasing somebody, or begins to before the commit.

        Returns:
            Their messages that still have words.
        """
        _hold(draft, where)
        if any(officer.conversation == where for officer in draft.every(OFFICER, "id")):
            raise WrongStep(
                "this is the chat of an officer, whom notices must reach; give the officer another one first"
            )
        messages = _said(draft, where)
        cases = {message.case for message in messages} | set(self._cases(draft, where))
        for case in sorted(cases - {""}):
            ref = Ref.parse(case)
            if ref.kind in self._keepings and self._keepings[ref.kind].is_open(draft, ref.id):
                raise WrongStep(f"{case} isn't over, and keeps the words of whoever reported it; end the case first")
        chats = {message.conversation for message in messages} | {where}
        _forbid_holds(draft, {f"identity:{where}", *(f"conversation:{chat}" for chat in chats), *(cases - {""})})
        return (message for message in messages if not message.erased)

    def _cases(self, draft: UnitOfWork, where: str) -> Iterator[str]:
        """Yield `kind:id` of the cases that name somebody; those purged already can't be read, and are over."""
        for kind, (order, column) in _WHOSE.items():
            keeping: RetentionPolicy[Any] = self._keepings[kind]
            for model in draft.every(keeping.kind, order, where={column: where}):
                yield str(Ref(kind, model.id))


def _hold(draft: UnitOfWork, where: str) -> None:
    """Let the commit fail if they write meanwhile: each message changes their conversation."""
    try:
        conversation = draft.peek(CONVERSATION, where)
    except DecryptionError:  # their identity was purged before; what they said may still be there
        return
    if conversation is not None:
        draft.hold(CONVERSATION, conversation)


def _said(draft: UnitOfWork, where: str) -> list[Message]:
    """Return what was said with somebody one-to-one, and by them in groups."""
    found = chain.from_iterable(
        draft.every(MESSAGE, "oldest", where={column: where}) for column in ("conversation", "sender")
    )
    return [*{message.id: message for message in found}.values()]


def _forbid_holds(draft: UnitOfWork, scopes: set[str]) -> None:
    held = [hold for hold in draft.every(LEGAL_HOLD, "due", where={"running": True}) if hold.scope in scopes]
    if held:
        raise WrongStep(f"legal hold {held[0].id} stands since {held[0].since} against it; release the hold first")
    for scope in sorted(scopes):
        draft.hold_none(LEGAL_HOLD, {"scope": scope, "running": True})
