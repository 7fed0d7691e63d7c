"""A post under moderation: flagged by anybody, decided by a person, appealed to another one."""

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


def _name(actor: ActorName) -> ActorName:
    return actor.name if isinstance(actor, Actor) else actor


@frozen(kw_only=True)
class Ruling:
    """What a person decided about a post.

    Attributes:
        rule: code of the charter rule.
        text: the person's own words.

    Raises:
        Refused: `by` is a part of the program. A machine flags; only a person decides.
        action: what was decided.
    """

    by: ActorName = field(converter=_name)
    at: datetime
    action: ModerationAction
    rule: str
    text: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if self.by.kind is not ActorKind.PERSON:
            raise Refused("Only a person decides about a post, not {actor}.", actor=self.by.label)

    def to_view(self) -> RulingView:
        """Return what may leave."""
        return make_view(RulingView, self, by=self.by.id)


@frozen(kw_only=True)
class ModerationTask:
    """Something to be done in the group because of a ruling.

    Attributes:
        undo: whether the action is to be taken back.
        by_hand: whether a person must do it, because the messenger can't.
        proof: how it is known to be done; "" while it isn't.
        action: what is to be done.
    """

    action: ModerationAction
    undo: bool = False
    by_hand: bool = False
    proof: str = ""

    def to_view(self) -> ModerationTaskView:
        """Return what may leave."""
        return make_view(ModerationTaskView, self)


@frozen(kw_only=True)
class Appeal:
    """The author's objection, and what another person made of it."""

    words: str = field(repr=False)
    at: datetime
    by: ActorName | None = None
    decided_at: datetime | None = None
    text: str = field(default="", repr=False)

    def to_view(self) -> AppealView:
        """Return what may leave."""
        return make_view(AppealView, self, by=self.by.id if self.by is not None else "")


@frozen(kw_only=True)
class Post:
    """A message in a group that somebody should look at.

    Attributes:
        id: the message's id, so that no post is ever raised twice.
        unit: the group's unit.
        conversation: the group's conversation id; `author` is the author's, "" where it isn't known.
        evidence: SHA-256 of the words and attachments as they came.
        excerpt: the beginning of the words; content is kept short, the hash is kept long.
        raised_by: label of who raised it.
        flags: what opinion plugins noticed.
        author: conversation id of whoever wrote it.
        group: id of the group in which it stands.
        raised_at: when it was shown to the moderators.
        ruling: what was decided; None before.
        task: what a person still has to do in the group; None for nothing.
        appeal: the author's objection; None without one.
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
        """Return what may leave."""
        return make_view(PostView, self, flags=tuple(make_view(FlagView, flag) for flag in self.flags))

    @property
    def needs_manual_action(self) -> bool:
        """Whether a person still has to do something in the group."""
        return self.task is not None and self.task.by_hand and not self.task.proof

    def ended_on(self, appeal: timedelta) -> date | None:
        """Return the last day on which anything could come of it; None while anything is owed, or an appeal is open.

        Args:
            appeal: how long after the ruling its author may appeal.
        """
        if self.ruling is None or self.state is S.APPEALED or (self.task is not None and not self.task.proof):
            return None
        if self.appeal is not None and self.appeal.decided_at is not None:
            return local_date(self.appeal.decided_at)
        return local_date(self.ruling.at) + appeal

    @property
    def required_ruling(self) -> Ruling:
        """The ruling.

        Raises:
            WrongStep: there is none yet.
        """
        if self.ruling is None:
            raise WrongStep(
                "Post {post} is {state} and has no decision yet: decide about it first with {act:moderation.decide}.",
                post=self.id,
                state=self.state,
            )
        return self.ruling

    def require_possible(self, to: PostState) -> None:
        """Check that the state machine leads to a state.

        Raises:
            WrongStep: it doesn't; names the states that it leads to.
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
        """Return the post in another state; raises as `require_possible`."""
        self.require_possible(to)
        return evolve(self, state=to)

    def flagged(self, flags: tuple[Flag, ...]) -> "Post":
        """Return the post with further flags, each once."""
        return evolve(self, flags=tuple(dict.fromkeys((*self.flags, *flags))))

    def decided(self, ruling: Ruling, *, able: bool) -> "Post":
        """Return the post with a ruling; what the messenger isn't able to do becomes a task for a person."""
        if not ruling.text.strip():
            raise BadInput(
                "The decision about post {post} only names a rule: add an explanation in your own words.", post=self.id
            )
        acts = ruling.action in GROUP_ACTIONS
        task = ModerationTask(action=ruling.action, by_hand=not able) if acts else None
        return evolve(self.moved(S.DECIDED), ruling=ruling, task=task)

    def open_task(self) -> ModerationTask:
        """Return what is left to be done in the group.

        Raises:
            WrongStep: nothing is.
        """
        if self.task is None or self.task.proof:
            raise WrongStep("Post {post} has no open task in its group.", post=self.id)
        return self.task

    def left_to_hand(self) -> "Post":
        """Return the post whose task a person must do, because the messenger failed; none if it was overturned."""
        task = self.open_task()
        return evolve(self, task=None if self._is_void(task) else evolve(task, by_hand=True))

    def done(self, proof: str) -> "Post":
        """Return the post whose task is done. What was done after it was overturned, a person takes back."""
        if not proof.strip():
            raise BadInput("The task of post {post} has no proof: write how it was done.", post=self.id)
        task = self.open_task()
        if self._is_void(task):
            return evolve(self, task=ModerationTask(action=task.action, undo=True, by_hand=True))
        return evolve(self, task=evolve(task, proof=proof))

    def appealed(self, words: str, at: datetime, days: int) -> "Post":
        """Return the post with its author's objection.

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
        """Return the post after another person's look; what is overturned must be taken back where that is possible.

        Raises:
            Refused: the same person ruled, or no person at all.
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
        """Check that somebody is another person than ruled, as whoever decides an appeal has to be.

        Raises:
            WrongStep: nobody has ruled yet.
            Refused: the same person ruled, or no person at all.
        """
        if by.kind is not ActorKind.PERSON or by.id == self.required_ruling.by.id:
            raise Refused(
                "The appeal about post {post} can't be decided by {actor}: ask a person who didn't make the "
                "first decision.",
                actor=by.label,
                post=self.id,
            )

    def _undo_task(self, *, able: bool) -> ModerationTask | None:
        """Return what takes the action back; what nobody did and nobody will do needs no undoing."""
        task = self.task
        if task is not None and task.proof:
            return ModerationTask(action=task.action, undo=True, by_hand=not able)
        return None if task is None or task.by_hand else task  # the messenger may still execute it

    def _is_void(self, task: ModerationTask) -> bool:
        """Tell whether a task is an order that was overturned while the messenger had it."""
        return self.state is S.OVERTURNED and not task.undo


def appeal_deadline(ruling: Ruling, days: int) -> date:
    """Return the last day of an appeal, in Vietnam's time zone."""
    return local_date(ruling.at) + timedelta(days=days)


def evidence_hash(text: str, attachments: tuple[Attachment, ...] = ()) -> str:
    """Return the SHA-256 of a post: what was looked at can be proven when its content is long gone."""
    return sha256(msgspec.json.encode((nfc(text), tuple(map(_original_fields, attachments))))).hexdigest()


def _original_fields(attachment: Attachment) -> dict[str, object]:
    """Return what of an attachment is proven: what became of it afterwards must not change the proof."""
    return {name: getattr(attachment, name) for name in ("kind", "name", "url", "blob", "latitude", "longitude")}
