"""Handling a person's request for erasure: an officer decides, and may have all of the person's data erased.

A withdrawal that a platform reports erases nothing on its own. The workflow searches several subjects for obstacles: an
open case keeps its reporter's words, and so does a legal hold. A closed case keeps its own record for as long as the
profile says, without any link to its reporter.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

from anninh_core.domain.conversations.files import delete_files
from anninh_core.domain.conversations.model import (
    CONVERSATION,
    MESSAGE,
    Message,
    build_conversation_scope,
    build_identity_scope,
    message_scope,
)
from anninh_core.domain.registry import make_retention_policies
from anninh_core.domain.retention.coverage import iter_cases_of_resident, require_no_hold
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.retention.rules import ErasureState, get_purge_delay
from anninh_core.domain.services import Services
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.errors import Purged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import ErasureId, Reason
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

T = TypeVar("T")

_BATCH_SIZE = 200  # Maximum number of messages whose words one commit removes.


class ErasureWorkflow(Workflow):
    """Decides on requests for erasure, and erases a person's words, identity and conversation."""

    action_prefix = "withdrawing"

    def __init__(self, runner: UseCaseRunner, services: Services) -> None:
        super().__init__(runner, services)
        self._policies = make_retention_policies(runner.context.district)

    @workflow(Permission.OPERATE, public=True, step_up=True)
    def erase(self, actor: Actor, erasure_id: ErasureId, *, rule: str, reason: Reason) -> Erasure:
        """Decide that a person is erased: their identity and their words. The erasure is executed some days later.

        Until then a legal hold stops it. The worker executes it (see `carry_out`); called again once it is due, this
        does so too, under the existing decision.

        A closed case stays, with its own text, until its retention ends; its reporter can't be found any more. Backups
        hold encrypted data until the key of its epoch is destroyed, and words written in groups as long as the group's
        conversation is kept.

        Args:
            actor: who decides.
            erasure_id: the request, from `governance.erasures`.
            rule: the rule cited, such as the article of a law.
            reason: why, in words.

        Raises:
            Refused: the actor may not.
            WrongStep: a case isn't over, a legal hold forbids it, they are an officer, the person is unknown, or it was
                decided before.
        """
        grant = partial(self._grant_erasure, id=erasure_id, rule=rule, reason=reason)
        erasure = run_or_resume(
            actor,
            lambda: self._run_erasure_command(actor.for_step("grant"), grant),
            lambda _: self.services.retention.erasures.erasure(actor, erasure_id),
        )
        if erasure.state is not ErasureState.GRANTED or not self.is_due(erasure):
            return erasure
        return self.carry_out(actor, erasure_id)

    def is_due(self, erasure: Erasure) -> bool:
        """Return whether a request was granted long enough ago to be executed."""
        delay = get_purge_delay(self.context.district.retention_days)
        now = self.context.clock.now()
        return erasure.decided_at is not None and erasure.decided_at + delay <= now

    @workflow(Permission.OPERATE)
    def carry_out(self, actor: Actor, erasure_id: str) -> Erasure:
        """Erase a person after the request was granted and is due.

        First their words are removed from every message, also in groups, in batches, then the keys are destroyed that
        encrypted their identity and conversation; the erasure is done once none of them is left. After an error or a
        crash call it again: it continues from there.

        Raises:
            Refused: the actor may not.
            WrongStep: it wasn't granted, it isn't due, or something now prevents it (see `erase`); or a key still
                exists, such as while another worker purges.
        """
        unkeyed = actor.without_request()
        while messages := self._run_erasure_command(unkeyed, partial(self._remove_words, id=erasure_id)):
            self._delete_files(messages)
        order = partial(self._order_erasure, id=erasure_id)
        erasure = self._run_erasure_command(actor, order)
        if erasure.state is ErasureState.GRANTED:
            self.services.retention.purges.purge(unkeyed, scopes=erasure.scopes)
            erasure = self._run_erasure_command(actor, order)
        if erasure.state is not ErasureState.DONE:
            raise WrongStep(
                "Erasure {erasure} was ordered, but part of it isn't destroyed yet: carry it out again with "
                "{act:retention.erase}.",
                erasure=erasure_id,
            )
        return erasure

    def _run_erasure_command(self, actor: Actor, act: Callable[[UnitOfWork], T]) -> T:

        def run_recorded_act(uow: UnitOfWork) -> T:
            uow.record_every_refusal()
            return act(uow)

        return self.runner.run_command(actor, "withdrawing.erase", Permission.OPERATE, run_recorded_act)

    def _grant_erasure(self, uow: UnitOfWork, *, id: str, rule: str, reason: str) -> Erasure:
        erasure = uow.include(self.services.retention.erasures.erasure, id)
        uow.permit(erasure.unit)
        if erasure.state is ErasureState.GRANTED:  # The granted erasure waits until it is due, or it was interrupted.
            return erasure
        granted = self.services.retention.erasures.grant_erasure(uow, id, rule=rule, reason=reason)
        self._check_erasable(uow, erasure.conversation)
        return granted

    def _remove_words(self, uow: UnitOfWork, *, id: str) -> Sequence[Message]:
        """Remove the words from a batch of messages of one case, or of one month of a group; return the original
        messages.

        One audit log entry about several cases, or one erasure id in several entries, would link the cases of a person.
        """
        erasure = uow.include(self.services.retention.erasures.erasure, id)
        uow.permit(erasure.unit)
        self._check_due(erasure)
        remaining = list(self._check_erasable(uow, erasure.conversation))
        if not remaining:
            return ()
        place = message_scope(remaining[0])
        messages = [message for message in remaining if message_scope(message) == place][:_BATCH_SIZE]
        for message in messages:
            self.services.conversations.remove_words(uow, message.id)
        uow.facts |= {"erasure": self.context.names.mark(id, place), "messages": len(messages)}
        return messages

    def _delete_files(self, messages: Sequence[Message]) -> None:
        """Delete the files of messages that no longer have words: the files are encrypted with a case's key, which
        exists as long as the case.
        """
        names: dict[str, set[str]] = {}
        for message in messages:
            names.setdefault(message.conversation, set()).update(message.file_names)
        for conversation, file_names in names.items():
            delete_files(self.context, conversation, file_names)

    def _order_erasure(self, uow: UnitOfWork, *, id: str) -> Erasure:
        erasure = uow.include(self.services.retention.erasures.erasure, id)
        uow.permit(erasure.unit)
        self._check_due(erasure)
        if any(True for _ in self._check_erasable(uow, erasure.conversation)):
            raise WrongStep(
                "A message that erasure {erasure} covers has just arrived: carry it out again with "
                "{act:retention.erase}.",
                erasure=id,
            )
        ordered = self.services.retention.erasures.order_erasure(uow, id)
        # The encryption keys are destroyed next; the idempotency key is only recorded once none of them is left.
        if ordered.state is ErasureState.GRANTED:
            uow.drop_request()
        return ordered

    def _check_due(self, erasure: Erasure) -> None:
        if erasure.state is not ErasureState.GRANTED or not self.is_due(erasure):
            raise WrongStep(
                "Erasure {erasure} is {state}: it can be carried out only some days after it is granted.",
                erasure=erasure.id,
                state=erasure.state,
            )

    def _check_erasable(self, uow: UnitOfWork, conversation_id: str) -> Iterator[Message]:
        """Check that nothing prevents the erasure of a person, and make the commit fail if the person writes meanwhile.

        Returns:
            The person's messages that still have words.
        """
        _guard_conversation(uow, conversation_id)
        if any(officer.conversation == conversation_id for officer in uow.iter_all(OFFICER, "id")):
            raise WrongStep(
                "This is the chat of an officer, who must receive notices in it: first bind another chat to "
                "the officer with {act:units.begin_binding}."
            )
        messages = _find_messages(uow, conversation_id)
        cases = {message.case for message in messages} | set(
            iter_cases_of_resident(uow, self._policies, conversation_id)
        )
        for case in sorted(cases - {""}):
            ref = Ref.parse(case)
            if ref.kind in self._policies and self._policies[ref.kind].is_open(uow, ref.id):
                raise WrongStep(
                    "{case} isn't over, so its reporter's words must still be kept: end the case first.", case=case
                )
        chats = {message.conversation for message in messages} | {conversation_id}
        scopes = {build_identity_scope(conversation_id), *map(build_conversation_scope, chats), *(cases - {""})}
        require_no_hold(uow, self._policies, scopes)
        return (message for message in messages if not message.erased)


def _guard_conversation(uow: UnitOfWork, conversation_id: str) -> None:
    """Make the commit fail if the person writes meanwhile: each new message changes the person's conversation."""
    try:
        conversation = uow.get(CONVERSATION, conversation_id)
    except Purged:  # The identity was purged before, but the messages may still exist.
        return
    if conversation is not None:
        uow.guard_version(CONVERSATION, conversation)


def _find_messages(uow: UnitOfWork, conversation_id: str) -> list[Message]:
    """Return the messages of a person's one-to-one conversation, and the person's messages in groups."""
    messages = chain.from_iterable(
        uow.iter_all(MESSAGE, "oldest", where={column: conversation_id}) for column in ("conversation", "sender")
    )
    return [*{message.id: message for message in messages}.values()]
