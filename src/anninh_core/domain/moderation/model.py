"""A post under moderation: flagged by a program or officer, ruled on by a person, appeals decided by another person."""

from datetime import date, datetime, timedelta
from hashlib import sha256

import msgspec
from attrs import evolve, field, frozen

from anninh_core.domain.moderation.states import GROUP_ACTIONS, TRANSITIONS, ModerationAction, PostState
from anninh_core.domain.moderation.views import AppealView, FlagView, ModerationTaskView, PostView, RulingView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import Actor, ActorKind, ActorName
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Flag

S = PostState


def _get_actor_name(actor: ActorName) -> ActorName:
    return actor.name if isinstance(actor, Actor) else actor


@frozen(kw_only=True)
class Ruling:
    """A person's decision about a post.

    Attributes:
        action: the measure.
        rule: code of the charter rule.
        text: the person's own words.

    Raises:
        Refused: `by` is a part of the program. A machine flags; only a person decides.
    """

    by: ActorName = field(converter=_get_actor_name)
    at: datetime
    action: ModerationAction
    rule: str
    text: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if self.by.kind is not ActorKind.PERSON:
            raise Refused("Only a person decides about a post, not {actor}.", actor=self.by.label)

    def to_view(self) -> RulingView:
        """Return the read-only view of the ruling."""
        return make_view(RulingView, self, by=self.by.id)


@frozen(kw_only=True)
class ModerationTask:
    """A measure to be taken in the group because of a ruling.

    Attributes:
        undo: whether the measure is to be reverted instead.
        by_hand: whether a person must do it, because the messenger can't.
        proof: evidence that it was done; "" before.
        action: the measure.
    """

    action: ModerationAction
    undo: bool = False
    by_hand: bool = False
    proof: str = ""

    def to_view(self) -> ModerationTaskView:
        """Return the read-only view of the task."""
        return make_view(ModerationTaskView, self)


@frozen(kw_only=True)
class Appeal:
    """The author's appeal, and another person's decision about it."""

    words: str = field(repr=False)
    at: datetime
    by: ActorName | None = None
    decided_at: datetime | None = None
    text: str = field(default="", repr=False)

    def to_view(self) -> AppealView:
        """Return the read-only view of the appeal."""
        return make_view(AppealView, self, by=self.by.id if self.by is not None else "")


