"""Read-only views of posts, without the conversations of their authors."""

from datetime import datetime

from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.usecase.views import view


@view
class FlagView:
    """A flag of an opinion plugin about a post.

    Attributes:
        code: reason code of the published charter.
        by: name of the opinion plugin.
    """

    code: str
    reason: str
    by: str


@view
class RulingView:
    """A person's decision about a post. Other fields are as in `Ruling`.

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
    """A measure to be taken in the group because of a ruling. Fields are as in `ModerationTask`."""

    action: ModerationAction
    undo: bool
    by_hand: bool
    proof: str


@view
class AppealView:
    """The author's appeal, and another person's decision about it.

    Attributes:
        words: the author's text.
        by: id of the officer who decided, "" before; `decided_at` and `text` belong to the decision.
        text: the officer's reason.
    """

    words: str
    at: datetime
    by: str
    decided_at: datetime | None
    text: str


@view(listed=("id", "raised_at", "state", "unit", "excerpt"))
class PostView:
    """A message in a group that a moderator should review. Other fields are as in `Post`.

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
