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
    """What a person decided about a post. Other fields are as in `Ruling`.

    Attributes:
        by: officer id.
    """

    by: str
    at: datetime
    action: ModerationAction
    rule: str
    text: str


@view
class ModerationTaskView:
    """Something to be done in the group because of a ruling. Fields are as in `ModerationTask`."""

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


@view(listed=("id", "raised_at", "state", "unit", "excerpt"))
class PostView:
    """A message in a group that somebody should look at. Other fields are as in `Post`.

    Attributes:
        needs_manual_action: whether a person still has to do something in the group.
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
