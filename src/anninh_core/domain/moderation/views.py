"""What of posts may leave: what was said in the group and decided about it, never by which chat its author is known."""

from datetime import datetime

from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.usecase.views import view


@view
class FlagView:
    """Something in a post that an opinion noticed.

    Attributes:
        code: reason code of the published charter.
        by: which opinion noticed it.
    """

    code: str
    reason: str
    by: str


@view
class RulingView:
    """What a person decided about a post.

    Attributes:
        by: officer id.
        rule: code of the charter rule.
        text: the person's own words.
    """

    by: str
    at: datetime
    action: ModerationAction
    rule: str
    text: str


@view
class ModerationTaskView:
    """Something to be done in the group because of a ruling.

    Attributes:
        undo: whether the action is to be taken back.
        by_hand: whether a person must do it, because the messenger can't.
        proof: how it is known to be done; "" while it isn't.
    """

    action: ModerationAction
    undo: bool
    by_hand: bool
    proof: str


@view
class AppealView:
    """The author's objection, and what another person made of it.

    Attributes:
        words: the author's.
        by: id of the officer who decided, "" while nobody did; `decided_at` and `text` belong to that.
        text: why.
    """

    words: str
    at: datetime
    by: str
    decided_at: datetime | None
    text: str


@view
class PostView:
    """A message in a group that somebody should look at.

    Attributes:
        id: the message's id.
        unit: the group's unit.
        evidence: SHA-256 of the words and attachments as they came.
        excerpt: the beginning of the words.
        raised_by: label of who raised it.
        flags: what opinions noticed.
        needs_manual_action: whether a person still has to do something in the group.
        group: id of the group in which it stands.
    """

    id: str
    version: int
    unit: str
    group: str
    evidence: str
    excerpt: str
    raised_by: str
    raised_at: datetime
    flags: tuple[FlagView, ...]
    state: PostState
    ruling: RulingView | None
    task: ModerationTaskView | None
    appeal: AppealView | None
    needs_manual_action: bool