@frozen(kw_only=True)
class Post:
    """A message in a group that a moderator should review.

    Attributes:
        id: the message's id, so that no post is ever raised twice.
        unit: the group's unit.
        conversation: the group's conversation id.
        evidence: SHA-256 of the original text and attachments.
        excerpt: the beginning of the text; content is kept short, the hash is kept long.
        raised_by: label of the actor who raised it.
        flags: flags of opinion plugins.
        author: conversation id of the author, "" if unknown.
        group: id of the group.
        raised_at: when it was submitted to the moderators.
        ruling: the decision; None before.
        task: the measure to be taken in the group, or already taken; None for none.
        appeal: the author's appeal; None without one.
    """

    id: str
    unit: str
    group: str
    conversation: str
    author: str
    evidence: str
    excerpt: str = field(repr=False)
    raised_by: str
    raised_at: datetime
    flags: tuple[Flag, ...] = ()
    state: PostState = PostState.RAISED
    ruling: Ruling | None = None
    task: ModerationTask | None = None
    appeal: Appeal | None = None
    version: int = 0

    def to_view(self) -> PostView:
        """Return the read-only view of the post."""
        return make_view(PostView, self, flags=tuple(make_view(FlagView, flag) for flag in self.flags))

    @property
    def needs_manual_action(self) -> bool:
        """Whether a person still has to do something in the group because of the post."""
        return self.task is not None and self.task.by_hand and not self.task.proof

    def ended_on(self, appeal: timedelta) -> date | None:
        """Return the last day on which the post can change; None without a ruling, or with an open appeal or task.

        Args:
            appeal: time after the ruling in which its author may appeal.
        """
        if self.ruling is None or self.state is S.APPEALED or (self.task is not None and not self.task.proof):
            return None
        if self.appeal is not None and self.appeal.decided_at is not None:
            return local_date(self.appeal.decided_at)
        return local_date(self.ruling.at) + appeal

    @property
    def required_ruling(self) -> Ruling:
        """The ruling about the post.

        Raises:
            WrongStep: there is no ruling yet.
        """
        if self.ruling is None:
            raise WrongStep(
                "Post {post} is {state} and has no decision yet: decide about it first with {act:moderation.decide}.",
                post=self.id,
                state=self.state,
            )
        return self.ruling

    def require_possible(self, to: PostState) -> None:
        """Check that the state machine allows the transition to the state `to`.

        Raises:
            WrongStep: the transition isn't allowed; the error names the possible states.
        """
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Post {post} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                post=self.id,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    def moved(self, to: PostState) -> "Post":
        """Return the post in the state `to`; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to)

    def flagged(self, flags: tuple[Flag, ...]) -> "Post":
        """Return the post with further flags, each once."""
        return evolve(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))

    def decided(self, ruling: Ruling, *, able: bool) -> "Post":
        """Return the post with a ruling; a measure that the messenger can't take becomes a task for a person."""
        if not ruling.text.strip():
            raise BadInput(
                "The decision about post {post} only names a rule: add an explanation in your own words.", post=self.id
            )
        acts = ruling.action in GROUP_ACTIONS
        task = ModerationTask(action=ruling.action, by_hand=not able) if acts else None
        return evolve(self.moved(S.DECIDED), ruling=ruling, task=task)

    def require_open_task(self) -> ModerationTask:
        """Return the open task that a ruling about the post requires in the group.

        Raises:
            WrongStep: there is none.
        """
        if self.task is None or self.task.proof:
            raise WrongStep("Post {post} has no open task in its group.", post=self.id)
        return self.task

    def left_to_hand(self) -> "Post":
        """Return the post after the messenger failed to take the measure: a person has to take it, or there is no task
        if the ruling was overturned.
        """
        task = self.require_open_task()
        return evolve(self, task=None if self._is_void_task(task) else evolve(task, by_hand=True))

    def done(self, proof: str) -> "Post":
        """Return the post with its task done; if the ruling was overturned meanwhile, a person reverts the measure."""
        if not proof.strip():
            raise BadInput("The task of post {post} has no proof: write how it was done.", post=self.id)
        task = self.require_open_task()
        if self._is_void_task(task):
            return evolve(self, task=ModerationTask(action=task.action, undo=True, by_hand=True))
        return evolve(self, task=evolve(task, proof=proof))

    def appealed(self, words: str, at: datetime, days: int) -> "Post":
        """Return the post with its author's appeal.

        Args:
            days: days after the ruling's day in which an author may appeal, the last one included.
        """
        ruling = self.required_ruling
        if ruling.action is ModerationAction.NONE:
            raise WrongStep(
                "No action was decided about post {post}: there is nothing to appeal against.", post=self.id
            )
        last_day = appeal_deadline(ruling, days)
        if local_date(at) > last_day:
            raise WrongStep(
                "The time for an appeal about post {post} ended on {last_day}.", post=self.id, last_day=last_day
            )
        return evolve(self.moved(S.APPEALED), appeal=Appeal(words=words, at=at))

    def appeal_decided(self, by: Actor, at: datetime, text: str, *, uphold: bool, able: bool) -> "Post":
        """Return the post after the decision about its appeal; an overturned measure must be reverted if possible.

        Raises:
            Refused: `by` made the ruling, or isn't a person.
        """
        self.require_appeal_judge(by)
        if not text.strip():
            raise BadInput("The answer to the appeal about post {post} is empty: write it in words.", post=self.id)
        decided = self.moved(S.UPHELD if uphold else S.OVERTURNED)
        assert self.appeal is not None
        appeal = evolve(self.appeal, by=by.name, decided_at=at, text=text)
        task = self.task if uphold else self._undo_task(able=able)
        return evolve(decided, appeal=appeal, task=task)

    def require_appeal_judge(self, by: Actor) -> None:
        """Check that `by` may decide the appeal: a person other than the one who ruled.

        Raises:
            WrongStep: there is no ruling yet.
            Refused: `by` made the ruling, or isn't a person.
        """
        if by.kind is not ActorKind.PERSON or by.id == self.required_ruling.by.id:
            raise Refused(
                "The appeal about post {post} can't be decided by {actor}: ask a person who didn't make the "
                "first decision.",
                actor=by.label,
                post=self.id,
            )

    def _undo_task(self, *, able: bool) -> ModerationTask | None:
        """Return the task that reverts the measure; None if it wasn't taken and won't be."""
        task = self.task
        if task is not None and task.proof:
            return ModerationTask(action=task.action, undo=True, by_hand=not able)
        return None if task is None or task.by_hand else task  # The messenger may still execute the task.

    def _is_void_task(self, task: ModerationTask) -> bool:
        """Return whether a task belongs to a ruling that was overturned while the messenger executed it."""
        return self.state is S.OVERTURNED and not task.undo


def appeal_deadline(ruling: Ruling, days: int) -> date:
    """Return the last day of an appeal, in Vietnam's time zone."""
    return local_date(ruling.at) + timedelta(days=days)


def evidence_hash(text: str, attachments: tuple[Attachment, ...] = ()) -> str:
    """Return the SHA-256 of a post, which proves the moderated content after the content itself is gone."""
    return sha256(msgspec.json.encode((nfc(text), tuple(map(_get_original_fields, attachments))))).hexdigest()


def _get_original_fields(attachment: Attachment) -> dict[str, object]:
    """Return the attachment's fields that the proof covers; later changes, such as cleaning, must not affect it."""
    return {name: getattr(attachment, name) for name in ("kind", "name", "url", "blob", "latitude", "longitude")}
